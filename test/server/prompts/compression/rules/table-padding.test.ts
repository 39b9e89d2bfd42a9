import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { markdown } from '../../../../../server/grammars/markdown.ts';
import { tablePadding } from '../../../../../server/prompts/compression/rules/table-padding.ts';
import { findings, shortened } from './properties.ts';

/** The cells of the tables in `text` as the grammar of Markdown reads them, row by row, with their columns' alignment. */
function cellsOf(text: string): readonly string[] {
  const read: string[] = [];
  markdown.parse(text).iterate({
    enter({ name, from, to }) {
      const written = text.slice(from, to);
      if (name === 'TableCell') read.push(written.trim());
      // A bar of a row is one character; the row of dashes is one delimiter as a whole.
      if (name === 'TableDelimiter') read.push(written.replaceAll(/-+/g, '-').replaceAll(/[ \t]/g, ''));
    },
  });
  return read;
}

const cell = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9 .:#*_-]{0,12}$/),
  fc.constantFrom(
    '',
    '`a  b`',
    'a \\| b',
    'ends \\',
    '\\\\',
    '"a',
    '1.50',
    '--',
    ':-',
    '**bold**',
    '{{name}}',
    '\u00a0x',
  ),
);
const padding = fc.constantFrom('', ' ', '   ', '\t');
const dashes = fc.constantFrom('---', ':--', '--:', ':-----:', '-', '----------');

const table = fc
  .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.constantFrom('\n', '\r\n'))
  .chain(([columns, rows, lineEnd]) => {
    const row = (one: fc.Arbitrary<string>) =>
      fc
        .array(fc.tuple(padding, one, padding), { minLength: columns, maxLength: columns })
        .map((cells) => `| ${cells.map((parts) => parts.join('')).join(' | ')} |`);
    return fc
      .tuple(row(cell), row(dashes), fc.array(row(cell), { minLength: rows, maxLength: rows }))
      .map(([header, delimiter, body]) => [header, delimiter, ...body].join(lineEnd));
  });

describe('A table in Markdown', () => {
  it('has the same cells without its padding', () => {
    let changed = 0;
    fc.assert(
      fc.property(table, (written) => {
        const { after, again, tokensBefore, tokensAfter } = shortened(tablePadding, written);
        assert.deepEqual(cellsOf(after), cellsOf(written));
        assert.equal(again, after);
        if (after === written) return;
        changed++;
        assert.ok(tokensAfter < tokensBefore);
      }),
    );
    assert.ok(changed > 0, 'no table was changed');
  });

  it('is left alone in code', () => {
    assert.deepEqual(findings(tablePadding, '```\n| a   | b   |\n| --- | --- |\n| c   | d   |\n```'), []);
  });
});
