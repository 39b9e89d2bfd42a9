import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimateError, formatEstimate, medianError } from '../../protocol/estimate-error.ts';

const said = (nano: number, cost: number | null, calls = 0, median: number | null = null) =>
  formatEstimate({ nano, calls, medianError: median }, cost);

test('an estimate is held against what the call cost', () => {
  assert.equal(said(4_000_000, 5_000_000), 'estimated $0.004, off by 20 %: it cost more');
  assert.equal(said(6_000_000, 5_000_000), 'estimated $0.006, off by 20 %: it cost less');
  assert.equal(said(5_000_000, 5_000_000), 'estimated $0.005, which is what it cost');
  assert.equal(said(5_000_001, 5_000_000), 'estimated $0.005, off by under 1 %: it cost less');
  assert.equal(said(0, 5_000_000), 'estimated $0, off by 100 %: it cost more');
  assert.equal(said(5_000_000, 0), 'estimated $0.005', 'of nothing there is no share');
  assert.equal(said(5_000_000, null), 'estimated $0.005', 'an unknown cost is not guessed');
});

test('the error of the last calls is summed up beside it', () => {
  assert.equal(
    said(4_000_000, 5_000_000, 12, 0.084),
    'estimated $0.004, off by 20 %: it cost more; the last 12 priced calls were off by 8 % in the median',
  );
  assert.match(said(4_000_000, 5_000_000, 1, 0.2), /; the last priced call was off by 20 %$/);
});

test('the median is the middle error, whatever the order, and of two the mean', () => {
  assert.equal(medianError([]), null);
  assert.equal(medianError([0.3, 0.1, 9]), 0.3);
  assert.equal(medianError([0.5, 0.1, 0.25, 9]), 0.375);
  const errors = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(errors, (all) => {
      const middle = medianError(all) ?? Number.NaN;
      assert.ok(all.filter((one) => one < middle).length <= all.length / 2);
      assert.ok(all.filter((one) => one > middle).length <= all.length / 2);
    }),
  );
});

test('an error is a share of the true cost, and none where that is nothing or unknown', () => {
  assert.equal(estimateError(3, 4), 0.25);
  assert.equal(estimateError(5, 4), 0.25);
  assert.deepEqual([estimateError(5, 0), estimateError(5, null)], [null, null]);
});
