import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplyEvent } from '../../../server/pipeline/stage.ts';
import { type Harness, startHarness } from './harness.ts';

/** Reads a reply and aborts once `moment` says so. */
async function runUntil(harness: Harness, moment: (event: ReplyEvent) => boolean) {
  const controller = new AbortController();
  const reply = harness.send(harness.call({ signal: controller.signal }));
  const heard: ReplyEvent[] = [];
  const reading = async function* () {
    for await (const event of reply) {
      heard.push(event);
      if (moment(event)) controller.abort();
      yield event;
    }
  };
  let error: unknown = null;
  try {
    for await (const event of reading()) assert.notEqual(event.type, 'end');
  } catch (thrown) {
    error = thrown;
  }
  return { events: heard, error };
}

test('a call that is cancelled before it is sent sends nothing and has no attempt', async () => {
  await using harness = await startHarness();
  const { events, error } = await harness.run(harness.call({ signal: AbortSignal.abort() }));
  assert.equal(error?.code, 'cancelled');
  assert.deepEqual(events, []);
  assert.equal(harness.simulator.requests.length, 0);
});

test('cancelling while the provider is silent closes the connection and costs nothing', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ hangBeforeHeaders: true });
  const controller = new AbortController();
  const running = harness.run(harness.call({ signal: controller.signal }));
  const request = await harness.simulator.request(0);
  controller.abort();
  const { events, attempts, error } = await running;
  assert.equal(await request.closedEarly, true);
  assert.equal(error?.code, 'cancelled');
  assert.equal(error.retryable, false);
  assert.equal(events.length, 1);
  assert.equal(attempts[0]?.outcome, 'aborted');
  assert.equal(attempts[0].errorCode, 'cancelled');
  assert.deepEqual(attempts[0].cost, { nano: 0, priceVersion: null });
});

test('cancelling between the headers and the first text costs nothing', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ text: 'never', hangAfter: 0 });
  const controller = new AbortController();
  const running = harness.run(harness.call({ signal: controller.signal }));
  const request = await harness.simulator.request(0);
  controller.abort();
  const { attempts, error } = await running;
  assert.equal(await request.closedEarly, true);
  assert.equal(error?.code, 'cancelled');
  assert.equal(attempts[0]?.usage.outputTokens, 0);
});

test('an answer that began and then fell silent before its first text charges the input that was read', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ chunks: ['', 'never'], hangAfter: 1 });
  const { settings } = harness.call();
  const { attempts, error } = await harness.run(
    harness.call({ settings: { ...settings, timeoutSeconds: 0.1 } }),
  );
  assert.equal(error?.code, 'timeout');
  assert.equal(attempts[0]?.usage.source, 'counted');
  assert.equal(attempts[0].usage.inputTokens, 3);
  assert.equal(attempts[0].usage.outputTokens, 0);
  assert.equal(attempts[0].cost.nano, 3);
});

test('cancelling after the first text closes the connection and charges what was generated', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ chunks: ['one two ', 'three'], hangAfter: 1 });
  const { events, error } = await runUntil(harness, (event) => event.type === 'text');
  assert.equal(await harness.simulator.requests[0]?.closedEarly, true);
  assert.equal((error as { code?: string }).code, 'cancelled');
  assert.deepEqual(
    events.map((event) => event.type),
    ['text', 'attempt'],
  );
  const [, last] = events;
  assert.ok(last?.type === 'attempt');
  assert.equal(last.attempt.outcome, 'aborted');
  assert.equal(last.attempt.usage.source, 'counted');
  assert.equal(last.attempt.usage.inputTokens, 3);
  assert.equal(last.attempt.usage.outputTokens, 2);
  assert.equal(last.attempt.cost.nano, 23);
});

test('the connection is closed even while nobody reads the reply', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ chunks: ['one', 'two'], hangAfter: 1 });
  const controller = new AbortController();
  const reply = harness.send(harness.call({ signal: controller.signal }))[Symbol.asyncIterator]();
  assert.equal((await reply.next()).value?.type, 'text');
  controller.abort();
  assert.equal(await harness.simulator.requests[0]?.closedEarly, true);
  assert.equal((await reply.next()).value?.type, 'attempt');
  await assert.rejects(reply.next(), { code: 'cancelled' });
});

test('cancelling one call leaves another to the same provider alone', async () => {
  await using harness = await startHarness();
  const gate = Promise.withResolvers<void>();
  harness.simulator.script({ hangBeforeHeaders: true }, { text: 'still here', gates: { 0: gate.promise } });
  const controller = new AbortController();
  const cancelled = harness.run(harness.call({ signal: controller.signal }));
  await harness.simulator.request(0);
  const other = harness.run();
  await harness.simulator.request(1);
  controller.abort();
  assert.equal((await cancelled).error?.code, 'cancelled');
  gate.resolve();
  assert.equal((await other).text, 'still here');
});

test('a call that has ended leaves no listener on its signal', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ text: 'done' });
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...parameters: Parameters<typeof add>) => {
    listeners++;
    add(...parameters);
  };
  signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
    listeners--;
    remove(...parameters);
  };
  await harness.run(harness.call({ signal }));
  assert.equal(listeners, 0);
});
