import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCacheCount } from '../../protocol/cache-count.ts';

for (const [entries, bytes, text] of [
  [0, 0, '0 answers'],
  [1, 999, '1 answer, 999 bytes'],
  [1234, 34_400, '1,234 answers, 34 KB'],
  [2, 999_499, '2 answers, 999 KB'],
  [2, 999_500, '2 answers, 1.0 MB'],
] as const) {
  test(`${entries} entries of ${bytes} bytes are written as "${text}"`, () =>
    assert.equal(formatCacheCount({ entries, bytes }), text));
}
