/** Where a call goes when its endpoint fails, and when it goes nowhere else; with the deadline that it has in all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, FarthingError } from '../../../protocol/errors.ts';
import { defaultSettings, type ProviderSettings } from '../../../protocol/settings.ts';
import { createEngine } from '../../../server/calls/engine.ts';
import { createHealth } from '../../../server/pipeline/health.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Call, ReplyEvent, Route } from '../../../server/pipeline/stage.ts';
import { fallback } from '../../../server/pipeline/stages/fallback.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import {
  collect,
  fakeDependencies,
  fakeKeys,
  makeCachePolicy,
  makeCall,
  testClock,
} from '../../support/pipeline-fakes.ts';
import {
  actionsOf,
  answers,
  attemptsOf,
  codeOf,
  fails,
  fault,
  hangs,
  type Leg,
  readTo,
  reasonsOf,
  scriptedLegs,
  textOf,
} from '../../support/scripted-legs.ts';

const { provider: OWN, model: OWN_MODEL } = makeCall();

const route = (name: string, model: string, more: Partial<ProviderSettings> = {}): Route => ({
  provider: { ...OWN, name, baseUrl: `https://${name.toLowerCase()}.test/v1`, ...more },
  model: { ...OWN_MODEL, id: model },
});
const SPARE = route('Spare', 'spare-model');
const THIRD = route('Third', 'third-model');

/** The stage alone over scripted requests, without the retries below it. */
function setUp(...legs: readonly Leg[]) {
  const clock = testClock();
  const health = createHealth({ clock, changed: () => undefined });
  const provider = scriptedLegs(...legs);
  const stage = fallback({ clock, health });
  const run = (call: Partial<Call> = {}) => readTo(stage.run(makeCall(call), provider.next), clock);
  return { clock, health, provider, run };
}

const placesOf = (calls: readonly Call[]) =>
  calls.map(({ provider, model }) => `${model.id} ${provider.baseUrl}`);

test('a model that a call goes on to is sent no temperature that it refuses; the one that was named is', async () => {
  const { run, provider } = setUp(fails('network'), answers('fine'));
  const own: Route = { provider: OWN, model: { ...OWN_MODEL, id: 'gpt-5' } };
  await run({ ...own, chain: [route('Spare', 'o4-mini')], sampling: { temperature: 0.2 } });
  assert.deepEqual(
    provider.calls.map(({ sampling }) => sampling),
    [{ temperature: 0.2 }, {}],
  );
});

test('a call goes to the other endpoints of its model, then down the chain with theirs, each once', async () => {
  const { run, provider } = setUp(...Array<Leg>(5).fill(fails('network')));
  const own = { ...OWN, alternatives: ['http://b.test/v1', OWN.baseUrl] };
  const spare = route('Spare', 'spare-model', { alternatives: ['https://c.test/v1'] });
  const sameAgain: Route = { provider: own, model: OWN_MODEL };
  const { error } = await run({ provider: own, chain: [sameAgain, spare, THIRD, spare] });
  assert.equal(codeOf(error), 'network');
  assert.deepEqual(placesOf(provider.calls), [
    'test-model http://127.0.0.1:9/v1',
    'test-model http://b.test/v1',
    'spare-model https://spare.test/v1',
    'spare-model https://c.test/v1',
    'third-model https://third.test/v1',
  ]);
  assert.deepEqual(
    provider.calls.map(({ hasAlternative }) => hasAlternative),
    [true, true, true, true, false],
  );
});

test('a decision says from where to where and why, and the attempts are those of whom was asked', async () => {
  const { run } = setUp(fails('rateLimited'), answers('from the spare'));
  const { events, error } = await run({ chain: [SPARE] });
  assert.equal(error, null);
  assert.equal(textOf(events), 'from the spare');
  assert.deepEqual(actionsOf(events), ['fallback fellBack']);
  assert.deepEqual(reasonsOf(events), [
    'Test/test-model at 127.0.0.1:9 had no room; went on to Spare/spare-model at spare.test.',
  ]);
  assert.deepEqual(
    attemptsOf(events).map(({ provider, model, outcome }) => [provider, model, outcome]),
    [
      ['Test', 'test-model', 'failed'],
      ['Spare', 'spare-model', 'answered'],
    ],
  );
});

