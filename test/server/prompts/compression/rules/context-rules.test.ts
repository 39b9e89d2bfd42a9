/** The rules about marked context: twice, not asked about, too much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PromptText } from '../../../../../server/prompts/compression/prompt-text.ts';
import { readPromptText } from '../../../../../server/prompts/compression/read-prompt-text.ts';
import type { Rule } from '../../../../../server/prompts/compression/rule.ts';
import { contextIrrelevant } from '../../../../../server/prompts/compression/rules/context-irrelevant.ts';
import { contextOverBudget } from '../../../../../server/prompts/compression/rules/context-over-budget.ts';
import { contextRepeated } from '../../../../../server/prompts/compression/rules/context-repeated.ts';
import { suggest } from '../../../../../server/prompts/compression/suggest.ts';
import { compressed, measure, promptOf, userPrompt } from '../prompts.ts';
import { describeRule } from '../rule-contract.ts';

for (const rule of [contextRepeated, contextIrrelevant, contextOverBudget]) describeRule(rule);

const block = (text: string, name = '') =>
  `<context${name === '' ? '' : ` name="${name}"`}>\n${text}\n</context>\n`;
const NOTES = 'The cache keeps 12 answers for `a week` and never forgets "the newest" first.';
const found = (prompt: PromptText, rule: Rule) => suggest(prompt, { rules: [rule] }).suggestions;

test('the second of two equal pieces goes, code and numbers in it included, and what is said stays', () => {
  const prompt = userPrompt(`${block(NOTES, 'a.md')}And again:\n${block(NOTES, 'a.md')}Why?`);
  assert.deepEqual(compressed(prompt, [contextRepeated]), [`${block(NOTES, 'a.md')}And again:\nWhy?`]);
});

test('a piece of a later message that an earlier one has goes, too', () => {
  const prompt = promptOf(`system:\n${block(NOTES)}\nuser:\n${block(NOTES)}Why?`);
  assert.deepEqual(compressed(prompt, [contextRepeated])[1], 'Why?');
});

test('the name of a piece that stands nowhere else is never lost', () => {
  const [one] = found(userPrompt(`${block(NOTES, 'a.md')}${block(NOTES, 'b.md')}Why?`), contextRepeated);
  assert.deepEqual(one?.finding.edits, []);
  assert.match(one?.finding.message ?? '', /“a\.md” says the same/);
});

test('a piece of an included file is not edited', () => {
  const passages = [{ text: `${block(NOTES)}Why?` }, { text: block(NOTES), includedFrom: 'notes.md' }];
  const [one] = found(readPromptText({ passages }, measure), contextRepeated);
  assert.deepEqual(one?.finding.edits, []);
});

test('the limit of context is that of the settings, and none where that is 0', () => {
  const passages = [{ text: `${block('one two three four five six seven')}Why?` }];
  const withLimit = (contextTokens: number) =>
    found(readPromptText({ passages, contextTokens }, measure), contextOverBudget).length;
  assert.deepEqual([withLimit(5), withLimit(0), withLimit(500)], [1, 0, 0]);
});

test('the piece that is pointed at is the longest', () => {
  const text = `${block('a b', 'short')}${block('word '.repeat(90), 'long')}Why?`;
  const prompt = readPromptText({ passages: [{ text }], contextTokens: 10 }, measure);
  const [one] = found(prompt, contextOverBudget);
  assert.equal(text.slice(one?.finding.start, one?.finding.end), '<context name="long">');
});

test('a piece that shares a rare word with the question is not called irrelevant', () => {
  const garden = 'Tomatoes want sun, tulips want frost, and roses are cut in March. '.repeat(8);
  const cache = 'The cache evicts entries when the disk quota is reached, oldest entries first.';
  const pieces = (more: string) =>
    [cache, `${garden}${more}`, `${cache} Entries expire.`].map((text) => block(text)).join('');
  const question = 'Which entries does the cache evict when the quota is reached?';
  assert.equal(found(userPrompt(`${pieces('')}${question}`), contextIrrelevant).length, 1);
  assert.equal(
    found(userPrompt(`${pieces('A quota of water is kept.')}${question}`), contextIrrelevant).length,
    0,
  );
});
