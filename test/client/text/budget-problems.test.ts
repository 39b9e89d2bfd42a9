import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  budgetNameProblem,
  budgetValueProblem,
  limitProblem,
  parseLimit,
} from '../../../client/text/budget-problems.ts';
import { english } from './english.ts';

test('limits are read in their unit', () => {
  const cases: readonly [unit: 'money' | 'requests' | 'tokens', typed: string, limit: number | null][] = [
    ['money', '$5.00', 5_000_000_000],
    ['money', '5k', null],
    ['requests', ' 1,000 ', 1000],
    ['tokens', '50k', 50_000],
    ['tokens', '2 M', 2_000_000],
    ['tokens', '1.5', null],
    ['tokens', '-1', null],
    ['tokens', '9007199254740993', null],
    ['tokens', '9007199254740k', 9_007_199_254_740_000],
    ['tokens', '90071992547409k', null],
  ];
  for (const [unit, typed, limit] of cases) assert.equal(parseLimit(unit, typed), limit, typed);
});

test('what is no limit is said with what to type instead', () => {
  const message = (unit: 'money' | 'tokens', typed: string) =>
    limitProblem(unit, typed, english, null)?.message;
  assert.equal(message('money', '0.50'), undefined);
  assert.equal(message('money', '0,50'), 'Type dollars with a point before the cents, such as 5 or 0.50.');
  assert.equal(message('tokens', 'many'), 'Type a whole number, such as 500, 50k or 2M.');
  assert.match(message('money', '0') ?? '', /^Type more than 0\./);
});

test('a limit in which no call has room is told before it is set, and may be set all the same', () => {
  const worst = { model: 'gpt-5-mini', nano: 32_900_000, tokens: 16_390, outputTokens: 16_384 };
  const hint = limitProblem('money', '0.0011', english, worst);
  assert.equal(hint?.severity, 'hint');
  assert.match(
    hint?.message ?? '',
    /^No call of gpt-5-mini fits: \$0\.0329 is held for one, since its answer may have 16,384 tokens\. .*farthing\.budgets\.outputTokens.*maxTokens/,
  );
  assert.match(limitProblem('tokens', '16k', english, worst)?.message ?? '', /16,390 tokens is held/);
  assert.equal(limitProblem('money', '0.0329', english, worst), null);
  assert.equal(limitProblem('money', '0.0011', english, { ...worst, nano: null }), null);
  assert.equal(limitProblem('requests', '1', english, worst), null);
});

test('a name that another budget has is only a hint', () => {
  assert.deepEqual(budgetNameProblem('day', ['Day'], english)?.severity, 'hint');
  assert.equal(budgetNameProblem('Night', ['Day'], english), null);
  assert.equal(budgetNameProblem('x'.repeat(201), [], english)?.severity, 'error');
  assert.equal(budgetValueProblem('  ', english)?.severity, 'error');
});
