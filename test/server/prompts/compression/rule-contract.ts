/** What every rule has to hold, checked on its own examples. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { savedBy } from '../../../../server/prompts/compression/apply.ts';
import { holds } from '../../../../server/prompts/compression/protect.ts';
import type { Finding, Rule } from '../../../../server/prompts/compression/rule.ts';
import { compressed, measure, promptOf, withTexts } from './prompts.ts';

/** Describes `rule` by its examples. A rule's own test file calls it; `rules.test.ts` does for the whole list. */
export function describeRule(rule: Rule): void {
  describe(`The rule ${rule.id}`, () => {
    for (const { before, after } of rule.examples) {
      const name = JSON.stringify(before.length > 70 ? `${before.slice(0, 69)}…` : before);
      if (after === null) {
        it(`points at ${name} and changes nothing`, () => {
          const found = [...rule.find(promptOf(before))];
          assert.ok(found.length > 0, 'nothing is found');
          assert.deepEqual(
            found.flatMap(({ edits }) => edits),
            [],
          );
        });
      } else {
        it(`changes ${name} as documented`, () => {
          const expected = promptOf(after).passages.map(({ text }) => text);
          assert.deepEqual(compressed(promptOf(before), [rule]), expected);
        });
        it(`finds nothing more in ${name} once that is done`, () => {
          const once = compressed(promptOf(before), [rule]);
          assert.deepEqual(compressed(withTexts(promptOf(before), once), [rule]), once);
        });
        it(`saves tokens in ${name} and keeps what has to be kept`, () => {
          const prompt = promptOf(before);
          const found = [...rule.find(prompt)].filter(({ edits }) => edits.length > 0);
          for (const { edits } of found) assert.ok(holds(rule.keeps, prompt, edits), JSON.stringify(edits));
          assert.ok(
            found.some(({ edits }) => savedBy(prompt, edits) > 0),
            'no finding saves a token',
          );
          const texts = compressed(prompt, [rule]);
          assert.ok(
            total(texts) < total(prompt.passages.map(({ text }) => text)),
            'the count is not smaller',
          );
        });
      }
    }
    for (const left of rule.leaves) {
      it(`leaves ${JSON.stringify(left.length > 70 ? `${left.slice(0, 69)}…` : left)} alone`, () => {
        const prompt = promptOf(left);
        const found = [...rule.find(prompt)].filter(({ edits }) => edits.length === 0 || isSuggested(edits));
        assert.deepEqual(found, []);

        function isSuggested(edits: Finding['edits']): boolean {
          return holds(rule.keeps, prompt, edits) && savedBy(prompt, edits) > 0;
        }
      });
    }
    it('says what it is', () => {
      assert.match(rule.id, /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
      assert.match(rule.title, /^[A-Z]/);
      assert.match(rule.what, /\.$/);
      assert.ok(rule.examples.length > 0, 'it has no example');
    });
  });
}

function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + measure.tokens(text), 0);
}
