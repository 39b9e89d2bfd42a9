/** What is said to a provider's prefix cache, when it pays, and what keeps a prompt out of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../../protocol/messages.ts';
import type { ProviderSettings } from '../../../protocol/settings.ts';
import type { PriceBook } from '../../../server/pipeline/ports.ts';
import { createPrefixMemory, previewPrefixes } from '../../../server/pipeline/prefix-memory.ts';
import type { Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { arrangePrefix } from '../../../server/pipeline/stages/arrange-prefix.ts';
import { volatileParts } from '../../../server/pipeline/volatile-parts.ts';
import { attemptOf, openedCall, receiptOf, usageOf } from '../../support/ledger-fixtures.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { collect, countWords, fakeCounter, makeCall } from '../../support/pipeline-fakes.ts';
import { actionsOf, reasonsOf } from '../../support/scripted-legs.ts';

const JOB = 'file:///a.prompt.md';
const MINUTE = 60_000;
const { attribution, provider: TEST, startedAt: NOW } = makeCall();
const CLAUDE = { id: 'anthropic/claude-sonnet-4', contextTokens: null, encoding: null };
const OPENROUTER: ProviderSettings = { ...TEST, name: 'OpenRouter', baseUrl: 'https://openrouter.ai/api/v1' };
const OPENAI: ProviderSettings = { ...TEST, baseUrl: 'https://api.openai.com/v1' };

/** Input at 10 nano-dollars a token, read at a tenth and written at one and a quarter of it, as Claude's prices are. */
const prices: PriceBook = {
  cost: (_provider, _model, { inputTokens, cachedInputTokens, cacheWriteTokens }) => ({
    nano:
      (inputTokens - cachedInputTokens - cacheWriteTokens) * 10 + cachedInputTokens + cacheWriteTokens * 12.5,
    priceVersion: 'test@1',
  }),
  contextTokens: () => null,
};

interface Scene {
  /** How many minutes ago the job ran, newest first. */
  readonly ago?: readonly number[];
  readonly prices?: PriceBook;
}

/** The stage alone; every answer says that `usage` was used. */
function setUp({ ago = [], prices: own = prices }: Scene = {}) {
  const ledger = createMemoryLedger();
  for (const minutes of ago.toReversed()) {
    const call = openedCall(`${minutes} ago`, {
      startedAt: NOW - minutes * MINUTE,
      attribution: { ...attribution, job: JOB },
      provider: 'OpenRouter',
      model: CLAUDE.id,
    });
    const attempts = [attemptOf(1, { provider: 'OpenRouter', model: CLAUDE.id })];
    ledger.close(call, receiptOf(call, attempts), attempts);
  }
  const prefixes = createPrefixMemory('salt');
  const sent: Call[] = [];
  const stageOver = (memory: typeof prefixes) =>
    arrangePrefix({ ledger, counter: fakeCounter(), prices: own, prefixes: memory });
  const run = async (call: Partial<Call> = {}, usage = usageOf(5000, 1), memory = prefixes) => {
    const made = makeCall({ attribution: { ...attribution, job: JOB }, ...call });
    const { events, error } = await collect(
      stageOver(memory).run(made, async function* (passed) {
        sent.push(passed);
        const { provider, model } = passed;
        yield { type: 'attempt', attempt: attemptOf(1, { provider: provider.name, model: model.id, usage }) };
        yield { type: 'end', reason: 'stop' };
      }),
    );
    assert.equal(error, null);
    return events;
  };
  return {
    prefixes,
    sent,
    run,
    preview: (call: Partial<Call>) => run(call, undefined, previewPrefixes(prefixes)),
  };
}

const words = (count: number, word = 'word') => Array<string>(count).fill(word).join(' ');
const system = (content: string): Message => ({ role: 'system', content });
const user = (content: string): Message => ({ role: 'user', content });
const claude = (messages: readonly Message[]): Partial<Call> => ({
  provider: OPENROUTER,
  model: CLAUDE,
  messages,
});
const LONG = claude([system(words(2000)), user('one')]);
const OFTEN = [1, 3, 5, 8];
const marksOf = (call: Call | undefined) => call?.prefix?.breakpoints ?? [];
const ofStage = (events: readonly ReplyEvent[]) =>
  reasonsOf(events.filter((event) => event.type === 'decision' && event.decision.stage === 'arrangePrefix'));

