import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../server/prompts/compression/apply.ts';
import type { KeptKind } from '../../../../server/prompts/compression/prompt-text.ts';
import { RULES } from '../../../../server/prompts/compression/rules.ts';
import { type Suggestion, suggest } from '../../../../server/prompts/compression/suggest.ts';
import { withoutTracking } from '../../../../server/prompts/compression/tracking.ts';
import { prompts } from './pieces.ts';
import { compressed, measure, userPrompt, withTexts } from './prompts.ts';

const RUNS = Number(process.env['FARTHING_RUNS'] ?? 60);

for (const rule of RULES) {
  describe(`The rule ${rule.id}, over any prompt,`, () => {
    it('saves what it says, in every suggestion alone', () => {
      fc.assert(
        fc.property(prompts, (text) => {
          const { suggestions, failed } = suggest(userPrompt(text), { rules: [rule] });
          assert.deepEqual(failed, []);
          for (const suggestion of suggestions) assert.equal(difference(text, suggestion), suggestion.saved);
        }),
        { numRuns: RUNS },
      );
    });
    it('does nothing more when it is applied twice, and the count is smaller', () => {
      fc.assert(
        fc.property(prompts, (text) => {
          const prompt = userPrompt(text);
          const once = compressed(prompt, [rule]);
          assert.deepEqual(compressed(withTexts(prompt, once), [rule]), once);
          if (once[0] !== text) assert.ok(measure.tokens(once[0] ?? '') < measure.tokens(text));
        }),
        { numRuns: RUNS },
      );
    });
  });
}

for (const rule of RULES) {
  it(`The rule ${rule.id} loses nothing of any prompt that has to be kept`, () => {
    fc.assert(
      fc.property(prompts, (text) => {
        const [after = ''] = compressed(userPrompt(text), [rule]);
        let at = 0;
        for (const { kind, token } of tokensOf(text)) {
          if (rule.keeps === 'value' && kind !== 'variable') continue;
          const found =
            rule.keeps === 'all'
              ? after.indexOf(token, at)
              : Math.max(after.indexOf(token), after.indexOf(withoutTracking(token)));
          assert.notEqual(found, -1, `${kind} ${token}`);
          at = found + token.length;
        }
      }),
      { numRuns: RUNS },
    );
  });
}

describe('All rules together, over any prompt,', () => {
  it('keep every variable, and are done when they have been applied', () => {
    fc.assert(
      fc.property(prompts, (text) => {
        const prompt = userPrompt(text);
        const once = compressed(prompt, RULES);
        assert.deepEqual(compressed(withTexts(prompt, once), RULES), once);
        for (const variable of distinct(text)) assert.ok(once[0]?.includes(variable), variable);
      }),
      { numRuns: RUNS },
    );
  });
});

/** What is kept, without the quotes and line ends that a repetition may be without. */
function tokensOf(text: string): { readonly kind: KeptKind; readonly token: string }[] {
  return userPrompt(text).passages.flatMap(({ kept }) =>
    kept.flatMap(({ kind, start, end }) => {
      const inner = kind === 'quoted' ? 1 : 0;
      const token = text.slice(start + inner, end - inner);
      const lines = kind === 'code' ? token.split('\n').map((line) => line.trim()) : [token];
      return lines.map((line) => ({ kind, token: line }));
    }),
  );
}

function difference(text: string, { finding }: Suggestion): number {
  if (finding.edits.length === 0) return 0;
  return measure.tokens(text) - measure.tokens(applyEdits(text, finding.edits));
}

function distinct(text: string): Set<string> {
  return new Set(text.match(/\{\{[a-z]+\}\}|\$\{[a-z]+\}|(?<!\{)\{[a-z]+\}(?!\})/g));
}
