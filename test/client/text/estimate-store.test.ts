import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEstimateStore } from '../../../client/text/estimate-store.ts';
import { aPreview } from '../receipts.ts';

const estimate = (version: number, inputTokens: number) => ({
  uri: 'file:///a.prompt.md',
  version,
  preview: aPreview({ inputTokens }),
  problem: null,
});

test('the estimate of an older version never replaces that of a newer', () => {
  const store = createEstimateStore();
  assert.equal(store.accept(estimate(3, 30)), true);
  assert.equal(store.accept(estimate(2, 20)), false);
  assert.equal(store.get('file:///a.prompt.md')?.preview?.inputTokens, 30);
});

test('a run changes the estimate without a new version', () => {
  const store = createEstimateStore();
  store.accept(estimate(3, 30));
  assert.equal(store.accept(estimate(3, 31)), true);
  assert.equal(store.get('file:///a.prompt.md')?.preview?.inputTokens, 31);
});

test('a document that is opened again begins anew', () => {
  const store = createEstimateStore();
  store.accept(estimate(3, 30));
  store.forget('file:///a.prompt.md');
  assert.equal(store.get('file:///a.prompt.md'), null);
  assert.equal(store.accept(estimate(1, 10)), true);
});
