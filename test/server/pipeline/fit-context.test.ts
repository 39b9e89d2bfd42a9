import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Decision, NO_USAGE } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import type { SwitchableStage } from '../../../protocol/switchable-stages.ts';
import { compose } from '../../../server/pipeline/compose.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Compressor, PriceBook, TokenCounter } from '../../../server/pipeline/ports.ts';
import { previewPrefixes } from '../../../server/pipeline/prefix-memory.ts';
import type { Call, ReplyEvent, Rung, Stage } from '../../../server/pipeline/stage.ts';
import { fitContext } from '../../../server/pipeline/stages/fit-context.ts';
import { continuation } from '../../../server/prompts/continuation.ts';
import {
  collect,
  countWords,
  fakeCounter,
  fakeDependencies,
  fakePrices,
  makeCachePolicy,
  makeCall,
  testClock,
} from '../../support/pipeline-fakes.ts';
import { answer, type ScriptedReply, scriptedProvider } from '../../support/scripted-provider.ts';

const block = (text: string, name: string) => `<context name="${name}">\n${text}\n</context>\n`;
const fact = (index: number) =>
  `Fact number ${index} of this list says that thing ${index} is ${index * 7} long. `;
const FACTS = Array.from({ length: 200 }, (_, index) => fact(index)).join('');
const PARAGRAPH =
  'The cache keeps an answer for a week. It is found by a hash of the request, and the oldest of them go first when the disk is full.';

const user = (content: string): Partial<Call> => ({ messages: [{ role: 'user', content }] });
const limited = (contextTokens: number): Partial<Call> => ({
  settings: { ...defaultSettings(), contextTokens },
});

/** The stage with nothing remembered. */
const stageWith = (given: Partial<Parameters<typeof fitContext>[0]>) =>
  fitContext({ ...fakeDependencies(), ...given });

/** The stage alone over a provider that remembers what it got. */
async function run(overrides: Partial<Call>, counter: TokenCounter = fakeCounter()) {
  const provider = scriptedProvider(answer('well'));
  const stage = stageWith({ counter });
  const call = makeCall(overrides);
  const { events, error } = await collect(compose([stage], provider.next)(call));
  assert.equal(error, null);
  return { call, sent: provider.calls[0] as Call, decisions: decisionsOf(events) };
}

const decisionsOf = (events: readonly ReplyEvent[]): Decision[] =>
  events.flatMap((event) => (event.type === 'decision' ? [event.decision] : []));
const contextOf = ({ messages }: Call) =>
  /<context[\s\S]*<\/context>\n/.exec(messages[0]?.content ?? '')?.[0] ?? '';

describe('the stage stands aside, and says nothing,', () => {
  const aside: readonly (readonly [string, Partial<Call>])[] = [
    ['where nothing is marked', user(`${FACTS} What is thing 3?`)],
    ['where all of it fits and nothing repeats', user(`${block(FACTS, 'a')}What is thing 3?`)],
    ['where a mark is not closed', { ...user(`<context>\n${FACTS}\nWhat?`), ...limited(10) }],
    ['where there is no limit', { ...user(`${block(FACTS, 'a')}What?`), ...limited(0) }],
    [
      'where only a kept answer may be given',
      { ...user(`${block(FACTS, 'a')}What?`), ...limited(10), cache: makeCachePolicy('only') },
    ],
  ];
  for (const [when, overrides] of aside)
    test(when, async () => {
      const { call, sent, decisions } = await run(overrides);
      assert.equal(sent, call);
      assert.deepEqual(decisions, []);
    });
});

test('context that is too long is sent without what is least relevant, as long as the limit allows', async () => {
  const { sent, decisions } = await run({
    ...user(`${block(FACTS, 'facts.md')}How long is thing 123?`),
    ...limited(200),
  });
  const context = contextOf(sent);
  assert.ok(context.includes(fact(123).trim()));
  assert.ok(countWords(context) <= 200 && countWords(context) >= 180, `${countWords(context)} tokens`);
  assert.ok(sent.messages[0]?.content.endsWith('</context>\nHow long is thing 123?'));

  const saved = countWords(block(FACTS, 'facts.md')) - countWords(context);
  const [first, second, ...rest] = decisions;
  assert.deepEqual(
    [first?.stage, first?.action, first?.savedTokens, first?.savedNano],
    ['fitContext', 'fitted', saved, saved],
  );
  assert.match(
    first?.why ?? '',
    /^Parts of 1 of 1 piece of context were left out, 2,\d{3} of 2,\d{3} tokens/,
  );
  assert.match(second?.why ?? '', /^facts\.md, line 1: least relevant to the question\.$/);
  assert.deepEqual(rest, []);
});

