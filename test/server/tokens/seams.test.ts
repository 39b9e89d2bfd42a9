/** A cut at a seam changes no piece, in any encoding. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createCharacterClasses } from '../../../server/tokens/character-classes.ts';
import { createSeams } from '../../../server/tokens/seams.ts';
import { publishedTable, TABLE_NAMES, texts } from './texts.ts';

const seams = createSeams(createCharacterClasses());

function pieces(pattern: string, text: string): string[] {
  return Array.from(text.matchAll(new RegExp(pattern, 'ug')), ([piece]) => piece);
}

describe('seams', () => {
  for (const name of TABLE_NAMES) {
    it(`leave the pieces of ${name} as they are`, async () => {
      const { pat_str: pattern } = await publishedTable(name);
      fc.assert(
        fc.property(texts(12), (text) => {
          const whole = pieces(pattern, text);
          for (let cut = 1; cut < text.length; cut++) {
            if (!seams.between(text.charCodeAt(cut - 1), text.charCodeAt(cut))) continue;
            assert.deepEqual(
              [...pieces(pattern, text.slice(0, cut)), ...pieces(pattern, text.slice(cut))],
              whole,
            );
          }
        }),
        { numRuns: 1500 },
      );
    });
  }

  it('lie before white space, and between words, numbers and symbols', () => {
    const marked = (text: string): string =>
      [...text].reduce((left, right) => {
        const isSeam = seams.between(left.charCodeAt(left.length - 1), right.charCodeAt(0));
        return left + (isSeam ? '¦' : '') + right;
      });
    assert.equal(
      marked("it's a test, 42px\n\n  if (x==1) {"),
      "it's¦ a¦ test¦,¦ 42¦px¦\n\n  if¦ (x¦==1¦)¦ {",
    );
  });

  it('cut a text into parts that are long enough and make it up', () => {
    fc.assert(
      fc.property(texts(60), fc.integer({ min: 1, max: 40 }), (text, size) => {
        const ends = seams.cut(text, size);
        let start = 0;
        for (const end of ends) {
          assert.ok(end === text.length || end - start >= size);
          start = end;
        }
        assert.equal(start, text.length);
      }),
    );
  });

  it('are not looked for in vain: a text without any is one part', () => {
    assert.deepEqual(seams.cut('a'.repeat(10_000), 100), [10_000]);
    assert.deepEqual(seams.cut('', 100), []);
  });
});
