/** Notifications of thresholds, and the status bar while a budget is near its limit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestBudget, thresholdAlert, withBudget } from '../../../client/text/budget-alerts.ts';
import { promptStatus } from '../../../client/text/status-text.ts';
import { aState } from '../budgets.ts';
import { aPreview } from '../receipts.ts';
import { english } from './english.ts';

test('a threshold is said with the amounts, and is a warning from 90 % on', () => {
  const month = aState({ used: 9_020_000_000 }, { name: 'Month', window: 'month' });
  assert.deepEqual(thresholdAlert({ state: month, threshold: 90 }, english), {
    severity: 'warning',
    message: 'Budget "Month" is at 90 %: $9.02 of $10.00 this month.',
  });
  const half = aState({ used: 5_000_000_000 });
  assert.deepEqual(thresholdAlert({ state: half, threshold: 50 }, english), {
    severity: 'information',
    message: 'Budget "Day" is at 50 %: $5.00 of $10.00 today.',
  });
});

test('a budget that is far beyond its limit says how far', () => {
  const { message } = thresholdAlert({ state: aState({ used: 13_400_000_000 }), threshold: 100 }, english);
  assert.equal(message, 'Budget "Day" is at 134 %: $13.40 of $10.00 today.');
});

test('a threshold of one of each says which, and what is not in the sum', () => {
  const state = aState(
    { key: 'gpt-5', used: 7_600_000_000, unknownCalls: 1 },
    { scope: 'model', value: null, name: 'Models' },
  );
  assert.equal(
    thresholdAlert({ state, threshold: 75 }, english).message,
    'Budget "Models" is at 76 % for gpt-5: ≥ $7.60 of $10.00 today. Not counted: 1 call of unknown price.',
  );
});

test('the status bar is for budgets that are nearly used up, earlier for those that refuse', () => {
  const at = (percent: number, action: 'warn' | 'refuse', paused = false) =>
    nearestBudget([aState({ used: percent * 100_000_000 }, { action, paused })]) !== null;
  assert.deepEqual(
    [at(74, 'refuse'), at(75, 'refuse'), at(89, 'warn'), at(90, 'warn')],
    [false, true, false, true],
  );
  assert.equal(at(100, 'refuse', true), false);
  const [one, other] = [aState({ used: 9_100_000_000 }), aState({ used: 9_900_000_000 }, { id: 'other' })];
  assert.equal(nearestBudget([one, other]), other);
  assert.equal(nearestBudget([]), null);
});

const near = aState({ used: 9_300_000_000 });

test('a budget near its limit is shown before the prompt, with a way to the budgets', () => {
  const status = promptStatus({ preview: aPreview(), problem: null, running: null, stopped: null });
  const both = withBudget(status, near, english);
  assert.equal(both?.text, '$(warning) 93 % of "Day" · $(pulse) 1,234 tok · $0.0042');
  assert.equal(both?.warning, true);
  assert.match(both?.tooltip ?? '', /\]\(command:farthing\.showBudgets\)\n\n\*\*/);
  assert.match(both?.label ?? '', /gpt-5-mini\. 93 % of the budget "Day": \$9\.30 of \$10\.00 today$/);
  assert.equal(withBudget(status, null, english), status);
});

test('without a prompt the budget is all there is, and a run can still be cancelled', () => {
  const alone = withBudget(null, near, english);
  assert.deepEqual([alone?.text, alone?.command], ['$(warning) 93 % of "Day"', 'farthing.showBudgets']);
  assert.equal(withBudget(null, null, english), null);
  const running = promptStatus({ preview: null, problem: null, running: 'gpt-5', stopped: null });
  assert.equal(withBudget(running, near, english)?.command, 'farthing.cancelRun');
});

test('of a budget for each of them the bar has the one that is near, and the label all of it', () => {
  const key = {
    ...near,
    key: 'gpt-5',
    budget: { ...near.budget, scope: 'model', name: 'Day, each model' },
  } as const;
  const status = withBudget(null, key, english);
  assert.equal(status?.text, '$(warning) 93 % of "gpt-5"');
  assert.match(status?.label ?? '', /the budget "Day, each model, gpt-5"/);
});

test('a name can become neither an icon nor a link, and a long one is cut', () => {
  const named = (name: string) => withBudget(null, { ...near, budget: { ...near.budget, name } }, english);
  assert.equal(named('$(sync~spin)')?.text, '$(warning) 93 % of "(sync~spin)"');
  assert.doesNotMatch(named('[x](command:evil)')?.tooltip ?? '', /[^\\]\]\(command:evil/);
  assert.equal(named('x'.repeat(60))?.text, `$(warning) 93 % of "${'x'.repeat(19)}…"`);
});