for (const code of [
  'network',
  'timeout',
  'providerDown',
  'malformedStream',
  'cutStream',
  'rateLimited',
  'endpointPaused',
  'quotaExceeded',
  'keyRefused',
  'noKey',
  'noSuchModel',
] as const) {
  test(`after "${code}" the next may work`, async () => {
    const { run } = setUp(fails(code, { retryable: false }), answers('fine'));
    assert.equal(textOf((await run({ chain: [SPARE] })).events), 'fine');
  });
}

for (const code of [
  'badRequest',
  'contextTooLong',
  'cancelled',
  'deadline',
  'notCached',
  'internal',
] as const) {
  test(`after "${code}" nothing else is asked`, async () => {
    const { run, provider } = setUp(fails(code, { retryable: false }));
    const { error, events } = await run({ chain: [SPARE] });
    assert.equal(codeOf(error), code);
    assert.equal(provider.calls.length, 1);
    assert.deepEqual(actionsOf(events), []);
  });
}

test('a model of the chain that does not take the request is passed over', async () => {
  const { run } = setUp(
    fails('providerDown'),
    fails('contextTooLong', { retryable: false }),
    answers('fine'),
  );
  const { events } = await run({ chain: [SPARE, THIRD] });
  assert.equal(textOf(events), 'fine');
  assert.match(reasonsOf(events)[1] ?? '', /^Spare\/spare-model .* has too small a context window; went on/);
});

test('the same model elsewhere that calls the request wrong ends it', async () => {
  const { run, provider } = setUp(fails('network'), fails('badRequest', { retryable: false }));
  const own = { ...OWN, alternatives: ['http://b.test/v1'] };
  assert.equal(codeOf((await run({ provider: own, chain: [SPARE] })).error), 'badRequest');
  assert.equal(provider.calls.length, 2);
});

test('without a key, other endpoints that want the same key are passed over', async () => {
  const { run, provider } = setUp(fails('noKey'), answers('fine'));
  const own = { ...OWN, alternatives: ['http://b.test/v1'] };
  assert.equal((await run({ provider: own, chain: [SPARE] })).error, null);
  assert.equal(provider.calls[1]?.provider.name, 'Spare');
});

test('real money never goes on as simulated, nor the other way round', async () => {
  const simulated = route('Demo', 'demo', { simulated: true });
  const real = setUp(fails('network'));
  assert.equal(codeOf((await real.run({ chain: [simulated] })).error), 'network');
  assert.equal(real.provider.calls[0]?.hasAlternative, false, 'and it is none to count on');
  const demo = setUp(fails('network'));
  assert.equal(codeOf((await demo.run({ ...simulated, chain: [SPARE] })).error), 'network');
});

test('an alternative whose circuit is open is none to count on, but tried in the end', async () => {
  const { run, health, provider } = setUp(fails('network'), fails('endpointPaused'));
  for (let time = 0; time < 5; time++) {
    const admission = health.admit(SPARE.provider.baseUrl);
    assert.ok(admission.admitted);
    admission.ended(fault('providerDown'));
  }
  await run({ chain: [SPARE] });
  assert.deepEqual(
    provider.calls.map(({ hasAlternative }) => hasAlternative),
    [false, false],
  );
});

