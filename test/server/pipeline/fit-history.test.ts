/** What is sent of a long conversation, and what its summary costs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { farthingError } from '../../../protocol/errors.ts';
import type { Message } from '../../../protocol/messages.ts';
import { type Decision, NO_USAGE } from '../../../protocol/receipt.ts';
import type { Tier } from '../../../protocol/routing.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import type { SwitchableStage } from '../../../protocol/switchable-stages.ts';
import { createEngine } from '../../../server/calls/engine.ts';
import { compose } from '../../../server/pipeline/compose.ts';
import { type PipelineDependencies, pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Budgets, PriceBook } from '../../../server/pipeline/ports.ts';
import type { Call, Next, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { fitHistory } from '../../../server/pipeline/stages/fit-history.ts';
import { continuation } from '../../../server/prompts/continuation.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import { conversation, words } from '../../support/conversations.ts';
import { createMemoryComponentCache } from '../../support/memory-component-cache.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import {
  collect,
  countWords,
  evenRouter,
  fakeCounter,
  fakeDependencies,
  fakeKeys,
  fakePrices,
  idleCompressor,
  makeCachePolicy,
  makeCall,
  openBudgets,
  testClock,
} from '../../support/pipeline-fakes.ts';

const limited = (historyTokens: number) => ({ ...defaultSettings(), historyTokens });
const LIMIT = 1000;
const LEFT_OUT = /^\[Earlier turns of this conversation are left out/;

const isSummary = ({ attribution }: Call) => attribution.feature === 'summary';
const decisionsOf = (events: readonly ReplyEvent[]): Decision[] =>
  events.flatMap((event) => (event.type === 'decision' ? [event.decision] : []));
const actionsOf = (events: readonly ReplyEvent[]) =>
  decisionsOf(events)
    .filter(({ stage }) => stage === 'fitHistory')
    .map(({ action }) => action);
const textOf = (events: readonly ReplyEvent[]) =>
  events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('');
const sizeOf = (messages: readonly Message[]) =>
  messages.reduce((sum, { content }) => sum + countWords(content) + 4, 0);

/** A provider that sums up in the words given, and answers everything else with "fine"; it charges its words. */
function model(summary: () => string | Error = () => 'Summary: all of it.\n\nKey facts:\n- one') {
  const calls: Call[] = [];
  const next: Next = async function* (call) {
    calls.push(call);
    const text = isSummary(call) ? summary() : 'fine';
    const error = typeof text === 'string' ? null : text;
    if (typeof text === 'string' && text !== '') yield { type: 'text', text };
    const usage = {
      ...NO_USAGE,
      inputTokens: call.messages.reduce((sum, { content }) => sum + countWords(content), 0),
      outputTokens: typeof text === 'string' ? countWords(text) : 0,
    };
    yield {
      type: 'attempt',
      attempt: {
        provider: call.provider.name,
        model: call.model.id,
        servedModel: null,
        outcome: error === null ? 'answered' : 'failed',
        usage,
        cost: DEAR.cost(call.provider, call.model, usage, call.settings, 0),
        firstTextMs: null,
        totalMs: 1,
        errorCode: null,
      },
    };
    if (error !== null) throw error;
    yield { type: 'end', reason: 'stop' };
  };
  return {
    next,
    calls,
    summaries: () => calls.filter(isSummary),
    sent: () => calls.filter((one) => !isSummary(one)),
  };
}

/** "cheap" costs 1 a token, all others 20. */
const DEAR: PriceBook = {
  ...fakePrices(),
  cost: (_provider, { id }, { inputTokens, outputTokens }) => ({
    nano: (inputTokens + outputTokens) * (id === 'cheap' ? 1 : 20),
    priceVersion: 'fake@1',
  }),
};

/** "cheap" costs 2 a token, all others 3. */
const ALIKE: PriceBook = {
  ...fakePrices(),
  cost: (_provider, { id }, { inputTokens, outputTokens }) => ({
    nano: (inputTokens + outputTokens) * (id === 'cheap' ? 2 : 3),
    priceVersion: 'fake@1',
  }),
};

const base = makeCall();
const cheap = { ...base.model, id: 'cheap' };
const provider = { ...base.provider, models: [base.model, cheap] };