test('a prompt that comes back in time is marked where its stable part ends', async () => {
  const { run, sent } = setUp({ ago: OFTEN });
  const events = await run(LONG);
  assert.deepEqual(sent[0]?.prefix, {
    cacheKey: null,
    breakpoints: [0],
    at: ['OpenRouter/anthropic/claude-sonnet-4'],
  });
  assert.deepEqual(actionsOf(events), ['arrangePrefix marked']);
  assert.match(
    ofStage(events)[0] ?? '',
    /first 2,000 tokens .* 4 of the last 4 calls .* 1\.25 and a read 0\.10/,
  );
});

test('nothing is marked where a write would cost more than the reads save', async () => {
  const { run, sent } = setUp({ ago: [20, 40, 58] });
  const events = await run(LONG);
  assert.deepEqual(marksOf(sent[0]), []);
  assert.deepEqual(actionsOf(events), ['arrangePrefix stoodAside']);
});

test('a prompt is marked exactly where that is cheaper, whatever its past', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 2 }), async (minutes) => {
      const ago = minutes.toSorted((one, other) => one - other);
      const { run, sent } = setUp({ ago });
      await run(LONG);
      const found = ago.filter((minute, index) => minute - (ago[index - 1] ?? 0) <= 5).length;
      const marked = found * 0.1 + (ago.length - found) * 1.25;
      assert.equal(marksOf(sent[0]).length > 0, marked < ago.length);
    }),
    { numRuns: 200 },
  );
});

test('nothing is marked of a prompt that is new, too short, of another endpoint, or has no price', async () => {
  const unpriced: PriceBook = { ...prices, cost: () => ({ nano: null, priceVersion: null }) };
  const free: PriceBook = { ...prices, cost: () => ({ nano: 0, priceVersion: 'free' }) };
  const cases: readonly (readonly [string, Scene, Partial<Call>])[] = [
    ['one run before', { ago: [1] }, LONG],
    ['too short', { ago: OFTEN }, claude([system(words(1023)), user('one')])],
    [
      'too short for this model',
      { ago: OFTEN },
      { ...LONG, model: { ...CLAUDE, id: 'anthropic/claude-opus-4.6' } },
    ],
    [
      "Anthropic's own endpoint",
      { ago: OFTEN },
      { ...LONG, provider: { ...OPENROUTER, baseUrl: 'https://api.anthropic.com/v1' } },
    ],
    ['a model that caches by itself', { ago: OFTEN }, { ...LONG, model: { ...CLAUDE, id: 'openai/gpt-5' } }],
    ['a simulator', { ago: OFTEN }, { ...LONG, provider: { ...OPENROUTER, simulated: true } }],
    ['no job', { ago: OFTEN }, { ...LONG, attribution }],
    ['no price', { ago: OFTEN, prices: unpriced }, LONG],
    ['free', { ago: OFTEN, prices: free }, LONG],
    ['only the cache', { ago: OFTEN }, { ...LONG, cache: { ...makeCall().cache, mode: 'only' } }],
  ];
  for (const [what, scene, call] of cases) {
    const { run, sent } = setUp(scene);
    await run(call);
    assert.deepEqual(marksOf(sent[0]), [], what);
  }
});

test('what the last call had in common is marked, and of a conversation that grows its end', async () => {
  const { run, sent } = setUp({ ago: OFTEN });
  const context = user(words(1500));
  await run(claude([system(words(1100)), context, user('one')]));
  assert.deepEqual(marksOf(sent[0]), [0]);
  await run(claude([system(words(1100)), context, user('two')]));
  assert.deepEqual(marksOf(sent[1]), [0, 1], 'the context is the same again');
  const grown = [
    system(words(1100)),
    context,
    user('two'),
    { role: 'assistant', content: 'yes' } as const,
    user('three'),
  ];
  await run(claude(grown));
  assert.deepEqual(marksOf(sent[2]), [0, 4]);
});

test('marks of which nothing ever comes are left out', async () => {
  const { run, sent } = setUp({ ago: OFTEN });
  for (let call = 0; call < 4; call++) await run(LONG, usageOf(2001, 1));
  assert.deepEqual(
    sent.map((call) => marksOf(call).length > 0),
    [true, true, true, false],
  );
  const works = setUp({ ago: OFTEN });
  for (let call = 0; call < 4; call++) await works.run(LONG, usageOf(2001, 1, { cachedInputTokens: 1900 }));
  assert.deepEqual(
    works.sent.map((call) => marksOf(call).length > 0),
    [true, true, true, true],
  );
});

