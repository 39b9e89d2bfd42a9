import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { coalesce } from '../../client/coalesce.ts';

function counted(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const action = context.mock.fn();
  return { action, count: () => action.mock.callCount(), pass: (ms: number) => context.mock.timers.tick(ms) };
}

test('the first request runs at once, a burst after it once at the end of the interval', (context) => {
  const { action, count, pass } = counted(context);
  const coalesced = coalesce(action, 50);
  coalesced.request();
  assert.equal(count(), 1);
  for (let times = 0; times < 100; times++) coalesced.request();
  assert.equal(count(), 1);
  pass(50);
  assert.equal(count(), 2);
  pass(1000);
  assert.equal(count(), 2);
});

test('steady requests run once per interval', (context) => {
  const { action, count, pass } = counted(context);
  const coalesced = coalesce(action, 50);
  for (let ms = 0; ms < 1000; ms += 10) {
    coalesced.request();
    pass(10);
  }
  assert.ok(count() <= 21, `${count()} runs in a second`);
  assert.ok(count() >= 19, `${count()} runs in a second`);
});

test('what waits is dropped when it is disposed', (context) => {
  const { action, count, pass } = counted(context);
  const coalesced = coalesce(action, 50);
  coalesced.request();
  coalesced.request();
  coalesced.dispose();
  pass(100);
  assert.equal(count(), 1);
});
