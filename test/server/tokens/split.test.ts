/** The scanners against the regular expressions that define the encodings. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createCharacterClasses } from '../../../server/tokens/character-classes.ts';
import { createSplitter } from '../../../server/tokens/split.ts';
import { publishedTable, TABLE_NAMES, texts } from './texts.ts';

/** The pieces that an expression makes, as js-tiktoken applies it. */
function expected(pattern: string, text: string): string[] {
  return Array.from(text.matchAll(new RegExp(pattern, 'ug')), ([piece]) => piece);
}

function createSplit(pattern: string): (text: string) => string[] {
  const pieceEnd = createSplitter(pattern, createCharacterClasses());
  return (text) => {
    const pieces: string[] = [];
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      assert.ok(end > start, 'a piece has at least one unit');
      pieces.push(text.slice(start, end));
      start = end;
    }
    return pieces;
  };
}

describe('splitting', () => {
  for (const name of TABLE_NAMES) {
    it(`cuts any text as the expression of ${name} does`, async () => {
      const { pat_str: pattern } = await publishedTable(name);
      const split = createSplit(pattern);
      fc.assert(
        fc.property(texts(24), (text) => assert.deepEqual(split(text), expected(pattern, text))),
        { numRuns: 4000 },
      );
    });
  }

  it('cuts up to three characters of any kinds as the expressions do', async () => {
    const characters = [..."aBǅʰ中\u03011½𠀋𝒜𝟙👍'/!sS \t\n\r\u00a0\ud800\udc00"];
    for (const name of ['o200k_base', 'cl100k_base', 'gpt2'] as const) {
      const { pat_str: pattern } = await publishedTable(name);
      const split = createSplit(pattern);
      for (const first of characters) {
        for (const second of characters) {
          for (const third of ['', ...characters]) {
            const text = first + second + third;
            assert.equal(split(text).join('␟'), expected(pattern, text).join('␟'), JSON.stringify(text));
          }
        }
      }
    }
  });

  it('refuses a pattern that it does not know', () => {
    assert.throws(() => createSplitter('\\w+', createCharacterClasses()), /No splitter is written/);
  });
});