function setUp(summary?: () => string | Error, overrides: Partial<PipelineDependencies> = {}) {
  const ledger = createMemoryLedger();
  const clock = testClock();
  const fake = model(summary);
  const dependencies = fakeDependencies({ clock, ledger, ledgerReader: ledger, prices: DEAR, ...overrides });
  const run = pipeline(dependencies, fake.next);
  let number = 0;
  return {
    ...fake,
    ledger,
    clock,
    dependencies,
    send: (messages: readonly Message[], more: Partial<Call> = {}) => {
      number += 1;
      return collect(
        run(makeCall({ id: `call-${number}`, messages, provider, settings: limited(LIMIT), ...more })),
      );
    },
  };
}

describe('the stage stands aside, and says nothing,', () => {
  const long = conversation(10, 100);
  const aside: readonly (readonly [string, Partial<Call>])[] = [
    ['where all turns fit', { messages: conversation(4, 100) }],
    ['where no answer was given before', { messages: [{ role: 'user', content: words('q', 3000) }] }],
    ['where there are system messages alone', { messages: [{ role: 'system', content: words('s', 3000) }] }],
    ['where there is nothing', { messages: [] }],
    ['where there is no limit', { messages: long, settings: limited(0) }],
    ['where only a kept answer may be given', { messages: long, cache: makeCachePolicy('only') }],
    [
      'where one turn alone is too long',
      { messages: [{ role: 'user', content: words('q', 3000) }, ...continuation('It is')] },
    ],
    [
      'where every turn is pinned',
      { messages: long.map((one) => ({ ...one, content: `<!-- pin -->\n${one.content}` })) },
    ],
  ];
  for (const [when, overrides] of aside)
    test(when, async () => {
      const { next, calls } = model();
      const stage = fitHistory({
        clock: testClock(),
        compressor: idleCompressor,
        counter: fakeCounter(),
        prices: DEAR,
        components: createMemoryComponentCache(),
        ask: () => assert.fail('a summary was asked for'),
      });
      const call = makeCall({ settings: limited(LIMIT), ...overrides });
      const { events, error } = await collect(compose([stage], next)(call));
      assert.equal(error, null);
      assert.equal(calls[0], call);
      assert.deepEqual(decisionsOf(events), []);
    });
});

test('what would be left out of the context anyway is no saving of a cut, and pays for no summary', async () => {
  const asked: Message = {
    role: 'user',
    content: `<context name="a">\n${words('f', 400)}\n</context>\nWhy?`,
  };
  const said: Message = { role: 'assistant', content: 'So.' };
  const messages = [asked, said, asked, said, asked];
  const settings = { ...limited(LIMIT), contextTokens: 20 };
  const savedBy = async (off: readonly SwitchableStage[]) => {
    const { send, sent, summaries } = setUp();
    const { events } = await send(messages, { settings, off: new Set(off) });
    const [trimmed] = decisionsOf(events).filter(({ stage }) => stage === 'fitHistory');
    return {
      saved: trimmed?.savedTokens ?? 0,
      size: countWords((sent()[0]?.messages ?? []).map(({ content }) => content).join(' ')),
      summaries: summaries().length,
    };
  };
  const fitted = await savedBy([]);
  assert.equal(fitted.saved, (await savedBy(['fitHistory'])).size - fitted.size);
  assert.equal(fitted.summaries, 0);
  const whole = await savedBy(['fitContext']);
  assert.ok(
    whole.saved > 700 && whole.summaries === 1,
    `${whole.saved} tokens, ${whole.summaries} summaries`,
  );
});