const lastWords: readonly (readonly [string, readonly Leg[], ErrorCode])[] = [
  ['the first', [fails('network'), fails('keyRefused'), fails('providerDown')], 'network'],
  [
    'the first that somebody can mend, where the first of all passes by itself',
    [fails('rateLimited'), fails('endpointPaused'), fails('keyRefused')],
    'keyRefused',
  ],
  [
    'not that of an endpoint that is overloaded',
    [fails('providerDown', { atCapacity: true }), fails('noSuchModel'), fails('network')],
    'noSuchModel',
  ],
  [
    'the first of all where all pass by themselves',
    [fails('endpointPaused', { retryAfterMs: 9000 }), fails('rateLimited'), fails('rateLimited')],
    'endpointPaused',
  ],
];
for (const [what, legs, code] of lastWords) {
  test(`when all fail, the error is ${what}, and each has its decision`, async () => {
    const { run } = setUp(...legs);
    const { events, error } = await run({ chain: [SPARE, THIRD] });
    assert.equal(codeOf(error), code);
    assert.deepEqual(actionsOf(events), ['fallback fellBack', 'fallback fellBack', 'fallback exhausted']);
    assert.match(
      reasonsOf(events)[2] ?? '',
      /^Third\/third-model at third\.test .*; nothing is left to try\.$/,
    );
  });
}

const shownParts: readonly ReplyEvent[] = [
  { type: 'text', text: 'ha' },
  { type: 'reasoning', text: 'hm' },
  { type: 'refusal', text: 'no' },
  { type: 'toolCall', id: 't', name: 'read', arguments: '{}' },
];
for (const part of shownParts) {
  test(`nothing takes the place of an answer of which a ${part.type} was shown`, async () => {
    const { run, provider } = setUp({ shows: [part], error: fault('cutStream') });
    const { events, error } = await run({ chain: [SPARE] });
    assert.equal(codeOf(error), 'cutStream');
    assert.equal(events[0], part);
    assert.equal(provider.calls.length, 1);
  });
}

test('an endpoint that is slow to begin is left, and charged for what it used', async () => {
  const { run, clock } = setUp(hangs(3), answers('from the spare', 7));
  const { events, error } = await run({ provider: { ...OWN, firstTokenSeconds: 2 }, chain: [SPARE] });
  assert.equal(error, null);
  assert.equal(clock.elapsed(), 2000);
  assert.equal(textOf(events), 'from the spare');
  assert.deepEqual(
    attemptsOf(events).map(({ outcome, errorCode, cost }) => [outcome, errorCode, cost.nano]),
    [
      ['aborted', 'slowStart', 3],
      ['answered', null, 7],
    ],
  );
  assert.match(reasonsOf(events)[0] ?? '', /showed nothing in time; went on to Spare/);
});

const patient: readonly (readonly [string, Leg, readonly Route[]])[] = [
  ['an endpoint without another one may be slow', { ...hangs(), shows: [] }, []],
  ['once it shows something, it may take its time', { ...hangs(), shows: shownParts.slice(1, 2) }, [SPARE]],
];
for (const [what, leg, chain] of patient) {
  test(what, async () => {
    const controller = new AbortController();
    const clock = testClock();
    const provider = scriptedLegs(leg);
    const stage = fallback({ clock, health: createHealth({ clock, changed: () => undefined }) });
    const own = { ...OWN, firstTokenSeconds: 2 };
    const call = makeCall({ provider: own, chain, signal: controller.signal });
    const read = collect(stage.run(call, provider.next));
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(clock.sleeping(), [], 'nobody waits');
    controller.abort();
    assert.equal(codeOf((await read).error), 'cancelled');
    assert.equal(provider.calls.length, 1);
  });
}

test('a first word at the very end of its time is in time or unseen, and never half of each', async () => {
  for (let ticks = 0; ticks < 12; ticks++) {
    const clock = testClock();
    const stage = fallback({ clock, health: createHealth({ clock, changed: () => undefined }) });
    const call = makeCall({ provider: { ...OWN, firstTokenSeconds: 2 }, chain: [SPARE] });
    const timeEnds = async () => {
      for (let tick = 0; tick < ticks; tick++) await null;
      clock.advance(2000);
    };
    const { events, error } = await readTo(
      stage.run(call, async function* ({ provider, signal }) {
        if (provider.name === OWN.name) void timeEnds();
        yield { type: 'text', text: provider.name };
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) throw fault('cancelled');
        yield { type: 'end', reason: 'stop' };
      }),
      clock,
    );
    assert.equal(error, null);
    assert.equal(textOf(events), actionsOf(events).length === 0 ? OWN.name : SPARE.provider.name);
  }
});

