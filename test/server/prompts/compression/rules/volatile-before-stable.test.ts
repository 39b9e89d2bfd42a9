import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyEdits } from '../../../../../server/prompts/compression/apply.ts';
import type { PromptText } from '../../../../../server/prompts/compression/prompt-text.ts';
import { readPromptText } from '../../../../../server/prompts/compression/read-prompt-text.ts';
import { volatileBeforeStable } from '../../../../../server/prompts/compression/rules/volatile-before-stable.ts';
import { suggest } from '../../../../../server/prompts/compression/suggest.ts';
import { measure, promptOf, userPrompt } from '../prompts.ts';
import { describeRule } from '../rule-contract.ts';

const STABLE = Array.from(
  { length: 120 },
  (_, index) => `Rule ${index + 1}: a claim of kind ${index + 1} is checked twice.`,
).join('\n');
const only = (prompt: PromptText) => suggest(prompt, { rules: [volatileBeforeStable] }).suggestions;

/** The one message after all that is suggested for it. */
function mended(text: string): string {
  const edits = only(userPrompt(text)).flatMap(({ finding }) => finding.edits);
  return applyEdits(text, edits);
}

describeRule(volatileBeforeStable);

describe('what changes with each call goes to the end of its message', () => {
  const moved: readonly (readonly [string, string, string])[] = [
    ['a paragraph of its own', `Today is {{date}}.\n\n${STABLE}`, `${STABLE}\n\nToday is {{date}}.`],
    [
      'a line of a paragraph',
      `You check claims.\nNow: {{current_time}}\n\n${STABLE}`,
      `You check claims.\n${STABLE}\n\nNow: {{current_time}}`,
    ],
    [
      'a first line',
      `Session id: {{sessionId}}\nYou check claims.\n\n${STABLE}`,
      `You check claims.\n\n${STABLE}\n\nSession id: {{sessionId}}`,
    ],
    [
      'two of them, in their order',
      `Today is {{date}}.\n\nThe run is {{run_id}}.\n\n${STABLE}`,
      `${STABLE}\n\nToday is {{date}}.\n\nThe run is {{run_id}}.`,
    ],
    [
      'a time that was put in',
      `Current time: 2026-01-12T09:00:00Z\n\n${STABLE}`,
      `${STABLE}\n\nCurrent time: 2026-01-12T09:00:00Z`,
    ],
  ];
  for (const [what, before, after] of moved)
    test(what, () => {
      assert.equal(mended(before), after);
      assert.equal(mended(after), after);
    });
});

describe('it is only pointed at', () => {
  const pointed: readonly (readonly [string, string])[] = [
    ['within a sentence of more lines', `You check the claim {{text}}\nfor us by these rules.\n\n${STABLE}`],
    ['where something introduces it', `The date:\n\nToday is {{date}}.\n\n${STABLE}`],
    ['where it points at its neighbours', `Today is {{date}}, so the following holds.\n\n${STABLE}`],
    ['within a tag', `<about>\n\nToday is {{date}}.\n\n</about>\n\n${STABLE}`],
    ['where the input stands in front', `\${selection}\n\n${STABLE}`],
  ];
  for (const [when, text] of pointed)
    test(when, () => {
      const [one, ...rest] = only(userPrompt(text));
      assert.deepEqual(rest, []);
      assert.deepEqual(one?.finding.edits, []);
    });

  test('where what stays is in a later message', () => {
    const [one] = only(promptOf(`system:\nToday is {{date}}.\n\nuser:\n${STABLE}`));
    assert.deepEqual(one?.finding.edits, []);
    assert.match(one?.finding.message ?? '', /to the end of the last message/);
  });

  test('where the file indents the message', () => {
    const text = `Today is {{date}}.\n  ${STABLE.replaceAll('\n', '\n  ')}`;
    const fixed = [...text.matchAll(/\n {2}/g)].map(({ index }) => ({ start: index + 1, end: index + 3 }));
    const [one] = only(readPromptText({ passages: [{ text, fixed }] }, measure));
    assert.deepEqual(one?.finding.edits, []);
  });
});

describe('nothing is said', () => {
  const silent: readonly (readonly [string, string])[] = [
    ['of a variable that may always be the same', `Answer in {{language}} by {{date_format}}.\n\n${STABLE}`],
    ['of a date that is part of the text', `The contract was signed on 2020-01-12T09:00:00Z.\n\n${STABLE}`],
    ['of a blank in a form', `The report begins with “On [date] we met”.\n\n${STABLE}`],
    ['of a value that is shown', `\`\`\`\nrequest id: 0af12abc3def4567890abcdef1234567\n\`\`\`\n\n${STABLE}`],
    ['where too little stands behind it', `${STABLE}\n\nToday is {{date}}.\n\nCheck the claim.`],
  ];
  for (const [when, text] of silent) test(when, () => assert.deepEqual(only(userPrompt(text)), []));
});

test('the tokens that no cache gives are those behind it', () => {
  const [one] = only(userPrompt(`Today is {{date}}.\n\n${STABLE}`));
  assert.ok(Math.abs((one?.finding.wastedTokens ?? 0) - measure.tokens(STABLE)) <= 3);
  const between = only(userPrompt(`Today is {{date}}.\n\n${STABLE}\n\nNow: {{time}}\n\n${STABLE}`));
  assert.equal(between.length, 2);
  for (const { finding } of between)
    assert.ok(Math.abs((finding.wastedTokens ?? 0) - measure.tokens(STABLE)) <= 8);
});
