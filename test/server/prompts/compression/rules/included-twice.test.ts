import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPromptText } from '../../../../../server/prompts/compression/read-prompt-text.ts';
import { includedTwice } from '../../../../../server/prompts/compression/rules/included-twice.ts';
import { suggest } from '../../../../../server/prompts/compression/suggest.ts';
import { measure } from '../prompts.ts';
import { describeRule } from '../rule-contract.ts';

describeRule(includedTwice);

const GUIDE =
  'Names are written in full, files in kebab case, and every sentence that a person reads says what to do next.';
const OWN = 'Review by [the guide](docs/guide.md) and by [the same](./docs/guide.md).';
const file = (includedFrom: string, text = GUIDE) => ({ text, includedFrom });

describe('a file is pointed at, where the prompt names it last,', () => {
  const cases: readonly (readonly [string, readonly { text: string; includedFrom?: string }[], RegExp])[] = [
    [
      'that is included twice',
      [{ text: OWN }, file('docs/guide.md'), file('./docs/guide.md')],
      /Include .+ once/,
    ],
    [
      'though it is short',
      [{ text: OWN }, file('docs/guide.md', 'Be brief.'), file('docs/guide.md', 'Be brief.')],
      /once/,
    ],
    [
      'that says what another says',
      [{ text: OWN }, file('AGENTS.md'), file('docs/guide.md', ` ${GUIDE}\n`)],
      /“AGENTS\.md”/,
    ],
    [
      'that is a part of another',
      [{ text: OWN }, file('AGENTS.md', `Be brief. ${GUIDE}`), file('docs/guide.md')],
      /“AGENTS\.md”/,
    ],
    ['whose text the prompt has', [{ text: `${GUIDE}\n${OWN}` }, file('docs/guide.md')], /once/],
  ];
  for (const [when, passages, message] of cases)
    test(when, () => {
      const { suggestions } = suggest(readPromptText({ passages }, measure), { rules: [includedTwice] });
      assert.equal(suggestions.length, 1);
      const { finding } = suggestions[0] as (typeof suggestions)[number];
      assert.deepEqual(finding.edits, []);
      assert.match(finding.message, message);
      assert.equal(passages[0]?.text.slice(finding.start, finding.end), 'guide.md');
      assert.equal(finding.start, passages[0]?.text.lastIndexOf('guide.md'));
    });
});

test('files that differ are not', () => {
  const passages = [
    { text: OWN },
    file('docs/guide.md'),
    file('docs/other.md', GUIDE.replace('kebab', 'snake')),
  ];
  assert.deepEqual(
    suggest(readPromptText({ passages }, measure), { rules: [includedTwice] }).suggestions,
    [],
  );
});
