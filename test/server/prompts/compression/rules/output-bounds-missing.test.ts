import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPromptText } from '../../../../../server/prompts/compression/read-prompt-text.ts';
import { outputBoundsMissing } from '../../../../../server/prompts/compression/rules/output-bounds-missing.ts';
import { suggest } from '../../../../../server/prompts/compression/suggest.ts';
import { measure, promptOf } from '../prompts.ts';
import { describeRule } from '../rule-contract.ts';

describeRule(outputBoundsMissing);

const messages = (written: string) =>
  suggest(promptOf(written), { rules: [outputBoundsMissing] }).suggestions.map(
    ({ finding }) => finding.message,
  );

describe('the message says what to write for', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['You will classify the message.', /“Answer with the class alone\.”.+maxTokens: 256 }/],
    ['Please summarise the report for the board.', /fifth of the text.+maxTokens: 1000 }/],
    ['Your task is to extract the names of all persons.', /nothing else.+maxTokens: 1000 }/],
    [
      'Translate the letter into French.',
      /^A translation needs no more than itself: write “Give the translation/,
    ],
    ['Can you suggest a title for this article?', /“Give one and nothing else\.”.+256/],
    ['Decide whether the claim is covered.', /“Answer with yes or no alone\.”/],
  ];
  for (const [text, message] of cases)
    test(text, () => {
      const [first = '', ...rest] = messages(text);
      assert.match(first, message);
      assert.deepEqual(rest, []);
    });
});

describe('nothing is said where', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['another sentence says how long', 'Translate the letter.\n\nGive the translation and nothing else.'],
    ['an answer may have to be long', 'Summarise the report. Then write a plan for the year.'],
    ['the shape of the answer is said', 'Extract the names. Return JSON.'],
    ['an example of an answer says it', 'user:\nWhy is it so?\n\nassistant:\nTranslate it.'],
    ['it is quoted', '> Translate the letter.\n\nWhat did they ask for?'],
  ];
  for (const [when, text] of cases) test(when, () => assert.deepEqual(messages(text), []));

  test('the front matter has a limit or a schema', () => {
    const passages = [{ text: 'Classify the message.' }];
    for (const around of [{ maxTokens: 100 }, { hasSchema: true }]) {
      const prompt = readPromptText({ passages, ...around }, measure);
      assert.deepEqual(suggest(prompt, { rules: [outputBoundsMissing] }).suggestions, []);
    }
  });
});
