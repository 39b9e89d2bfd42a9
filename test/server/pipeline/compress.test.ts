import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../../protocol/messages.ts';
import type { Decision } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { compose } from '../../../server/pipeline/compose.ts';
import { prefixesOf } from '../../../server/pipeline/context-prefixes.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Compressor, PriceBook } from '../../../server/pipeline/ports.ts';
import { createPrefixMemory } from '../../../server/pipeline/prefix-memory.ts';
import type { Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { compress } from '../../../server/pipeline/stages/compress.ts';
import {
  collect,
  countWords,
  fakeDependencies,
  fakePrices,
  makeCachePolicy,
  makeCall,
  testClock,
} from '../../support/pipeline-fakes.ts';
import { answer, scriptedProvider } from '../../support/scripted-provider.ts';

const block = (text: string, name = 'notes.md') => `<context name="${name}">\n${text}\n</context>\n`;
const WORDY = 'well well the cache keeps answers for a week';
const SHORT = 'the cache keeps answers for a week';
const user = (content: string): Partial<Call> => ({ messages: [{ role: 'user', content }] });

/** Takes out each "well", and counts what it is asked. */
function wordCompressor(): Compressor & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    compress(text) {
      asked.push(text);
      const short = text.replaceAll(/\bwell /g, '');
      return Promise.resolve({ text: short, applied: short === text ? [] : ['Said twice'] });
    },
  };
}

const stageWith = (given: Partial<Parameters<typeof compress>[0]>) =>
  compress({ ...fakeDependencies(), compressor: wordCompressor(), ...given });

const decisionsOf = (events: readonly ReplyEvent[]): Decision[] =>
  events.flatMap((event) => (event.type === 'decision' ? [event.decision] : []));

/** The stage over a provider that remembers what it got. */
async function run(overrides: Partial<Call>, stage = stageWith({})) {
  const provider = scriptedProvider(answer('fine'));
  const call = makeCall(overrides);
  const { events, error } = await collect(compose([stage], provider.next)(call));
  assert.equal(error, null);
  return { call, sent: provider.calls[0] as Call, decisions: decisionsOf(events) };
}

describe('the stage leaves a call as it is, and says nothing,', () => {
  const cases: readonly (readonly [string, Partial<Call>])[] = [
    ['where nothing is marked', user(WORDY)],
    ['where nothing can be shorter', user(block(SHORT))],
    ["in a model's own words", { messages: [{ role: 'assistant', content: block(WORDY) }] }],
    ['where a mark is not closed', user(`<context>\n${WORDY}`)],
    ['in the source of a program', user(block('well well = 1', 'src/a.py'))],
    [
      'in what looks like the source of a program',
      user(block('const a = "well well ";\nconst b = "well ";\nconst c = 3;', '')),
    ],
    ['where only a kept answer may be given', { ...user(block(WORDY)), cache: makeCachePolicy('only') }],
  ];
  for (const [when, overrides] of cases)
    test(when, async () => {
      const { call, sent, decisions } = await run(overrides);
      assert.equal(sent, call);
      assert.deepEqual(decisions, []);
    });
});

test('a call without marks is not looked through', async () => {
  const compressor = wordCompressor();
  await run(user(WORDY), stageWith({ compressor }));
  assert.deepEqual(compressor.asked, []);
});

test('marked context is written shorter, the rest stays, and the decision says what that saved', async () => {
  const { sent, decisions } = await run(user(`well well what?\n${block(WORDY)}Why, well well?`));
  assert.equal(sent.messages[0]?.content, `well well what?\n${block(SHORT)}Why, well well?`);
  assert.deepEqual(decisions, [
    {
      stage: 'compress',
      action: 'compressed',
      why: '1 of 1 marked part shortened from 9 to 7 tokens; the model reads the same (Said twice).',
      savedTokens: 2,
      savedNano: 2,
    },
  ]);
});

test('a prompt whose author lets it be shortened is, but for the answers in it', async () => {
  const messages: readonly Message[] = [
    { role: 'system', content: 'Be well well brief.' },
    { role: 'user', content: `\n  well well now:\n${block(WORDY)}well well then\n` },
    { role: 'assistant', content: 'well well' },
  ];
  const { sent } = await run({ messages, compress: true });
  assert.deepEqual(
    sent.messages.map(({ content }) => content),
    ['Be brief.', `\n  now:\n${block(SHORT)}then\n`, 'well well'],
  );
});

test('a part that has as many tokens without white space as with it stays as it is', async () => {
  const joining: Compressor = {
    compress: (text) => Promise.resolve({ text: text.replace('a b', 'a - b'), applied: ['Worse'] }),
  };
  const { call, sent } = await run(user(block('a b')), stageWith({ compressor: joining }));
  assert.equal(sent, call);
});

test('the same text is looked through once', async () => {
  const compressor = wordCompressor();
  const stage = stageWith({ compressor });
  await run(user(block(WORDY)), stage);
  await run(user(`${block(WORDY)}Another question?`), stage);
  assert.deepEqual(compressor.asked, [WORDY]);
});

