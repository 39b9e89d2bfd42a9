/** When a request is sent again, how long after, and when it is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatClockTime } from '../../../protocol/call-report.ts';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { createHealth } from '../../../server/pipeline/health.ts';
import type { Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { retry } from '../../../server/pipeline/stages/retry.ts';
import { collect, makeCachePolicy, makeCall, testClock } from '../../support/pipeline-fakes.ts';
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

const { baseUrl: BASE_URL } = makeCall().provider;

/** The stage over scripted requests, with a clock that moves on by itself while `run` reads. */
function setUp(...legs: readonly Leg[]) {
  const clock = testClock();
  const health = createHealth({ clock, changed: () => undefined });
  const provider = scriptedLegs(...legs);
  const stage = retry({ clock, health, random: () => 0.5 });
  const send = (call: Partial<Call> = {}) => stage.run(makeCall(call), provider.next);
  const fail = (times: number, code: ErrorCode = 'providerDown') => {
    for (let time = 0; time < times; time++) {
      const admission = health.admit(BASE_URL);
      assert.ok(admission.admitted);
      admission.ended(fault(code));
    }
  };
  return { clock, health, provider, send, fail, run: (call?: Partial<Call>) => readTo(send(call), clock) };
}

test('waits grow from half a second, each of a random length, and every request is accounted for', async () => {
  const { clock, run } = setUp(fails('network'), fails('providerDown'), answers('third'));
  const { events, error } = await run();
  assert.equal(error, null);
  assert.equal(textOf(events), 'third');
  // The random number is 0.5: half of 500 ms and half of 1 s.
  assert.equal(clock.elapsed(), 250 + 500);
  assert.deepEqual(actionsOf(events), ['retry retried', 'retry retried']);
  assert.deepEqual(
    attemptsOf(events).map(({ outcome }) => outcome),
    ['failed', 'failed', 'answered'],
  );
});

test('a wait that the provider asks for is kept, but not beyond half a minute', async () => {
  const short = setUp(fails('rateLimited', { retryAfterMs: 30_000 }), answers('later'));
  assert.equal((await short.run()).error, null);
  assert.equal(short.clock.elapsed(), 30_000);
  const long = setUp(fails('rateLimited', { retryAfterMs: 30_001 }));
  assert.equal(codeOf((await long.run()).error), 'rateLimited');
  assert.equal(long.clock.elapsed(), 0);
});

test('what would be the same again is not sent again', async () => {
  for (const code of ['keyRefused', 'badRequest', 'noSuchModel', 'contextTooLong'] as const) {
    const { run, provider } = setUp(fails(code, { retryable: false }));
    assert.equal(codeOf((await run()).error), code);
    assert.equal(provider.calls.length, 1);
  }
});

const shownParts: readonly ReplyEvent[] = [
  { type: 'text', text: 'ha' },
  { type: 'reasoning', text: 'hm' },
  { type: 'refusal', text: 'no' },
  { type: 'toolCall', id: 't', name: 'read', arguments: '{}' },
];
for (const part of shownParts) {
  test(`nothing is sent again after a ${part.type} was shown`, async () => {
    const { run, provider } = setUp({ shows: [part], error: fault('cutStream') });
    const { events, error } = await run();
    assert.equal(codeOf(error), 'cutStream');
    assert.equal(events[0], part);
    assert.equal(provider.calls.length, 1);
  });
}

test('no wait begins that would end after the deadline', async () => {
  const { clock, run, provider } = setUp(fails('providerDown'), fails('providerDown'));
  const { error } = await run({ endsBy: clock.elapsed() + 700 });
  assert.equal(codeOf(error), 'providerDown', 'why it failed, and not that time was short');
  assert.equal(provider.calls.length, 2);
  assert.equal(clock.elapsed(), 250);
});