test('who cancels while a slow endpoint is being left has cancelled', async () => {
  const controller = new AbortController();
  const clock = testClock();
  const stage = fallback({ clock, health: createHealth({ clock, changed: () => undefined }) });
  const own = { ...OWN, firstTokenSeconds: 2 };
  const call = makeCall({ provider: own, chain: [SPARE], signal: controller.signal });
  const { error, events } = await readTo(
    stage.run(call, async function* ({ signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      controller.abort();
      throw fault('cancelled');
    }),
    clock,
  );
  assert.equal(codeOf(error), 'cancelled');
  assert.deepEqual(actionsOf(events), []);
});

/** A provider whose first request answers only when it is aborted, with these events. */
function latecomer(late: readonly ReplyEvent[], error: FarthingError | null) {
  const legs = scriptedLegs(answers('from the spare'));
  let first = true;
  return async function* (call: Call) {
    if (!first) return yield* legs.next(call);
    first = false;
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }));
    yield* late;
    if (error !== null) throw error;
  };
}

test('what a slow endpoint shows as it is left stays unseen, unless it is whole: then it is the answer', async () => {
  const call = makeCall({ provider: { ...OWN, firstTokenSeconds: 2 }, chain: [SPARE] });
  const text: ReplyEvent = { type: 'text', text: 'late' };
  const clock = testClock();
  const stage = fallback({ clock, health: createHealth({ clock, changed: () => undefined }) });
  const cut = await readTo(stage.run(call, latecomer([text], fault('cancelled'))), clock);
  assert.equal(textOf(cut.events), 'from the spare');
  const whole = await readTo(
    stage.run(call, latecomer([text, { type: 'end', reason: 'stop' }], null)),
    clock,
  );
  assert.equal(textOf(whole.events), 'late');
  assert.deepEqual(actionsOf(whole.events), []);
});

test('when nothing else can answer either, the error of a slow endpoint names its limit', async () => {
  const { run } = setUp(hangs(), fails('rateLimited'));
  const { error } = await run({ provider: { ...OWN, firstTokenSeconds: 2 }, chain: [SPARE] });
  assert.match(String(error), /Test showed nothing within 2 s.* raise firstTokenSeconds of Test/);
});

test('a call that is cancelled while it waits for the first word ends there', async () => {
  const controller = new AbortController();
  const { run, provider } = setUp(hangs());
  const running = run({
    provider: { ...OWN, firstTokenSeconds: 3600 },
    chain: [SPARE],
    signal: controller.signal,
  });
  controller.abort();
  const { error, events } = await running;
  assert.equal(codeOf(error), 'cancelled');
  assert.equal(attemptsOf(events)[0]?.errorCode, 'cancelled');
  assert.equal(provider.calls.length, 1);
});

/** The whole pipeline over scripted requests. */
function setUpPipeline(...legs: readonly Leg[]) {
  const clock = testClock();
  const ledger = createMemoryLedger();
  const provider = scriptedLegs(...legs);
  const dependencies = fakeDependencies({ clock, ledger });
  const run = pipeline(dependencies, provider.next);
  return {
    clock,
    ledger,
    provider,
    dependencies,
    run: (call: Partial<Call> = {}) =>
      readTo(run(makeCall({ cache: makeCachePolicy('bypass'), ...call })), clock),
  };
}

const receiptOf = (events: readonly ReplyEvent[]) => {
  const last = events.at(-1);
  assert.equal(last?.type, 'receipt', 'the receipt is the last event');
  return last.receipt;
};

