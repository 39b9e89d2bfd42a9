import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countSentence } from '../../../client/text/count-text.ts';
import { heatLines, heatStep, piecesText } from '../../../client/text/token-heat.ts';
import { english } from './english.ts';

test('a line is the warmer the more tokens it has, in four steps', () => {
  assert.deepEqual([0, 11, 12, 24, 25, 49, 50, 99, 100, 5000].map(heatStep), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
});

test('lines that are not sent or have no tokens stay as they are', () => {
  const lines = heatLines({ version: 1, first: 7, tokens: [null, 3, 0, 120], approximate: true });
  assert.deepEqual(lines, [
    { line: 8, step: 0, text: '≈3' },
    { line: 10, step: 4, text: '≈120' },
  ]);
});

const pieces = (...of: readonly string[]) => ({
  line: 0,
  start: 0,
  end: 1,
  pieces: of,
  model: 'gpt-5',
  approximate: false,
});

test('a word is shown with a line between its tokens', () => {
  assert.equal(piecesText(pieces('·to', 'ken'), english), '2 tokens with gpt\\-5: ` ·to|ken `');
  assert.equal(piecesText(pieces('word'), english), '1 token with gpt\\-5: ` word `');
  assert.match(piecesText(pieces('`', 'a'), english), /: `` `\|a ``$/);
});

test('pieces that are read from right to left keep their places', () => {
  assert.match(piecesText(pieces('של', 'ום'), english), /\u2068של\u2069\|\u2068ום\u2069/);
});

test('a selection is said with its price, or that there is none', () => {
  const count = { tokens: 1312, approximate: false, model: 'gpt-5', inputNano: 80_000 };
  assert.equal(
    countSentence(count, true, english),
    'The selection has 1,312 tokens with gpt-5: $0.00008 as input.',
  );
  assert.equal(
    countSentence({ ...count, tokens: 1, inputNano: null }, false, english),
    'The document has 1 token with gpt-5; its price is unknown. Set it in farthing.prices.',
  );
});
