import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countOf, formatAtLeast, formatShare, shortened } from '../../webview/model/words.ts';

describe('The words of the panel', () => {
  it('count in the singular and in the plural', () => {
    assert.deepEqual(
      [0, 1, 1234].map((count) => countOf(count, 'call')),
      ['0 calls', '1 call', '1,234 calls'],
    );
  });

  it('round a share, but never up to all nor down to none', () => {
    assert.deepEqual([0, 0.001, 0.614, 0.999, 1].map(formatShare), ['0 %', '<1 %', '61 %', '>99 %', '100 %']);
  });

  it('tell a known sum, a sum of which a part is unknown, and an unknown one apart', () => {
    assert.deepEqual(
      [formatAtLeast(0, 0), formatAtLeast(null, 12_300_000), formatAtLeast(null, 0)],
      ['$0', '≥ $0.0123', 'price unknown'],
    );
  });

  it('shorten a text that does not fit, and only that', () => {
    const widthOf = (text: string): number => text.length;
    assert.equal(shortened('gpt-5-mini', 10, widthOf), 'gpt-5-mini');
    assert.equal(shortened('gpt-5-mini', 6, widthOf), 'gpt-5…');
    assert.equal(shortened('gpt-5-mini', 0, widthOf), '…');
  });
});
