import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../server/providers/keep-alive-fetch.ts';
import { watchSilence } from '../../../server/providers/silence.ts';
import { deltaChunk, frame } from '../../simulator/wire.ts';
import { startHarness } from './harness.ts';

const never = (): AbortSignal => new AbortController().signal;

test('waiting for longer than the limit ends the request', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const watch = watchSilence(60, never());
  void watch.during(new Promise<void>(() => undefined));
  t.mock.timers.tick(59_999);
  assert.equal(watch.expired, false);
  t.mock.timers.tick(1);
  assert.equal(watch.expired, true);
  assert.equal(watch.controller.signal.aborted, true);
});

test('each sign of life begins the silence anew', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const watch = watchSilence(60, never());
  void watch.during(new Promise<void>(() => undefined));
  t.mock.timers.tick(59_000);
  watch.heard();
  t.mock.timers.tick(59_000);
  assert.equal(watch.expired, false);
  t.mock.timers.tick(1_000);
  assert.equal(watch.expired, true);
});

test('only waiting is silence', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const watch = watchSilence(60, never());
  assert.equal(await watch.during(Promise.resolve(7)), 7);
  await assert.rejects(watch.during(Promise.reject(new Error('broken'))), /broken/);
  t.mock.timers.tick(600_000);
  assert.equal(watch.expired, false);
});

test('the caller cancels the request with its own reason, until the watch is closed', () => {
  const caller = new AbortController();
  const watch = watchSilence(60, caller.signal);
  const other = watchSilence(60, caller.signal);
  other.close();
  caller.abort('why not');
  assert.equal(watch.controller.signal.reason, 'why not');
  assert.equal(watch.expired, false);
  assert.equal(other.controller.signal.aborted, false);
  assert.equal(watchSilence(60, caller.signal).controller.signal.aborted, true);
});

test('comments that a provider sends while its model thinks are signs of life', async (t) => {
  const opened = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const fetch: Fetch = async () =>
    new Response(new ReadableStream<Uint8Array>({ start: (stream) => opened.resolve(stream) }));
  await using harness = await startHarness({ fetch });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const running = harness.run();
  const stream = await opened.promise;
  const encoder = new TextEncoder();
  for (let minute = 0; minute < 5; minute++) {
    stream.enqueue(encoder.encode(': processing\n\n'));
    // Lets the bytes reach the reader before time goes on.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(50_000);
  }
  stream.enqueue(encoder.encode(frame(deltaChunk('m', { content: 'at last' }, 'stop')) + frame('[DONE]')));
  stream.close();
  const { text, error } = await running;
  assert.equal(error, null);
  assert.equal(text, 'at last');
});