test('a price that is not known saves tokens and says nothing of money', async () => {
  const prices = { ...fakePrices(), cost: () => ({ nano: null, priceVersion: null }) };
  const { decisions } = await run(user(block(WORDY)), stageWith({ prices }));
  assert.equal(decisions[0]?.savedTokens, 2);
  assert.equal('savedNano' in (decisions[0] as Decision), false);
});

test('parts that are too long for the rules are sent as they are, with the reason', async () => {
  const compressor = wordCompressor();
  const { call, sent, decisions } = await run(
    user(block('well '.repeat(120_000))),
    stageWith({ compressor }),
  );
  assert.equal(sent, call);
  assert.deepEqual(compressor.asked, []);
  assert.match(decisions[0]?.why ?? '', /^The marked parts are too long/);
});

test('rules that fail cost nobody the answer', async () => {
  const compressor: Compressor = { compress: () => Promise.reject(new Error('no rules')) };
  const { sent, decisions } = await run(user(block(WORDY)), stageWith({ compressor }));
  assert.equal(sent.messages[0]?.content, block(WORDY));
  assert.equal(decisions[0]?.action, 'degraded');
});

describe("beside a provider's prefix cache", () => {
  /** Cached tokens cost a tenth. */
  const cachedPrices: PriceBook = {
    ...fakePrices(),
    cost: (_provider, _model, { inputTokens, cachedInputTokens, outputTokens }) => ({
      nano: 10 * (inputTokens - cachedInputTokens) + cachedInputTokens + 100 * outputTokens,
      priceVersion: 'cached',
    }),
  };
  const LONG = `well ${'the cache keeps answers for a week '.repeat(400)}`;
  const place = 'Test/test-model';

  test('a prompt that was kept as it stands is sent as it stands, with the reason', async () => {
    const clock = testClock();
    const prefixes = createPrefixMemory('salt');
    const call = makeCall(user(`${block(LONG)}Why?`));
    const whole = prefixesOf(call, call.messages);
    prefixes.contexts.sent(place, { whole, sent: whole }, clock.elapsed());
    const stage = stageWith({ clock, prefixes, prices: cachedPrices });
    const first = await run(user(`${block(LONG)}How?`), stage);
    assert.equal(first.sent.messages, first.call.messages);
    assert.equal(first.decisions[0]?.action, 'stoodAside');
    assert.match(
      first.decisions[0]?.why ?? '',
      /has probably kept this prompt in its prefix cache as it stands/,
    );
    assert.equal(first.decisions[0]?.savedTokens, undefined);

    clock.advance(300_001);
    const later = await run(user(`${block(LONG)}How?`), stage);
    assert.equal(later.decisions[0]?.action, 'compressed');
  });

  test('what was sent shortened stays shortened, though the step before it remembers it whole', async () => {
    const clock = testClock();
    const prefixes = createPrefixMemory('salt');
    const dependencies = fakeDependencies({ clock, prefixes, prices: cachedPrices });
    const provider = scriptedProvider(answer('one'), answer('two'));
    const send = pipeline({ ...dependencies, compressor: wordCompressor() }, provider.next);
    const settings = { ...defaultSettings(), contextTokens: 100_000 };
    for (const question of ['Why?', 'How?'])
      await collect(send(makeCall({ ...user(`${block(LONG)}${question}`), settings })));
    assert.deepEqual(
      provider.calls.map(({ messages }) => messages[0]?.content.includes('well')),
      [false, false],
    );
  });

  test('a job whose last answer was read from the cache is not disturbed', async () => {
    const warmth = { heard: () => undefined, cachedTokens: (_: Call, __: unknown, tokens: number) => tokens };
    const { decisions } = await run(user(LONG.repeat(2)), stageWith({ warmth, prices: cachedPrices }));
    assert.deepEqual(decisions, []);
    const marked = await run(
      { ...user(LONG.repeat(2)), compress: true },
      stageWith({ warmth, prices: cachedPrices }),
    );
    assert.equal(marked.decisions[0]?.action, 'stoodAside');
  });

  test('a prompt that is kept only as long as it is stays as long', async () => {
    const just = `${'well '.repeat(40)}${'word '.repeat(1000)}`;
    const { sent, decisions } = await run(user(block(just)), stageWith({ prices: cachedPrices }));
    assert.equal(sent.messages[0]?.content, block(just));
    assert.match(decisions[0]?.why ?? '', /too short for the prefix cache of Test\/test-model/);
  });
});

test('whatever is marked, what is sent is never longer and nothing outside of the marks changes', async () => {
  const word = fc.constantFrom(
    'well',
    'the',
    '<context>',
    '</context>',
    '\n',
    '  ',
    '<context name="a">',
    '🙂',
  );
  const content = fc
    .array(word, { maxLength: 30 })
    .map((words) => words.join(' ').replaceAll(/ ?\n ?/g, '\n'));
  await fc.assert(
    fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 3 }), async (contents) => {
      const messages = contents.map((text): Message => ({ role: 'user', content: text }));
      const { sent } = await run({ messages });
      const all = (list: readonly Message[]) => list.map((message) => message.content).join('\n');
      assert.ok(countWords(all(sent.messages)) <= countWords(all(messages)));
      const outside = (text: string) => text.replaceAll(/\bwell /g, '');
      assert.equal(outside(all(sent.messages)), outside(all(messages)));
    }),
    { numRuns: 200 },
  );
});