test('the receipt names who answered, and its cost is that of all who were asked', async () => {
  const { run } = setUpPipeline(
    { ...fails('network'), nano: 0 },
    { ...fails('network'), nano: 2 },
    answers('fine', 7),
  );
  const { events, error } = await run({ chain: [SPARE] });
  assert.equal(error, null);
  const { provider, model, cost, wasteNano } = receiptOf(events);
  assert.deepEqual([provider, model, cost.nano, wasteNano], ['Spare', 'spare-model', 9, 2]);
});

test('a stream that has shown text is never restarted, neither here nor elsewhere', async () => {
  const { run, provider } = setUpPipeline({
    shows: [{ type: 'text', text: 'Once upon' }],
    error: fault('cutStream'),
    nano: 5,
  });
  const { events, error } = await run({ chain: [SPARE] });
  assert.equal(codeOf(error), 'cutStream');
  assert.equal(provider.calls.length, 1);
  assert.deepEqual([receiptOf(events).outcome, receiptOf(events).cost.nano], ['failed', 5]);
});

test('a call that takes longer than its deadline is aborted, charged, and says so', async () => {
  const { run, clock } = setUpPipeline({
    shows: [{ type: 'text', text: 'Once upon' }],
    hangs: true,
    nano: 5,
  });
  const { events, error } = await run({ settings: { ...defaultSettings(), deadlineSeconds: 40 } });
  assert.equal(codeOf(error), 'deadline');
  assert.match(String(error), /longer than 40 s, retries included/);
  assert.equal(clock.elapsed(), 40_000);
  assert.equal(textOf(events), 'Once upon');
  assert.deepEqual([receiptOf(events).outcome, receiptOf(events).cost.nano], ['failed', 5]);
  assert.deepEqual(
    attemptsOf(events).map(({ outcome, errorCode }) => [outcome, errorCode]),
    [['aborted', 'deadline']],
  );
});

test('no wait begins that the deadline would end', async () => {
  const { run, clock } = setUpPipeline(fails('rateLimited', { retryAfterMs: 30_000 }));
  const { error } = await run({ settings: { ...defaultSettings(), deadlineSeconds: 20 } });
  assert.equal(codeOf(error), 'rateLimited', 'the provider knows better what to do than the clock');
  assert.equal(clock.elapsed(), 0);
});

test('all who are asked for a call have one deadline together', async () => {
  const { run, clock, provider } = setUpPipeline(hangs(), hangs(), answers('too late'));
  const slow = { firstTokenSeconds: 30 };
  const { error } = await run({
    provider: { ...OWN, ...slow },
    chain: [route('Spare', 'spare-model', slow), THIRD],
    settings: { ...defaultSettings(), deadlineSeconds: 40 },
  });
  assert.equal(codeOf(error), 'deadline');
  assert.equal(clock.elapsed(), 40_000);
  assert.equal(provider.calls.length, 2);
});

test('a call that its user cancels is cancelled, whatever its deadline', async () => {
  const controller = new AbortController();
  const { run } = setUpPipeline(hangs());
  const running = run({ signal: controller.signal });
  controller.abort();
  const { events, error } = await running;
  assert.equal(codeOf(error), 'cancelled');
  assert.equal(receiptOf(events).outcome, 'aborted');
});

test('a prompt that leaves the fallback out stays where it is', async () => {
  const { run, provider } = setUpPipeline(...Array<Leg>(3).fill(fails('network')));
  const { error, events } = await run({ chain: [SPARE], off: new Set(['fallback']) });
  assert.equal(codeOf(error), 'network');
  assert.equal(provider.calls.length, 3);
  assert.deepEqual(actionsOf(events).slice(0, 2), ['exactCache bypassed', 'fallback off']);
});

