import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackoff } from '../../../client/daemon/backoff.ts';

test('the pause doubles from a quarter of a second, and the fifth failure in a row is given up', () => {
  const backoff = createBackoff();
  const pauses = [0, 0, 0, 0, 0].map((healthyMs) => backoff.failed(healthyMs));
  assert.deepEqual(pauses, [250, 500, 1000, 2000, null]);
});

test('a minute of health forgives the failures before it', () => {
  const backoff = createBackoff();
  for (let count = 0; count < 4; count++) backoff.failed(59_999);
  assert.equal(backoff.failed(60_000), 250);
  assert.equal(backoff.failed(0), 500);
});

test('a reset begins anew', () => {
  const backoff = createBackoff();
  for (let count = 0; count < 5; count++) backoff.failed(0);
  backoff.reset();
  assert.equal(backoff.failed(0), 250);
});