test('what the provider read and wrote is said, with what a read saved', async () => {
  const { run } = setUp();
  const read = await run({}, usageOf(3000, 1, { cachedInputTokens: 2048 }));
  assert.deepEqual(ofStage(read), ['The provider read 2,048 of 3,000 input tokens from its prefix cache.']);
  const [event] = read.filter(({ type }) => type === 'decision');
  assert.equal(event?.type === 'decision' && event.decision.savedNano, 2048 * 9);
  const written = await run({}, usageOf(3000, 1, { cacheWriteTokens: 2048 }));
  assert.match(ofStage(written)[0] ?? '', /^The provider wrote 2,048 input tokens/);
});

test('calls with one system text have one key at OpenAI, whatever else they have; it never is the text', async () => {
  const { run, sent } = setUp();
  const ask = (first: string, more: Partial<Call> = {}) =>
    run({ provider: OPENAI, messages: [system(first), user(first)], ...more });
  await ask('secret rules');
  await ask('secret rules', { attribution });
  await ask('other rules');
  await run({ provider: OPENAI });
  await run({ provider: OPENAI, attribution });
  await run({});
  const [one, same, other, ofJob, none, elsewhere] = sent.map(({ prefix }) => prefix?.cacheKey ?? null);
  assert.match(one ?? '', /^[0-9a-f]{32}$/);
  assert.equal(same, one);
  assert.notEqual(other, one);
  assert.match(ofJob ?? '', /^[0-9a-f]{32}$/);
  assert.equal(none, null, 'there is nothing to know it by');
  assert.equal(elsewhere, null, 'the endpoint does not know the field');
});

test('a job keeps the order in which its tools came first', async () => {
  const { run, sent } = setUp();
  const tools = [{ name: 'write' }, { name: 'read' }, { name: 'list' }];
  await run({ tools });
  await run({ tools: tools.toReversed() });
  await run({ tools: [...tools.toReversed(), { name: 'new' }] });
  await run({ tools: tools.toReversed(), attribution });
  assert.deepEqual(
    sent.map((call) => call.tools.map(({ name }) => name).join(' ')),
    ['write read list', 'write read list', 'list read write new', 'list read write'],
  );
});

test('messages are never changed, whatever they are', async () => {
  const message = fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: fc.string() });
  await fc.assert(
    fc.asyncProperty(fc.array(message as fc.Arbitrary<Message>, { maxLength: 5 }), async (messages) => {
      const { run, sent } = setUp({ ago: OFTEN });
      await run(claude(messages));
      assert.equal(sent[0]?.messages, messages);
    }),
  );
});

const TIMES: Readonly<Record<string, string>> = {
  'with milliseconds, in UTC': new Date(NOW).toISOString(),
  'to the second, with an offset': '2026-01-01T05:29:59+05:30',
  'to the minute': '2026-01-01T00:01Z',
  'seconds since 1970': String(NOW / 1000),
  'milliseconds since 1970': String(NOW),
};
for (const [what, time] of Object.entries(TIMES))
  test(`the time of the call in front of a stable text is named, with what it costs: ${what}`, async () => {
    const { run } = setUp();
    const messages = [system(`You help.\nIt is ${time}.\n${words(4000)}`), user('one')];
    const events = await run({ messages }, usageOf(4010, 1));
    assert.deepEqual(actionsOf(events), ['arrangePrefix warned']);
    const [why = ''] = ofStage(events);
    assert.match(
      why,
      /^Line 2 of message 1 \(system\) has the time of the call in front of about (3,9|4,0)\d\d tokens/,
    );
    assert.match(why, /about \$0\.00003\d* a call\. Move it behind them\.$/);
  });

test('the rest of an answer is told nothing twice', async () => {
  const { run } = setUp();
  const messages = [system(`It is ${new Date(NOW).toISOString()}.\n${words(4000)}`), user('one')];
  assert.deepEqual(await run({ messages, part: 'rest' }).then(actionsOf), []);
  assert.deepEqual(await run({ messages, part: 'beginning' }).then(actionsOf), ['arrangePrefix warned']);
});

test('an identifier is named once another stands in its place', async () => {
  const { run, preview } = setUp();
  const withId = (id: string): Partial<Call> => ({
    messages: [system(`Session ${id}\n${words(4000)}`), user('one')],
  });
  const [first, second] = ['0b0e5c1e-9f6b-4a53-8f0e-3c8ab2f0c111', '9d1c6f0a-55f1-4a35-9c8d-2f4f0c9be222'];
  assert.deepEqual(await run(withId(first)).then(actionsOf), []);
  assert.deepEqual(await run(withId(first)).then(actionsOf), [], 'it stays: it is part of the prompt');
  assert.deepEqual(await preview(withId(second)).then(actionsOf), ['arrangePrefix warned']);
  const events = await run(withId(second));
  assert.match(ofStage(events)[0] ?? '', /an identifier that was another in the last call/);
  assert.ok(!reasonsOf(events).join().includes(second), 'nothing of the prompt is quoted');
});