test('a summary stands for the oldest turns, and both calls have a line and a cost of their own', async () => {
  const { send, sent, summaries, ledger } = setUp();
  const messages: readonly Message[] = [{ role: 'system', content: 'Be brief.' }, ...conversation(5, 90)];
  const { events, error } = await send(messages);
  assert.equal(error, null);
  assert.equal(textOf(events), 'fine');

  const main = sent()[0] as Call;
  assert.deepEqual(main.messages[0], messages[0]);
  assert.match(main.messages[1]?.content ?? '', /Key facts:\n- one$/);
  assert.deepEqual(
    main.messages.map(({ role }) => role),
    ['system', 'user', 'assistant', ...['user', 'assistant', 'user', 'assistant', 'user']],
  );
  assert.deepEqual(main.messages.slice(3), messages.slice(-5));
  assert.ok(sizeOf(main.messages) <= LIMIT * 0.6);

  const [asked] = summaries();
  assert.equal(asked?.model.id, 'cheap');
  assert.ok(asked?.messages[1]?.content.includes('q0-89') && asked.messages[1].content.includes('a2-89'));
  assert.ok(!asked?.messages[1]?.content.includes('q3-0'));
  assert.equal(asked?.attribution.job, null);

  const lines = ledger.lines();
  assert.deepEqual(lines.map(({ call }) => call.attribution.feature).sort(), ['summary', 'test']);
  for (const { call } of lines) assert.equal(ledger.find(call.callId).calls, 1);
  for (const { receipt, attempts } of lines)
    assert.equal(
      receipt?.cost.nano,
      attempts.reduce((sum, { cost }) => sum + (cost.nano ?? 0), 0),
    );
  const own = lines.find(({ call }) => call.attribution.feature === 'summary')?.receipt;
  assert.equal(
    ledger.totals(0).real.spend,
    lines.reduce((sum, { receipt }) => sum + (receipt?.cost.nano ?? 0), 0),
  );

  const [trimmed, summarised] = decisionsOf(events).filter(({ stage }) => stage === 'fitHistory');
  assert.equal(trimmed?.action, 'trimmed');
  assert.equal(trimmed?.savedTokens, sizeOf(messages) - sizeOf(main.messages));
  assert.equal(trimmed?.savedNano, 20 * (trimmed?.savedTokens ?? 0));
  assert.match(trimmed?.why ?? '', /^The oldest 3 of 6 turns were left out, 564 of /);
  assert.equal(summarised?.action, 'summarised');
  assert.equal(summarised?.savedNano, -(own?.cost.nano ?? 0));
  assert.ok((own?.cost.nano ?? 0) > 540);
});

test('the summary is made once, and the next extends it instead of reading all turns again', async () => {
  let made = 0;
  const { send, summaries } = setUp(() => {
    made += 1;
    return `Summary ${made}.`;
  });
  const seen: string[] = [];
  for (let turns = 1; turns <= 12; turns++) {
    const { events } = await send(conversation(turns, 100));
    seen.push(actionsOf(events).at(-1) ?? '-');
  }
  assert.deepEqual(
    seen,
    [
      '-',
      '-',
      '-',
      '-',
      'summarised',
      'reused',
      'reused',
      'extended',
      'reused',
      'reused',
      'extended',
      'reused',
    ].slice(0, 12),
  );
  const [, second] = summaries();
  assert.ok(second?.messages[1]?.content.includes('Summary 1.'));
  assert.ok(!second?.messages[1]?.content.includes('q0-0'));
});

test('a summary that was made before is used in another pipeline and with another model, for nothing', async () => {
  const components = createMemoryComponentCache();
  const messages = conversation(8, 100);
  await setUp(undefined, { components }).send(messages);
  const again = setUp(() => assert.fail('asked again'), { components });
  const { events } = await again.send(messages, { model: cheap });
  assert.deepEqual(actionsOf(events), ['trimmed', 'reused']);
});

const FAILURES: readonly (readonly [string, () => string | Error])[] = [
  ['fails', () => farthingError('noKey', { provider: 'Test', environment: null })],
  ['is empty', () => ' '],
];
for (const [how, summary] of FAILURES)
  test(`where the summary ${how}, the call goes on without the old turns, and it is not tried again at once`, async () => {
    const { send, sent, summaries, clock } = setUp(summary);
    const messages = conversation(8, 100);
    const { events, error } = await send(messages);
    assert.equal(error, null);
    assert.deepEqual(actionsOf(events), ['trimmed', 'dropped']);
    assert.match(decisionsOf(events).find(({ action }) => action === 'dropped')?.why ?? '', /failed/);
    assert.match(sent()[0]?.messages[0]?.content ?? '', LEFT_OUT);
    assert.ok(sizeOf(sent()[0]?.messages ?? []) <= LIMIT);
    assert.equal(sent()[0]?.messages.at(-1)?.content, words('now', 100));

    const tried = summaries().length;
    await send(messages, { cache: makeCachePolicy('refresh') });
    assert.equal(summaries().length, tried);
    clock.advance(11 * 60_000);
    await send(messages, { cache: makeCachePolicy('refresh') });
    assert.ok(summaries().length > tried);
  });

test('a call that is cancelled while its summary is made ends as cancelled, and sends nothing', async () => {
  const abort = new AbortController();
  const { send, sent } = setUp(() => {
    abort.abort();
    return farthingError('cancelled', {});
  });
  const { error, events } = await send(conversation(8, 100), { signal: abort.signal });
  assert.equal((error as { code?: string }).code, 'cancelled');
  assert.equal(events.at(-1)?.type, 'receipt');
  assert.deepEqual(sent(), []);
});

