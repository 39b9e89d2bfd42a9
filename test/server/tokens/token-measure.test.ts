import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEncodings } from '../../../server/tokens/encodings.ts';
import { createTokenMeasure, type TextChange } from '../../../server/tokens/token-measure.ts';

const encodings = createEncodings();
const texts = fc
  .array(
    fc.constantFrom(
      'word',
      ' ',
      '  ',
      '\n',
      '\r\n',
      "'s",
      '12345',
      '不要',
      'é',
      'e\u0301',
      '🚀',
      '!!',
      '\ud83d',
      '{{x}}',
      '\t',
      'A',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

for (const name of ['o200k_base', 'cl100k_base'] as const) {
  const encoding = await encodings.load(name);
  const measure = createTokenMeasure(encoding, encodings.seams);

  describe(`A measure by ${name}`, () => {
    it('says of any changes what counting the whole text before and after says', () => {
      fc.assert(
        fc.property(
          texts,
          fc.array(fc.tuple(fc.nat(60), fc.nat(6), fc.constantFrom('', ' ', 'a', '\n', '7')), {
            maxLength: 4,
          }),
          (text, drawn) => {
            const changes: TextChange[] = [];
            let at = 0;
            let after = '';
            for (const [skipped, removed, replacement] of drawn) {
              const start = Math.min(text.length, at + skipped);
              const end = Math.min(text.length, start + removed);
              if (changes.at(-1)?.end === start) continue;
              changes.push({ start, end, replacement });
              after += text.slice(at, start) + replacement;
              at = end;
            }
            after += text.slice(at);
            assert.equal(measure.saved(text, changes), encoding.count(text) - encoding.count(after));
          },
        ),
        { numRuns: 300 },
      );
    });
  });
}
