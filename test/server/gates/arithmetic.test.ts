import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arithmetic } from '../../../server/gates/arithmetic.ts';
import { wordProblem } from '../../../server/gates/word-problem.ts';
import { wordProblemFeatures } from '../../../server/gates/word-problem-features.ts';
import { complaintOf, makeQuestion } from '../../support/gate-fixtures.ts';

const WRONG = [
  'She has 3 + 4 = 8 apples.',
  'So 16 - 3 - 4 = 10 eggs are left.',
  '1. 12 * 12 = 148',
  '- 2 × 15 = 40',
  'That is 100 / 4 = 30.',
  'The total is $1,200 + $350 = $1,450.',
  '(3 + 4) * 2 = 15',
  '2^10 = 1000',
  '50 * 20% = 12',
  'First, 7 · 8 = 54.',
  '$$6 \\times 7 = 41$$',
  'Das sind 1,5 + 2,25 = 4,75 Meter.',
];
for (const text of WRONG)
  test(`it does not add up: ${text}`, async () =>
    assert.match((await complaintOf(arithmetic, text)) ?? '', /does not add up/));

const RIGHT = [
  'She has 3 + 4 = 7 apples.',
  'That is 10 / 3 = 3.33, or 10 / 3 = 3.',
  'The total is $1,200 + $350 = $1,550.',
  'Das sind 1.500 + 500 = 2.000 Euro.',
  'Das sind 1,5 + 2,25 = 3,75 Meter.',
  '18 / 450 x 100 = 4%',
  '25 / 75 = 33.3%',
  '10 - 20% = 8',
  '-3 + 5 = 2',
  '2 ** 8 = 256',
];
for (const text of RIGHT)
  test(`it adds up: ${text}`, async () => assert.equal(await complaintOf(arithmetic, text), null));

const NO_ARITHMETIC = [
  'Let x + 3 + 4 = 9.',
  '2x + 3 + 4 = 11',
  'f(2) + 3 = 9',
  'y3 + 4 = 1',
  '7 + 8 = 3 (mod 12)',
  '2 + 3 = 5 + 4 = 9',
  '3 + 4 = 2x',
  'Use `a[1] - 1 = 3`? No.',
  '3 + 4 == 8 is false, and 3 + 4 != 8 is true.',
  'It was 2026-11-21 = Saturday.',
  '1.2.3 - 1 = 4',
  '```js\n3 + 4 = 8\n```',
  '12:30 + 1 = 2',
];
for (const text of NO_ARITHMETIC)
  test(`it is no sum to check: ${text}`, async () => assert.equal(await complaintOf(arithmetic, text), null));

test('a wrong sum of the prompt may be quoted', async () => {
  const asked = makeQuestion('My child wrote "3+4 = 8". What is wrong?');
  assert.equal(await complaintOf(arithmetic, 'In 3 + 4 = 8 the result is one too many.', asked), null);
});

test('the complaint says what it should be, and quotes little', async () => {
  const why = await complaintOf(arithmetic, 'So 16 - 3 - 4 = 10 eggs are left.');
  assert.equal(why, 'Its arithmetic does not add up: "16 - 3 - 4 = 10", where the left side is 9.');
});

const EGGS =
  'A farm has 16 ducks that lay 1 egg each day. It eats 3 and sells the rest at $2 an egg. How much does it earn?';

test('a solution of a problem in words that goes astray in several ways is doubted', async () => {
  const astray = '16 - 40 = -24 eggs\n16 - 40 = -24 eggs\n-24 * 77 = -1848\nA: 5';
  assert.match((await complaintOf(wordProblem, astray, makeQuestion(EGGS))) ?? '', /doubtful/);
});

test('a straight one is not, and neither is what is no problem in words', async () => {
  const straight = '16 * 1 = 16 eggs a day\n16 - 3 = 13 eggs to sell\n13 * 2 = 26 dollars\nA: 26';
  assert.equal(await complaintOf(wordProblem, straight, makeQuestion(EGGS)), null);
  assert.equal(await complaintOf(wordProblem, '5 - 9 = -4', makeQuestion('What does 5 - 9 print?')), null);
});

test('the steps of a solution are those that it annotates, or else its equations', () => {
  const annotated = wordProblemFeatures(EGGS, '16 - 3 = <<16-3=13>>13\nIt earns $<<13*2=26>>26\nA: 26');
  const plain = wordProblemFeatures(EGGS, '16 - 3 = 13\n13 * 2 = 26\nA: 26');
  assert.equal(annotated.steps, 0.5);
  assert.equal(plain.steps, 0.5);
  assert.equal(annotated.wrongSteps, 0);
  assert.equal(wordProblemFeatures(EGGS, '<<16-3=14>>14\nA: 14').wrongSteps, 1);
});