test('where a summary costs more than it is expected to save, the old turns are dropped, and that is said', async () => {
  // What was kept costs nothing to read again, so that there is nothing to save.
  const prices: PriceBook = {
    ...DEAR,
    cost: (one, other, usage, ...rest) =>
      DEAR.cost(one, other, { ...usage, inputTokens: usage.inputTokens - usage.cachedInputTokens }, ...rest),
  };
  const { send, summaries, sent } = setUp(undefined, { prices });
  const { events } = await send(conversation(8, 100));
  assert.deepEqual(actionsOf(events), ['trimmed', 'dropped']);
  assert.match(decisionsOf(events).find(({ action }) => action === 'dropped')?.why ?? '', /cost more/);
  assert.deepEqual(summaries(), []);
  assert.match(sent()[0]?.messages[0]?.content ?? '', LEFT_OUT);
});

test('without prices tokens say whether it pays, and the call asks its own model', async () => {
  const prices: PriceBook = { ...DEAR, cost: () => ({ nano: null, priceVersion: null }) };
  const { send, summaries } = setUp(undefined, { prices });
  const { events } = await send(conversation(8, 100));
  assert.deepEqual(actionsOf(events), ['trimmed', 'summarised']);
  assert.equal(summaries()[0]?.model.id, base.model.id);
  assert.equal(decisionsOf(events).find(({ action }) => action === 'trimmed')?.savedNano, undefined);
});

test('a model that cannot read all of the old turns is not asked to sum them up', async () => {
  const prices: PriceBook = { ...DEAR, contextTokens: () => 500 };
  const { send } = setUp(() => assert.fail('asked'), { prices });
  const { events } = await send(conversation(8, 100), { off: new Set(['route']) });
  assert.deepEqual(actionsOf(events), ['trimmed', 'dropped']);
});

test('pinned turns stay where they are, with their answers', async () => {
  const { send, sent } = setUp();
  const messages = conversation(8, 100).map((message, index) =>
    index === 3 ? { ...message, content: `<!-- pin -->\n${message.content}` } : message,
  );
  await send(messages);
  const [first, second, ...rest] = sent()[0]?.messages ?? [];
  assert.match(first?.content ?? '', LEFT_OUT);
  assert.equal(second?.role, 'assistant');
  assert.deepEqual(rest.slice(0, 2), messages.slice(2, 4));
});

test('the newest turn stays whole though it alone is longer than the limit', async () => {
  const { send, sent } = setUp();
  const messages = [
    ...conversation(3, 100).slice(0, -1),
    { role: 'user' as const, content: words('now', 3000) },
  ];
  const { events } = await send(messages);
  assert.ok(actionsOf(events).includes('trimmed'));
  assert.deepEqual(sent()[0]?.messages.slice(2), messages.slice(-1));
});

test('the rest of an answer that broke off is asked for with the same turns as its beginning', async () => {
  const { send, sent } = setUp();
  const messages = conversation(8, 100);
  await send(messages);
  await send([...messages, ...continuation(words('It', 500))]);
  const [first, second] = sent();
  assert.deepEqual(second?.messages.slice(0, first?.messages.length), first?.messages);
  assert.equal(second?.messages.length, (first?.messages.length ?? 0) + 2);
});

test('switched off, all turns are sent, and neither way gets the answer of the other', async () => {
  const { send, sent } = setUp();
  const messages = conversation(8, 100);
  const off = new Set(['fitHistory'] as const);
  await send(messages);
  await send(messages, { off });
  assert.deepEqual(sent()[1]?.messages, messages);
  await send(messages);
  await send(messages, { off });
  assert.equal(sent().length, 2);
});

test('a call that bypasses the cache keeps no summary and is given none', async () => {
  const { send, summaries } = setUp();
  const messages = conversation(30, 40);
  for (let round = 0; round < 2; round++) await send(messages, { cache: makeCachePolicy('bypass') });
  assert.equal(summaries().length, 2);
  assert.equal(summaries()[0]?.cache.mode, 'bypass');
});

test('a store of components that fails costs a summary, and not the answer', async () => {
  const fail = () => {
    throw farthingError('internal', {});
  };
  const { send } = setUp(undefined, { components: { get: fail, put: fail, clear: fail } });
  const { events, error } = await send(conversation(8, 100));
  assert.equal(error, null);
  assert.deepEqual(actionsOf(events), ['trimmed', 'summarised']);
});

