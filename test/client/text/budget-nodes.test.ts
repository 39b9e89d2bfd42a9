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
  assert.deepEqual([label, description, icon], ['31 % · Day', '$3.10 of $10.00 today', 'pass']);
  assert.equal(
    shown(aState({ used: 40, reserved: 1 }, { unit: 'requests', limit: 100, window: 'minute' })).description,
    '40 + 1 held of 100 requests this minute',
  );
});

test('the percent comes before any name, since a narrow view cuts the end', () => {
  const name = 'A name that is far too long for a side bar of three hundred pixels';
  assert.equal(shown(aState({ used: 10_700_000_000 }, { name })).label, `107 % · ${name}`);
  const keys = [aState({ key: 'gpt-5', used: 9_000_000_000 }, { scope: 'model', value: null })];
  assert.equal(shown(...keys).label, '90 % · Day');
  assert.equal(below(...keys)[0]?.[0], '90 % · gpt-5');
});

test('what calls under way may use counts, and is told apart', () => {
  const { label, description } = shown(aState({ reserved: 500_000_000 }));
  assert.deepEqual([label, description], ['36 % · Day', '$3.10 + $0.50 held of $10.00 today']);
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
  assert.equal(shown(state).description, '≥ $3.10 of $10.00 today');
  assert.match(shown(state).accessible, /, 2 calls of unknown price$/);
  assert.match(shown(state).tooltip, /farthing\\\.prices/);
  assert.deepEqual(below(state)[0], ['Not counted', '2 calls of unknown price']);
  const tokens = aState({ unknownCalls: 2, used: 5 }, { unit: 'tokens', limit: 10 });
  assert.equal(shown(tokens).description, '5 of 10 tokens today');
});

test('a budget for each of them has a line for each, the fullest first, and is as serious as that', () => {
  const each = { scope: 'model', value: null } as const;
  const states = [
    aState({ key: 'gpt-5-mini', used: 1_000_000_000 }, each),
    aState({ key: 'gpt-5', used: 9_000_000_000, unknownCalls: 1 }, each),
  ];
  const { description, icon } = shown(...states);
  assert.deepEqual([description, icon], ['gpt-5: ≥ $9.00 of $10.00 today', 'warning']);
  assert.deepEqual(below(...states).slice(0, 3), [
    ['90 % · gpt-5', '≥ $9.00 of $10.00 today · 1 call of unknown price'],
    ['10 % · gpt-5-mini', '$1.00 of $10.00 today'],
    ['Not counted', '1 call of unknown price'],
  ]);
});

test('a budget for each of them of which none was used yet is there, too', () => {
  const unused = aState({ key: '', used: 0 }, { scope: 'tag', value: null });
  assert.equal(shown(unused).description, 'nothing used today, $10.00 each');
  assert.equal(shown(unused).label, '0 % · Day');
  assert.equal(below(unused)[0]?.[0], 'For');
});

test('a prompt file is shown by its name, whatever its URI holds', () => {
  const of = (key: string) => below(aState({ key }, { scope: 'job', value: null }))[0]?.[0];
  assert.equal(of('file:///work/my%20review.prompt.md'), '31 % · my review.prompt.md');
  assert.equal(of('file:///work/100%.prompt.md'), '31 % · 100%.prompt.md');
  assert.equal(of('nightly'), '31 % · nightly');
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