test('what repeats is left out though there is room, and the tokens that it saved are said', async () => {
  const { sent, decisions } = await run(user(`${block(PARAGRAPH, 'a.md')}${block(PARAGRAPH, 'b.md')}Why?`));
  assert.equal(
    sent.messages[0]?.content,
    `${block(PARAGRAPH, 'a.md')}[… 1 line of b.md left out, the same as in a.md …]\nWhy?`,
  );
  assert.equal(decisions[0]?.savedTokens, countWords(block(PARAGRAPH, 'b.md')) - 13);
  assert.equal(decisions[1]?.why, 'b.md, line 1: the same as in a.md.');
});

test('what is no longer than the line that would stand for it stays, as it would be sent', async () => {
  const short = 'The store forgets what is old.';
  const twice = (text: string) => user(`${block(text, 'a')}${block(text, 'b')}Why?`);
  const { sent, decisions, call } = await run(twice(short));
  assert.deepEqual([sent, decisions], [call, []]);
  const one = await run(
    user(`${block(short, 'a')}${block(short, 'b')}${block(PARAGRAPH, 'c')}${block(PARAGRAPH, 'd')}Why?`),
  );
  assert.match(one.sent.messages[0]?.content ?? '', /<context name="b">[\s\S]*\[… 1 line of d left out/);

  const long = `${short}${' It was said.'.repeat(3)}`;
  const compressor: Compressor = {
    compress: (text) => Promise.resolve({ text: text.replaceAll(' It was said.', ''), applied: [] }),
  };
  const sentOf = async (off: readonly SwitchableStage[]) => {
    const provider = scriptedProvider(answer('well'));
    const call = makeCall({ ...twice(long), off: new Set(off) });
    await collect(compose([stageWith({ compressor })], provider.next)(call));
    return provider.calls[0]?.messages[0]?.content ?? '';
  };
  assert.match(await sentOf(['compress']), /left out/);
  assert.doesNotMatch(await sentOf([]), /left out/);
});

test('by setting, what is hardly relevant goes though there is room, and why is said', async () => {
  const settings = { ...defaultSettings(), contextRelevance: 0.3 };
  const text = `${PARAGRAPH}\n\n${'The printer stands in the hall beside the stairs and hums. '.repeat(4)}`;
  const call = { ...user(`${block(text, 'a.md')}How long does the cache keep an answer?`), settings };
  const { sent, decisions } = await run(call);
  assert.ok(sent.messages[0]?.content.includes('The cache keeps an answer for a week.'));
  assert.ok(!sent.messages[0]?.content.includes('printer'));
  assert.match(
    decisions[0]?.why ?? '',
    /less than 30 % of the relevance .* \(farthing\.context\.relevance\)/,
  );
  const all = await run({ ...call, settings: { ...settings, contextRelevance: 0 } });
  assert.equal(all.sent, all.call);
});

test('where leaving out what repeats is enough, nothing else is left out', async () => {
  const all = block(FACTS, 'a.md');
  const { sent } = await run({
    ...user(`${all}${block(FACTS, 'b.md')}Why?`),
    ...limited(countWords(all) + 20),
  });
  assert.ok(sent.messages[0]?.content.startsWith(all));
});

test('a price that is not known saves tokens and says nothing of money', async () => {
  const prices = { ...fakePrices(), cost: () => ({ nano: null, priceVersion: null }) };
  const stage = stageWith({ prices });
  const call = makeCall({ ...user(`${block(FACTS, 'a')}Why?`), ...limited(100) });
  const { events } = await collect(compose([stage], scriptedProvider(answer('well')).next)(call));
  const [first] = decisionsOf(events);
  assert.ok((first?.savedTokens ?? 0) > 2000);
  assert.equal(first !== undefined && 'savedNano' in first, false);
});

test('a limit that not even the markers keep to sends the markers alone', async () => {
  const blocks = Array.from({ length: 10 }, (_, index) => `${block(fact(index), 'a')}and\n`).join('');
  const { sent } = await run({ ...user(`${blocks}?`), ...limited(1) });
  assert.equal(sent.messages[0]?.content, `${'[… 1 line of a left out …]\nand\n'.repeat(10)}?`);
});

test('many pieces are named up to a dozen, and the others are counted', async () => {
  const blocks = Array.from({ length: 40 }, (_, index) => block(fact(index), `${index}.md`)).join('');
  const { decisions } = await run({ ...user(`${blocks}How long is thing 7?`), ...limited(60) });
  assert.equal(decisions.length, 14);
  assert.match(decisions.at(-1)?.why ?? '', /^And parts of \d+ more pieces\.$/);
});

test('the rest of an answer that broke off is asked with the same context as its beginning', async () => {
  const call = { ...user(`${block(FACTS, 'a')}How long is thing 123?`), ...limited(100) };
  const { sent } = await run(call);
  const messages = [...(call.messages ?? []), ...continuation('It is ')];
  const { sent: rest } = await run({ ...call, messages });
  assert.deepEqual(rest.messages[0], sent.messages[0]);
  assert.deepEqual(rest.messages.slice(1), messages.slice(1));
});

test('a counter that fails costs the call nothing: it goes on with the whole context', async () => {
  const counter = { ...fakeCounter(), countText: () => Promise.reject(new Error('no table')) };
  const { call, sent, decisions } = await run(
    { ...user(`${block(FACTS, 'a')}Why?`), ...limited(100) },
    counter,
  );
  assert.equal(sent, call);
  assert.deepEqual(
    decisions.map(({ stage, action }) => `${stage} ${action}`),
    ['fitContext degraded'],
  );
});

test('the same context is counted once, however often its prompt is estimated', async () => {
  let counted = 0;
  const counter: TokenCounter = {
    ...fakeCounter(),
    countText: (_model, text) => {
      if (text.includes('Fact number 199')) counted += 1;
      return Promise.resolve({ tokens: countWords(text), approximate: false });
    },
  };
  const stage = stageWith({ counter });
  for (const question of ['What is thing 3?', 'What is thing 4?']) {
    const call = makeCall({ ...user(`${block(FACTS, 'a')}${question}`), ...limited(100) });
    await collect(compose([stage], scriptedProvider(answer('well')).next)(call));
  }
  assert.equal(counted, 1);
});

describe('where the provider has a prefix cache', () => {
  const CACHED = 0.1;
  /** A tenth for what is cached. */
  const prices: PriceBook = {
    ...fakePrices(),
    cost: (_provider, _model, { inputTokens, cachedInputTokens, outputTokens }) => ({
      nano: Math.round(1000 * (inputTokens - (1 - CACHED) * cachedInputTokens) + 10_000 * outputTokens),
      priceVersion: 'fake@1',
    }),
  };
  /** The stage, its preview, and a clock; every answer says that so many tokens were cached. */
  const setUp = ({
    book = prices,
    cachedTokens = 2000,
  }: {
    book?: PriceBook;
    cachedTokens?: number;
  } = {}) => {
    const clock = testClock();
    const dependencies = { ...fakeDependencies({ clock }), prices: book };
    const stage = fitContext(dependencies);
    const prefixes = previewPrefixes(dependencies.prefixes);
    const previewStage = fitContext({ ...dependencies, prefixes });
    const send = async (through: Stage, overrides: Partial<Call>) => {
      const call = makeCall(overrides);
      const usage = { ...NO_USAGE, inputTokens: 3000, cachedInputTokens: cachedTokens };
      const provider = scriptedProvider({
        events: answer('well').events.map((event) =>
          event.type === 'attempt' ? { ...event, attempt: { ...event.attempt, usage } } : event,
        ),
      });
      const { events, error } = await collect(compose([through], provider.next)(call));
      assert.equal(error, null);
      const decisions = decisionsOf(events);
      return { isWhole: provider.calls[0]?.messages === call.messages, decisions };
    };
    let asked = 0;
    const about = (limit: number, text = FACTS): Partial<Call> => {
      asked += 1;
      return { ...user(`${block(text, 'a')}How long is thing ${asked}?`), ...limited(limit) };
    };
    return {
      clock,
      ask: (limit: number, text?: string) => send(stage, about(limit, text)),
      preview: (limit: number) => send(previewStage, about(limit)),
      send: (overrides: Partial<Call>) => send(stage, overrides),
    };
  };
  const SHALLOW = 2000;
  const MIDDLE = 1300;
  const DEEP = 100;

  test('context that comes again and again is sent whole, and its decision says what the ways cost', async () => {
    const { ask } = setUp();
    const ways = [];
    for (let turn = 0; turn < 6; turn++) ways.push((await ask(SHALLOW)).isWhole);
    assert.ok(ways.slice(1).every((isWhole) => isWhole));
    const { decisions } = await ask(SHALLOW);
    assert.deepEqual(
      decisions.map(({ action }) => action),
      ['stoodAside'],
    );
    assert.match(
      decisions[0]?.why ?? '',
      /^The context has 2,\d{3} tokens, more than farthing\.context\.tokens \(2,000\), and is sent without leaving out .* Test\/test-model has probably kept it in its prefix cache, so that it costs \$0\.000\d+; 1,\d{3} tokens fitted to the question would cost \$0\.00\d+\.$/,
    );
  });

  test('context that is cut below the price of what is cached is fitted each time', async () => {
    const { ask } = setUp();
    for (let turn = 0; turn < 6; turn++) assert.equal((await ask(DEEP)).isWhole, false);
  });

  test('contexts that come once each are fitted, once that is known', async () => {
    const { ask } = setUp();
    const last = [];
    for (let turn = 0; turn < 12; turn++)
      last.push((await ask(SHALLOW, FACTS.replaceAll('thing', `thing ${turn} or`))).isWhole);
    assert.deepEqual(last.slice(-6), Array(6).fill(false));
  });

  test('what the provider no longer keeps is priced in full again', async () => {
    const { ask, clock } = setUp();
    for (let turn = 0; turn < 4; turn++) await ask(SHALLOW);
    clock.advance(300_001);
    const { decisions } = await ask(SHALLOW);
    assert.doesNotMatch(decisions[0]?.why ?? '', /probably kept/);
  });

  test('a preview chooses as the run after it, and is no use', async () => {
    const { ask, preview } = setUp();
    for (let turn = 0; turn < 6; turn++) {
      const seen = [await preview(SHALLOW), await preview(SHALLOW), await preview(SHALLOW)];
      const { isWhole } = await ask(SHALLOW);
      assert.deepEqual(
        seen.map((one) => one.isWhole),
        [isWhole, isWhole, isWhole],
      );
    }
  });

  test('however often a prompt is looked at before, it is sent as if it had not been', async () => {
    const { ask, preview } = setUp();
    for (let turn = 0; turn < 8; turn++) assert.equal((await preview(MIDDLE)).isWhole, false);
    assert.equal((await ask(MIDDLE)).isWhole, false);
  });

  const never: readonly (readonly [string, PriceBook])[] = [
    ['costs as much from the cache as without', fakePrices()],
    ['has no price', { ...prices, cost: () => ({ nano: null, priceVersion: null }) }],
    ['costs nothing', { ...prices, cost: () => ({ nano: 0, priceVersion: 'free' }) }],
    ['is too long for the context window', { ...prices, contextTokens: () => 3000 }],
  ];
  for (const [what, book] of never)
    test(`context that ${what} is fitted, however often it comes`, async () => {
      const { ask } = setUp({ book });
      for (let turn = 0; turn < 6; turn++) assert.equal((await ask(SHALLOW)).isWhole, false);
    });

  test('a provider that says three times that nothing was cached is not counted on any more', async () => {
    const { ask } = setUp({ cachedTokens: 0 });
    const ways = [];
    for (let turn = 0; turn < 8; turn++) ways.push((await ask(SHALLOW)).isWhole);
    assert.ok(ways.includes(true));
    assert.deepEqual(ways.slice(-3), [false, false, false]);
  });

  test('of a ladder it is priced with its last model, until it is known which one gets the context', async () => {
    const { send } = setUp();
    const dear = { ...makeCall(), model: { id: 'dear', contextTokens: null, encoding: null } };
    const ladder: Rung[] = [
      { provider: dear.provider, model: makeCall().model, tier: 'small' },
      { provider: dear.provider, model: dear.model, tier: 'frontier' },
    ];
    const asked = { ...user(`${block(FACTS, 'a')}What is thing 9?`), ...limited(SHALLOW), ladder };
    const first = await send({ ...asked, model: dear.model });
    assert.match(first.decisions[0]?.why ?? '', /the prefix cache of Test\/dear;/);
    const second = await send({ ...asked, model: dear.model });
    assert.match(second.decisions[0]?.why ?? '', /: Test\/test-model has probably kept it/);
  });
});

describe('through the whole pipeline', () => {
  const asked = { ...user(`${block(FACTS, 'a')}How long is thing 123?`), ...limited(200) };
  const setUp = (...replies: readonly ScriptedReply[]) => {
    const provider = scriptedProvider(...replies);
    const send = pipeline(fakeDependencies(), provider.next);
    return {
      provider,
      send: (overrides: Partial<Call>) => collect(send(makeCall({ ...asked, ...overrides }))),
    };
  };

  test('the provider gets the fitted context, and the receipt lists what is missing', async () => {
    const { provider, send } = setUp(answer('861'));
    const { events } = await send({});
    assert.ok(countWords(contextOf(provider.calls[0] as Call)) <= 200);
    const last = events.at(-1);
    const actions = last?.type === 'receipt' ? last.receipt.decisions.map(({ action }) => action) : [];
    assert.ok(actions.includes('fitted') && actions.includes('leftOut'));
  });

  test('with all of it brought back, the answer to the part is not given again, nor the other way round', async () => {
    const { provider, send } = setUp(answer('part'), answer('whole'));
    await send({});
    const off = new Set(['fitContext'] as const);
    await send({ off });
    assert.equal(provider.calls[1]?.messages[0]?.content, asked.messages?.[0]?.content);
    const texts = await Promise.all([send({}), send({ off })]);
    assert.deepEqual(
      texts.map(({ events }) => events.flatMap((event) => (event.type === 'text' ? [event.text] : []))),
      [['part'], ['whole']],
    );
    assert.equal(provider.calls.length, 2);
  });
});