test('a preview sends and stores nothing, and says what a summary would cost', async () => {
  const components = createMemoryComponentCache();
  const { dependencies, ledger, next, calls } = setUp(undefined, { components });
  const engine = createEngine({ ...dependencies, ledgerReader: ledger, provider: () => next });
  const messages = conversation(8, 100);
  const call = makeCall({ messages, provider, settings: limited(LIMIT) });
  const preview = await engine.preview(call);
  const own = preview.decisions.filter(({ stage }) => stage === 'fitHistory');
  assert.deepEqual(
    own.map(({ action }) => action),
    ['trimmed', 'assumed'],
  );
  assert.ok((own[1]?.savedNano ?? 0) < -800);
  assert.deepEqual(calls, []);
  assert.deepEqual(ledger.lines(), []);
  assert.equal(components.clear('summary'), 0);

  await collect(engine.runner(fakeKeys())(call));
  const after = await engine.preview({ ...call, cache: makeCachePolicy('bypass') });
  assert.ok(Math.abs(preview.inputTokens - after.inputTokens) < 60);
});

const OTHER_TEXTS = [
  '你好世界。'.repeat(300),
  'مرحبا بالعالم '.repeat(300),
  '🦊🐻‍❄️'.repeat(300),
  'iVBORw0KGgo'.repeat(300),
  '',
  '\ud800'.repeat(1000),
];
for (const text of OTHER_TEXTS)
  test(`turns of ${JSON.stringify(text.slice(0, 4))} are cut back like any other`, async () => {
    const counter = {
      ...fakeCounter(),
      countText: (_model: unknown, content: string) =>
        Promise.resolve({ tokens: Math.ceil(content.length / 4), approximate: true }),
    };
    const { send, sent } = setUp(undefined, { counter });
    const pairs = Array.from({ length: 12 }, (): Message[] => [
      { role: 'user', content: text },
      { role: 'assistant', content: words('a', 100) },
    ]).flat();
    const { events, error } = await send([...pairs, { role: 'user', content: 'So?' }]);
    assert.equal(error, null);
    assert.deepEqual(actionsOf(events), ['trimmed', 'summarised']);
    assert.match(sent()[0]?.messages[0]?.content ?? '', LEFT_OUT);
    assert.equal(sent()[0]?.messages.at(-1)?.content, 'So?');
  });

/** What stands for what is left out has no more tokens than this, with a short summary. */
const STAND_IN = 60;

const turn = fc.record({
  asks: fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 2 }),
  answers: fc.integer({ min: 0, max: 120 }),
  pinned: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  system: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 6 }),
});

