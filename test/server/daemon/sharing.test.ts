/** Identical calls of several windows at one time: one request, and each window has its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGES } from '../../../protocol/messages.ts';
import { gone, until } from '../../support/daemon-process.ts';
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

test('the limit of the cache and the level of the log are theirs who set them, also after a restart', async () => {
  await using scene = await setScene();
  const one = await scene.open({ 'cache.megabytes': 1000, 'log.level': 'error' });
  scene.simulator.script({ text: 'One' }, { text: 'Two' });
  const lines = () => scene.state.log().split('\n').length;
  const before = lines();
  const two = await scene.open();
  await two.configure({ 'cache.megabytes': 'all', 'log.level': 'loud' });
  await two.run(PROMPT);
  assert.equal(lines(), before, 'nothing but errors is logged');
  const limit = async (window: Window) => (await window.client.request(MESSAGES.status, {})).cache.limitBytes;
  assert.equal(await limit(two), 1e9);
  await two.configure({ 'log.level': 'info' });
  await one.run('Say hello again.');
  assert.ok(lines() > before);

  const pid = scene.state.daemonPid();
  await one.client.request(MESSAGES.stop, { startsAgain: true });
  await gone(pid);
  assert.equal(await limit(await scene.open()), 1e9);
  const three = await scene.open({ 'cache.megabytes': 5 });
  assert.equal(await limit(three), 5e6);
});