test('a preview of a call with a chain leaves no timer, no success and no try of a paused endpoint', async () => {
  const ledger = createMemoryLedger();
  const clock = testClock();
  const dependencies = fakeDependencies({ clock, ledger });
  const { health } = dependencies;
  const engine = createEngine({
    ...dependencies,
    ledgerReader: ledger,
    provider: () => scriptedLegs().next,
  });
  const call = makeCall({ provider: { ...OWN, firstTokenSeconds: 2 }, chain: [SPARE] });
  await engine.preview(call);
  assert.equal(health.of(OWN.baseUrl).lastSuccessAt, null);
  for (let time = 0; time < 5; time++) {
    const admission = health.admit(OWN.baseUrl);
    assert.ok(admission.admitted);
    admission.ended(fault('providerDown'));
  }
  assert.equal((await engine.preview(call)).model, 'test-model', 'of the model that was asked for');
  clock.advance(30_000);
  await engine.preview(call);
  assert.ok(health.admit(OWN.baseUrl).admitted, 'the try is left for a call');
  assert.deepEqual(clock.sleeping(), []);
  await engine.runner(fakeKeys())(makeCall())[Symbol.asyncIterator]().return?.();
});

const legOf = fc.oneof(
  { weight: 4, arbitrary: failingLeg() },
  { weight: 1, arbitrary: fc.nat(50).map((nano) => hangs(nano)) },
  { weight: 1, arbitrary: fc.nat(50).map((nano) => answers('fine', nano)) },
);

function failingLeg() {
  return fc
    .record({
      code: fc.constantFrom<ErrorCode>(
        'network',
        'timeout',
        'providerDown',
        'malformedStream',
        'cutStream',
        'rateLimited',
        'quotaExceeded',
        'keyRefused',
        'badRequest',
        'contextTooLong',
      ),
      shown: fc.oneof(
        { weight: 5, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      retryAfterMs: fc.option(fc.nat(40_000)),
      atCapacity: fc.boolean(),
      retryable: fc.boolean(),
      nano: fc.option(fc.nat(50), { freq: 10 }),
    })
    .map(
      ({ code, shown, retryAfterMs, atCapacity, retryable, nano }): Leg => ({
        shows: shown ? [{ type: 'text', text: 'ha' }] : [],
        error: fault(code, { atCapacity, retryable, ...(retryAfterMs === null ? {} : { retryAfterMs }) }),
        nano,
      }),
    );
}

test('whatever fails, few requests are sent, none after something was shown, each is charged, and it ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(legOf, { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(3),
      fc.nat(2),
      fc.option(fc.constantFrom(0.05, 2, 60)),
      fc.constantFrom(1, 30, 900),
      async (legs, attempts, alternatives, chained, firstTokenSeconds, deadlineSeconds) => {
        const { run, provider, clock, ledger } = setUpPipeline(...legs);
        const own: ProviderSettings = {
          ...OWN,
          firstTokenSeconds,
          alternatives: Array.from({ length: alternatives }, (_, index) => `http://own-${index}.test/v1`),
        };
        const { events, error } = await run({
          provider: own,
          chain: [SPARE, THIRD].slice(0, chained),
          settings: { ...defaultSettings(), attempts, deadlineSeconds },
        });
        const sent = provider.calls.length;
        const places = new Set(placesOf(provider.calls));
        assert.ok(places.size <= 1 + alternatives + chained);
        // Twice at each endpoint but the last, which has nothing after it.
        const most = Math.min(2, attempts) * (alternatives + chained) + attempts;
        assert.ok(sent <= most, `${sent} requests of ${most}`);
        for (const leg of legs.slice(0, sent - 1)) assert.deepEqual(leg.shows ?? [], []);
        const spent = attemptsOf(events);
        assert.equal(spent.length, sent, 'one attempt for each request');
        const { cost, outcome } = receiptOf(events);
        const known = spent.every((attempt) => attempt.cost.nano !== null);
        const sum = spent.reduce((total, attempt) => total + (attempt.cost.nano ?? 0), 0);
        assert.equal(cost.nano, known ? sum : null);
        assert.equal(outcome, error === null ? 'answered' : 'failed');
        assert.ok(error === null || error instanceof FarthingError);
        assert.ok(clock.elapsed() <= deadlineSeconds * 1000);
        assert.equal(ledger.lines().length, 1);
      },
    ),
    { numRuns: 300 },
  );
});