test('between two cuts what is sent only grows, questions stay with their answers, and the limit is kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 2, maxLength: 25 }),
      fc.integer({ min: 300, max: 900 }),
      async (turns, limit) => {
        let made = 0;
        const { send, sent } = setUp(() => {
          made += 1;
          return `Summary ${made}.`;
        });
        const said: Message[] = [];
        const pins = new Set<number>();
        let before: { messages: readonly Message[]; actions: readonly string[] } | null = null;
        for (const [index, { asks, answers, pinned, system }] of turns.entries()) {
          if (system !== null) said.push({ role: 'system', content: words(`s${index}`, system) });
          asks.forEach((count, which) => {
            const pin = pinned && which === 0 ? '<!-- pin -->\n' : '';
            if (pinned) pins.add(said.length);
            said.push({ role: 'user', content: `${pin}${words(`q${index}.${which}`, count)}` });
          });
          const { events, error } = await send([...said], { settings: limited(limit) });
          assert.equal(error, null);
          const now = { messages: sent().at(-1)?.messages ?? [], actions: actionsOf(events) };
          const isCut = now.actions.some(
            (one) => one === 'summarised' || one === 'extended' || one === 'dropped',
          );
          if (before !== null && !isCut)
            assert.deepEqual(now.messages.slice(0, before.messages.length), before.messages);
          const asked = said.slice(said.findLastIndex(({ role }) => role === 'assistant') + 1);
          assert.deepEqual(
            now.messages.filter(({ role }) => role !== 'system').slice(-asks.length),
            asked.filter(({ role }) => role !== 'system'),
          );
          const unavoidable = said.filter(
            ({ role }, place) => role === 'system' || place >= said.length - asks.length || pins.has(place),
          );
          assert.ok(sizeOf(now.messages) <= Math.max(limit, sizeOf(unavoidable) + STAND_IN));
          const kept = new Set(now.messages.map(({ content }) => content));
          for (const [place, { role, content }] of said.entries()) {
            if (role === 'system') assert.ok(kept.has(content));
            const answer = said[place + 1];
            if (
              role === 'user' &&
              answer?.role === 'assistant' &&
              countWords(content) > 0 &&
              countWords(answer.content) > 0
            )
              assert.equal(kept.has(content), kept.has(answer.content));
            if (content.startsWith('<!-- pin -->')) assert.ok(kept.has(content));
          }
          before = now;
          if (pinned) pins.add(said.length);
          said.push({ role: 'assistant', content: words(`a${index}`, answers) });
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('on no conversation is the call dearer than with all of its turns, and without prices it has fewer tokens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 1500 }),
      async (turns, each, limit) => {
        const { dependencies, ledger, next } = setUp();
        const engine = createEngine({ ...dependencies, ledgerReader: ledger, provider: () => next });
        const call = makeCall({ messages: conversation(turns, each), provider, settings: limited(limit) });
        const plan = await engine.preview(call);
        const without = await engine.preview({ ...call, off: new Set(['fitHistory']) });
        assert.ok((plan.cost.nano ?? 0) <= (without.cost.nano ?? 0));
        assert.equal(
          plan.decisions.some(({ action }) => action === 'trimmed'),
          plan.inputTokens < without.inputTokens,
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('a summary that a budget refuses costs the call its summary alone', async () => {
  const refused: string[] = [];
  const state = {
    budget: makeBudget({ id: 'b', value: 'summary', scope: 'feature', action: 'refuse' }),
    key: 'summary',
    windowStart: 0,
    windowEnd: 1,
    used: 0,
    reserved: 0,
    unknownCalls: 0,
  };
  const budgets: Budgets = {
    ...openBudgets,
    watches: () => true,
    reserve: ({ callId, worstCases }) => {
      if (worstCases.every(({ subject }) => subject.feature !== 'summary'))
        return { kind: 'granted', tight: [] };
      refused.push(callId);
      return { kind: 'refused', state, unpriced: false };
    },
  };
  const { send, sent, ledger } = setUp(() => assert.fail('sent'), { budgets });
  const { events, error } = await send(conversation(8, 100));
  assert.equal(error, null);
  assert.deepEqual(actionsOf(events), ['trimmed', 'dropped']);
  assert.equal(sent().length, 1);
  assert.ok(refused.length > 0);
  const outcomes = ledger
    .lines()
    .map(({ call, receipt }) => `${call.attribution.feature} ${receipt?.outcome}`);
  assert.deepEqual(outcomes.sort(), ['summary refused', 'test answered']);
});

describe('of a call that names no model', () => {
  const rung = (id: string, tier: Tier) => ({ provider, model: { ...base.model, id }, tier });
  const ladder = [rung('cheap', 'small'), rung('dear', 'frontier')];

  test('a model makes the summary that costs less than it saves, whatever it is believed to be good for', async () => {
    const router = evenRouter({ small: 0.01, frontier: 0.99 });
    const { send, summaries } = setUp(undefined, { router });
    const { events } = await send(conversation(8, 100), { ...ladder[1], ladder });
    assert.deepEqual(actionsOf(events), ['trimmed', 'summarised']);
    assert.equal(summaries()[0]?.model.id, 'cheap');
    assert.equal(decisionsOf(events).find(({ action }) => action === 'trimmed')?.savedNano, undefined);
  });

  test('the cheapest of several that pay makes it', async () => {
    const { send, summaries } = setUp(undefined, { prices: ALIKE });
    const { events, error } = await send(conversation(20, 40), { ...ladder[1], ladder });
    assert.equal(error, null);
    assert.deepEqual(actionsOf(events), ['trimmed', 'summarised']);
    assert.deepEqual(summaries()[0]?.ladder.map(({ model }) => model.id) ?? [], ['dear']);
    assert.equal(summaries()[0]?.model.id, 'cheap');
  });
});

test('no summary goes to another provider, nor to a model that is dearer than the one that is named', async () => {
  const { send, summaries } = setUp(undefined, { prices: ALIKE });
  const other = { ...base.provider, name: 'Other', models: [cheap] };
  const settings = { ...limited(LIMIT), providers: [provider, other] };
  await send(conversation(20, 40), { model: cheap, settings, chain: [{ provider: other, model: cheap }] });
  assert.equal(summaries()[0]?.model.id, 'cheap');
  assert.deepEqual(summaries()[0]?.ladder, []);
  assert.deepEqual(summaries()[0]?.chain, []);
});