test('cancelled while it waits, a call sends no more', async () => {
  const { clock, send, provider } = setUp(fails('network'));
  const controller = new AbortController();
  const read = collect(send({ signal: controller.signal }));
  while (clock.sleeping().length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  assert.equal(codeOf((await read).error), 'cancelled');
  assert.equal(provider.calls.length, 1);
  assert.deepEqual(clock.sleeping(), []);
});

test('cancelled before it begins, a call sends nothing', async () => {
  const { run, provider, health } = setUp();
  assert.equal(codeOf((await run({ signal: AbortSignal.abort() })).error), 'cancelled');
  assert.equal(provider.calls.length, 0);
  assert.equal(health.of(BASE_URL).lastError, null);
});

const withAlternative: readonly (readonly [string, Leg, number])[] = [
  ['a full endpoint', fails('rateLimited'), 1],
  ['an overloaded endpoint', fails('providerDown', { atCapacity: true }), 1],
  ['an endpoint that was silent', fails('timeout'), 1],
  ['an endpoint that asks for more than a second', fails('providerDown', { retryAfterMs: 1001 }), 1],
  ['an endpoint that asks for a second', fails('providerDown', { retryAfterMs: 1000 }), 2],
  ['a fault of the network', fails('network'), 2],
  ['a fault of the provider', fails('providerDown'), 2],
];
for (const [what, leg, tries] of withAlternative) {
  test(`where the call can go on elsewhere, ${what} is tried ${tries === 1 ? 'once' : 'twice'}`, async () => {
    const { run, provider } = setUp(...Array<Leg>(tries).fill(leg));
    assert.equal(codeOf((await run({ hasAlternative: true })).error), leg.error?.code);
    assert.equal(provider.calls.length, tries);
  });
}

test('the endpoint is told how each request ended', async () => {
  const { run, health } = setUp(fails('network'), fails('providerDown'), answers('third'));
  await run();
  const { failuresInRow, lastSuccessAt, lastError } = health.of(BASE_URL);
  assert.deepEqual([failuresInRow, lastError?.code], [0, 'providerDown']);
  assert.ok(lastSuccessAt !== null);
});

test('a request that its reader left keeps nobody waiting', async () => {
  const { clock, send, fail, health } = setUp(fails('network'));
  fail(5);
  clock.advance(30_000);
  for await (const event of send()) if (event.type === 'attempt') break;
  assert.equal(health.of(BASE_URL).circuit, 'half-open');
  assert.ok(health.admit(BASE_URL).admitted);
});

test('nothing is sent to a paused endpoint, and the error says until when and is fit for going elsewhere', async () => {
  const { run, fail, clock, provider } = setUp();
  fail(5);
  clock.advance(8_500);
  const { error, events } = await run();
  assert.equal(codeOf(error), 'endpointPaused');
  const until = formatClockTime(clock.now() + 21_500);
  assert.match(
    String(error),
    new RegExp(`127\\.0\\.0\\.1:9 failed again and again.* until ${until}\\. Try again`),
  );
  assert.deepEqual(actionsOf(events), ['retry paused']);
  assert.match(
    reasonsOf(events)[0] ?? '',
    new RegExp(`is paused after failures in a row; .* until ${until}\\.$`),
  );
  const { retryable, retryAfterMs } = error as { retryable?: boolean; retryAfterMs?: number };
  assert.deepEqual([retryable, retryAfterMs], [true, 21_500]);
  assert.equal(provider.calls.length, 0);
});

test('a call whose own failure pauses the endpoint has failed by that, and not by the pause', async () => {
  const { run, fail, provider } = setUp(fails('providerDown'));
  fail(4);
  const { error, events } = await run();
  assert.equal(codeOf(error), 'providerDown');
  assert.equal(provider.calls.length, 1);
  assert.deepEqual(actionsOf(events), ['retry retried', 'retry paused']);
});

test('a try that failed is told of the model that failed it, in the words of its fault', async () => {
  const { events } = await setUp(fails('providerDown'), answers('well again')).run();
  assert.match(
    reasonsOf(events)[0] ?? '',
    /^Test\/test-model had a fault of its own at try 1; sent again after 250 ms\.$/,
  );
});

test('while one call tries a paused endpoint, others wait for it', async () => {
  const { run, fail, clock, health, provider } = setUp(answers('after it'));
  fail(5);
  clock.advance(30_000);
  const probe = health.admit(BASE_URL);
  assert.ok(probe.admitted);
  void clock.sleep(600, new AbortController().signal).then(() => probe.ended(null));
  const { events, error } = await run();
  assert.equal(error, null);
  assert.equal(provider.calls.length, 1);
  assert.match(reasonsOf(events)[0] ?? '', /^Another call tries this endpoint first/);
});

test('they do not wait where they can go on elsewhere', async () => {
  const { run, fail, clock, health } = setUp();
  fail(5);
  clock.advance(30_000);
  health.admit(BASE_URL);
  assert.equal(codeOf((await run({ hasAlternative: true })).error), 'endpointPaused');
  assert.equal(clock.elapsed(), 30_000);
});

test('a try that is cancelled leaves the endpoint to the next call', async () => {
  const { clock, send, run, fail, health, provider } = setUp(hangs(), answers('well again'));
  fail(5);
  clock.advance(30_000);
  const controller = new AbortController();
  const read = collect(send({ signal: controller.signal }));
  while (provider.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  assert.equal(codeOf((await read).error), 'cancelled');
  assert.equal((await run()).error, null);
  assert.equal(health.of(BASE_URL).circuit, 'closed');
});

test('an answer that has begun lets others in before it ends', async () => {
  const { clock, send, fail, health, run } = setUp(
    { shows: [{ type: 'text', text: 'Once upon' }], hangs: true },
    answers('meanwhile'),
  );
  fail(5);
  clock.advance(30_000);
  const controller = new AbortController();
  const long = send({ signal: controller.signal })[Symbol.asyncIterator]();
  await long.next();
  assert.equal(health.of(BASE_URL).circuit, 'closed');
  assert.equal(textOf((await run()).events), 'meanwhile');
  controller.abort();
  await long.next();
  await assert.rejects(long.next(), { code: 'cancelled' });
});

test('a call that may only have a kept answer asks no endpoint', async () => {
  const { run, fail } = setUp(fails('notCached', { retryable: false }));
  fail(5);
  assert.equal(codeOf((await run({ cache: makeCachePolicy('only') })).error), 'notCached');
});
