/** The lines of the Budgets view. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BudgetNode, budgetNodes, linesBelow, lineText } from '../../../client/text/budget-nodes.ts';
import type { BudgetState } from '../../../protocol/budgets.ts';
import { aState } from '../budgets.ts';
import { english } from './english.ts';

const words = { l10n: english, time: (at: number) => new Date(at).toISOString().slice(0, 16) };

function only(...states: readonly BudgetState[]): BudgetNode {
  const [node, ...more] = budgetNodes(states);
  assert.ok(node !== undefined && more.length === 0);
  return node;
}
const shown = (...states: readonly BudgetState[]) => lineText(only(...states), words);
const below = (...states: readonly BudgetState[]) =>
  linesBelow(only(...states))
    .map((line) => lineText(line, words))
    .map(({ label, description }) => [label, description]);

test('a budget says how much of what is used in which time', () => {
  const { label, description, icon } = shown(aState());
  assert.deepEqual([label, description, icon], ['Day', '31 % · $3.10 of $10.00 today', 'pass']);
  assert.equal(
    shown(aState({ used: 40 }, { unit: 'requests', limit: 100, window: 'minute' })).description,
    '40 % · 40 requests of 100 requests this minute',
  );
});

test('what calls under way may use counts, and is told apart', () => {
  assert.equal(
    shown(aState({ reserved: 500_000_000 })).description,
    '36 % · $3.10 + $0.50 held of $10.00 today',
  );
});

test('near its limit, at its limit and paused have icons of their own, and are said aloud', () => {
  const of = (used: number, paused = false) => {
    const { icon, accessible } = shown(aState({ used }, { paused }));
    return [icon, accessible];
  };
  assert.deepEqual(of(7_499_999_999), ['pass', 'Day, within its limit, 74 % · $7.50 of $10.00 today']);
  assert.deepEqual(of(7_500_000_000), ['warning', 'Day, near its limit, 75 % · $7.50 of $10.00 today']);
  assert.deepEqual(of(10_000_000_000), ['error', 'Day, limit reached, 100 % · $10.00 of $10.00 today']);
  assert.deepEqual(of(10_000_000_000, true), ['debug-pause', 'Day, paused, 100 % · $10.00 of $10.00 today']);
});

test('below a budget stand whom it is for, what happens, and when it begins anew', () => {
  assert.deepEqual(below(aState()), [
    ['For', 'everything'],
    ['When it is used up', 'Refuse the call'],
    ['Limit', '$10.00 a day, begins anew 2025-06-04T00:00'],
    ['Tells you at', '50 %, 75 %, 90 %, 100 %'],
  ]);
});

test('calls of unknown price make the sum a lower bound and have a line of their own', () => {
  const state = aState({ unknownCalls: 2 });
  assert.equal(shown(state).description, '31 % · ≥ $3.10 of $10.00 today');
  assert.match(shown(state).accessible, /, 2 calls of unknown price$/);
  assert.match(shown(state).tooltip, /farthing\\\.prices/);
  assert.deepEqual(below(state)[0], ['Not in it', '2 calls of unknown price']);
  const tokens = aState({ unknownCalls: 2, used: 5 }, { unit: 'tokens', limit: 10 });
  assert.equal(shown(tokens).description, '50 % · 5 tokens of 10 tokens today');
});

test('a budget for each of them has a line for each, the fullest first, and is as serious as that', () => {
  const each = { scope: 'model', value: null } as const;
  const states = [
    aState({ key: 'gpt-5-mini', used: 1_000_000_000 }, each),
    aState({ key: 'gpt-5', used: 9_000_000_000, unknownCalls: 1 }, each),
  ];
  const { description, icon } = shown(...states);
  assert.deepEqual([description, icon], ['$10.00 a day for each model · gpt-5 at 90 %', 'warning']);
  assert.deepEqual(below(...states).slice(0, 3), [
    ['gpt-5', '90 % · ≥ $9.00 of $10.00 today · 1 call of unknown price'],
    ['gpt-5-mini', '10 % · $1.00 of $10.00 today'],
    ['Not in it', '1 call of unknown price'],
  ]);
});

test('a budget for each of them of which none was used yet is there, too', () => {
  const unused = aState({ key: '', used: 0 }, { scope: 'tag', value: null });
  assert.equal(shown(unused).description, '$10.00 a day for each tag · nothing used today');
  assert.equal(below(unused)[0]?.[0], 'For');
});

test('a prompt file is shown by its name, whatever its URI holds', () => {
  const of = (key: string) => below(aState({ key }, { scope: 'job', value: null }))[0]?.[0];
  assert.equal(of('file:///work/my%20review.prompt.md'), 'my review.prompt.md');
  assert.equal(of('file:///work/100%.prompt.md'), '100%.prompt.md');
  assert.equal(of('nightly'), 'nightly');
});

test('lines of two budgets never share an id, and names cannot become markup', () => {
  const nodes = budgetNodes([aState(), aState({}, { id: 'other', name: '[x](command:evil)' })]);
  const ids = nodes.flatMap((node) => [node, ...linesBelow(node)]).map((line) => lineText(line, words).id);
  assert.equal(new Set(ids).size, ids.length);
  assert.doesNotMatch(nodes.map((node) => lineText(node, words).tooltip).join(), /[^\\]\]\(/);
});

test('menus tell a paused budget from an active one, and neither from its lines', () => {
  assert.equal(shown(aState()).context, 'budget active');
  assert.equal(shown(aState({}, { paused: true })).context, 'budget paused');
  const contexts = linesBelow(only(aState())).map((line) => lineText(line, words).context);
  assert.ok(!contexts.some((context) => /budget|active|paused/.test(context)));
});