test('what a user says is a log or a diff as well: only where the same comes behind it again a part spoils it', async () => {
  const { run } = setUp();
  const withLog = (time: number, rest: string): Partial<Call> => ({
    messages: [system('You help.'), user(`${new Date(time).toISOString()} ERROR\n${rest}`)],
  });
  const withDiff = (commit: string, rest: string): Partial<Call> => ({
    messages: [system('You help.'), user(`commit ${commit}\n${rest}`)],
  });
  const logs = [withLog(NOW, words(3000)), withLog(NOW - 1000, words(3000, 'other'))];
  const diffs = [withDiff('a'.repeat(40), words(3000)), withDiff('b'.repeat(40), words(3000, 'other'))];
  for (const call of [...logs, ...diffs]) assert.deepEqual(await run(call).then(actionsOf), []);
  assert.deepEqual(await run(withDiff('c'.repeat(40), words(3000, 'other'))).then(actionsOf), [
    'arrangePrefix warned',
  ]);
});

test('an earlier turn of a conversation stays as it is, whatever time it has', async () => {
  const { run } = setUp();
  const first = user(`${new Date(NOW).toISOString()}\n${words(3000)}`);
  const turns: readonly Message[] = [first, { role: 'assistant', content: 'Yes.' }];
  assert.deepEqual(await run({ messages: [first] }).then(actionsOf), []);
  assert.deepEqual(await run({ messages: [...turns, user('And now?')] }).then(actionsOf), []);
  assert.deepEqual(await run({ messages: [...turns, user('Then?')], attribution }).then(actionsOf), []);
});

test('nothing is said of what spoils nothing', async () => {
  const now = new Date(NOW).toISOString();
  const cases: Readonly<Record<string, readonly Message[]>> = {
    'a time behind the stable text': [system(`${words(4000)}\n${now}`), user('one')],
    'a time of another day, which is part of the text': [
      system(`Released 2025-01-01T00:00Z\n${words(4000)}`),
      user('one'),
    ],
    'a date': [system(`Today is 2026-01-01\n${words(4000)}`), user('one')],
    'a short prompt': [system(`${now}\n${words(100)}`), user('one')],
    'a time in front of what is asked this time': [system(`You help. ${now}`), user(words(4000))],
    'a number that is no time': [system(`Order 15\n${words(4000)}`), user('one')],
    'no message': [],
  };
  for (const [what, messages] of Object.entries(cases)) {
    const { run } = setUp();
    const tokens = messages.reduce((sum, { content }) => sum + countWords(content), 0);
    assert.deepEqual(await run({ messages }, usageOf(tokens, 1)).then(actionsOf), [], what);
  }
  const spoilt = [system(`${now}\n${words(4000)}`), user('one')];
  const warm = usageOf(4002, 1, { cachedInputTokens: 3900 });
  assert.deepEqual(await setUp().run({ messages: spoilt }, warm).then(actionsOf), ['arrangePrefix read']);
  const same: PriceBook = { ...prices, cost: () => ({ nano: 7, priceVersion: 'x' }) };
  assert.deepEqual(
    await setUp({ prices: same }).run({ messages: spoilt }).then(actionsOf),
    [],
    'a cache saves nothing',
  );
});

test('a volatile part is found wherever it stands near the front', () => {
  const values = [
    '0b0e5c1e-9f6b-4a53-8f0e-3c8ab2f0c111',
    new Date(NOW).toISOString(),
    'a'.repeat(24),
    String(NOW),
  ];
  const before = fc.array(fc.constantFrom('cafe', 'x', '-', ' ', '\n', '12', 'é', '2026-01-01'), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      before,
      fc.constantFrom(...values),
      fc.constantFrom(' ', '\n', '(', 'é'),
      (text, value, edge) => {
        const front = `${text.join('')}${edge}`;
        const parts = volatileParts([system(`${front}${value} ${words(1000)}`)], NOW);
        const found = parts.find((part) => part.before === front.length);
        assert.equal(found?.value, value);
        assert.equal(found?.line, front.split('\n').length);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a preview teaches nothing', async () => {
  const { preview, prefixes } = setUp({ ago: OFTEN });
  await preview(LONG);
  assert.equal(prefixes.lastCall(JOB), null);
  assert.ok(prefixes.worksAt('OpenRouter/anthropic/claude-sonnet-4'));
});
