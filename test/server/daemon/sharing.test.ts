/** Identical calls of several windows at one time: one request, and each window has its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGES } from '../../../protocol/messages.ts';
import { until } from '../../support/daemon-process.ts';
import { type Scene, setScene, textOf, type Window } from './harness.ts';

const PROMPT = 'Say hello.';

/** An answer of two chunks whose second one waits for `release`. */
function heldAnswer(scene: Scene): { readonly release: () => void } {
  const gate = Promise.withResolvers<void>();
  scene.simulator.script({ chunks: ['Hel', 'lo'], gates: { 2: gate.promise } });
  return { release: () => gate.resolve() };
}

const beganIn = (window: Window) => until(() => textOf(window.deltas) !== '', 'the beginning of the answer');

test('one is sent, both windows see it from its beginning, and one pays', async () => {
  await using scene = await setScene();
  const { release } = heldAnswer(scene);
  const [one, two] = [await scene.open(), await scene.open()];
  const first = one.run(PROMPT);
  await beganIn(one);
  const second = two.run(PROMPT);
  await beganIn(two);
  release();
  const [paid, shared] = await Promise.all([first, second]);
  assert.deepEqual([textOf(one.deltas), textOf(two.deltas)], ['Hello', 'Hello']);
  assert.deepEqual([paid.outcome, shared.outcome], ['answered', 'coalesced']);
  assert.equal(scene.simulator.requests.length, 1);
  assert.equal(shared.cost.nano, 0);
  assert.equal(shared.savedNano, paid.cost.nano);
  assert.equal(shared.cacheEntry, paid.cacheEntry);
  const { real } = await two.client.request(MESSAGES.summary, { since: 0, recent: 10 });
  assert.deepEqual([real.calls, real.coalesced, real.spend, real.hitRate], [2, 1, paid.cost.nano, 0.5]);
});

test('the window that sent it cancels, and the other goes on with the answer and pays for it', async () => {
  await using scene = await setScene();
  const { release } = heldAnswer(scene);
  const [one, two] = [await scene.open(), await scene.open()];
  const controller = new AbortController();
  const first = one.run(PROMPT, {}, controller.signal);
  await beganIn(one);
  const second = two.run(PROMPT);
  await beganIn(two);
  controller.abort();
  await assert.rejects(first, { code: 'cancelled' });
  release();
  const receipt = await second;
  assert.equal(textOf(two.deltas), 'Hello');
  assert.equal(receipt.outcome, 'answered');
  assert.ok((receipt.cost.nano ?? 0) > 0);
  assert.equal(scene.simulator.requests.length, 1);
  const { real, recent } = await two.client.request(MESSAGES.summary, { since: 0, recent: 10 });
  assert.equal(real.spend, receipt.cost.nano);
  assert.deepEqual(
    recent.map(({ outcome, costNano }) => [outcome, costNano]),
    [
      ['answered', receipt.cost.nano],
      ['aborted', 0],
    ],
  );
});

test('a fresh answer is asked for by itself, whoever else is waiting', async () => {
  await using scene = await setScene();
  const { release } = heldAnswer(scene);
  scene.simulator.script({ text: 'Fresh' });
  const [one, two] = [await scene.open(), await scene.open()];
  const first = one.run(PROMPT);
  await beganIn(one);
  const fresh = await two.run(PROMPT, { cache: 'refresh' });
  assert.equal(fresh.outcome, 'answered');
  assert.equal(textOf(two.deltas), 'Fresh');
  release();
  await first;
  assert.equal(scene.simulator.requests.length, 2);
});
