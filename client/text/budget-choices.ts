/** What the questions about a budget offer. */
import {
  BUDGET_ACTIONS,
  BUDGET_SCOPES,
  BUDGET_THRESHOLDS,
  BUDGET_UNITS,
  type Budget,
  type BudgetAction,
  type BudgetScope,
  type BudgetThreshold,
  type BudgetUnit,
  type BudgetWindow,
  formatBudgetAmount,
} from '../../protocol/budgets.ts';
import { groupThousands, NANO_PER_DOLLAR } from '../../protocol/money.ts';
import { actionText, keyText, percentText, perWindow, scopeText, unitText } from './budget-words.ts';
import type { L10n } from './l10n.ts';
import type { Choice } from './provider-choices.ts';

/** Something that a budget may be for. */
export interface KnownValue {
  readonly value: string;
  /** Where it is known from. */
  readonly from: string;
}

/** What of a budget is edited. */
export const BUDGET_PARTS = ['limit', 'window', 'action', 'thresholds', 'scope', 'unit', 'name'] as const;
export type BudgetPart = (typeof BUDGET_PARTS)[number];

/** What a budget is for: a value, each of them, or one that is typed. */
export type ValueChoice = { readonly value: string | null } | 'type';

/** The unit that a budget limits. */
export const unitChoices = (now: BudgetUnit | null, l10n: L10n): readonly Choice<BudgetUnit>[] =>
  nowFirst(
    BUDGET_UNITS.map((unit) => ({
      label: unitText(unit, l10n),
      detail: unitDetail(unit, l10n),
      value: unit,
    })),
    now,
    l10n,
  );

function unitDetail(unit: BudgetUnit, l10n: L10n): string {
  switch (unit) {
    case 'money':
      return l10n.t('Dollars at list prices, or at your own of farthing.prices');
    case 'requests':
      return l10n.t('Calls of which something was sent; answers from the cache do not count');
    case 'tokens':
      return l10n.t('Input and output together');
  }
}

/** What a budget looks at. */
export const scopeChoices = (now: BudgetScope | null, l10n: L10n): readonly Choice<BudgetScope>[] =>
  nowFirst(
    BUDGET_SCOPES.map((scope) => ({ ...scopeWords(scope, l10n), value: scope })),
    now,
    l10n,
  );

function scopeWords(scope: BudgetScope, l10n: L10n): { readonly label: string; readonly detail: string } {
  const words = (label: string, detail: string) => ({ label, detail });
  switch (scope) {
    case 'everything':
      return words(l10n.t('Everything'), l10n.t('All calls of all windows and tools together'));
    case 'workspace':
      return words(l10n.t('A workspace'), l10n.t('This one, another, or each by itself'));
    case 'feature':
      return words(
        l10n.t('A feature'),
        l10n.t('What asks: prompt files, tasks on selected code, the command line'),
      );
    case 'user':
      return words(l10n.t('A user'), l10n.t('Whose daemon sends the calls'));
    case 'job':
      return words(l10n.t('A prompt file'), l10n.t('One, or each by itself'));
    case 'model':
      return words(l10n.t('A model'), l10n.t('The one that is sent to, after fallbacks'));
    case 'provider':
      return words(l10n.t('A provider'), l10n.t('The one that is sent to, after fallbacks'));
    case 'tag':
      return words(l10n.t('A tag'), l10n.t('Words of farthing.tags, of a prompt file or of a tool'));
  }
}

/** Each of a scope by itself, those that are known, and another. */
export function valueChoices(
  scope: BudgetScope,
  known: readonly KnownValue[],
  now: string | null | undefined,
  l10n: L10n,
): readonly Choice<ValueChoice>[] {
  const own = typeof now === 'string' ? [{ value: now, from: null }] : [];
  // What was typed once is offered, too, and what is known says where it is from.
  const values = [...new Map([...own, ...known].map((one) => [one.value, one])).values()];
  const each = scopeText({ scope, value: null }, l10n);
  const mark = (value: string | null) => (value === now ? l10n.t('as it is') : null);
  const describe = (...parts: readonly (string | null)[]) =>
    parts.filter((part) => part !== null).join(' · ');
  return [
    {
      label: l10n.t('{0} by itself', each.charAt(0).toUpperCase() + each.slice(1)),
      description: describe(mark(null)),
      detail: l10n.t('Every one has the whole limit'),
      value: { value: null },
    },
    ...(values.length === 0 ? [] : [{ heading: l10n.t('Only one of them') }]),
    ...values.map(({ value, from }) => ({
      label: keyText(scope, value),
      // Where a prompt file lies is news only where that is a folder.
      description: describe(from === keyText(scope, value) ? null : from, mark(value)),
      value: { value },
    })),
    { heading: l10n.t('Anything else') },
    { label: l10n.t('Type a name…'), value: 'type' as const },
  ];
}

/** A day first: what most budgets are for. */
const WINDOWS: readonly BudgetWindow[] = ['day', 'week', 'month', 'hour', 'minute'];

/** Calendar windows. */
export const windowChoices = (now: BudgetWindow | null, l10n: L10n): readonly Choice<BudgetWindow>[] =>
  nowFirst(
    WINDOWS.map((window) => {
      const label = perWindow(window, l10n);
      return {
        label: label.charAt(0).toUpperCase() + label.slice(1),
        detail: windowDetail(window, l10n),
        value: window,
      };
    }),
    now,
    l10n,
  );

function windowDetail(window: BudgetWindow, l10n: L10n): string {
  switch (window) {
    case 'day':
      return l10n.t('Begins anew at midnight');
    case 'week':
      return l10n.t('Begins anew on Monday');
    case 'month':
      return l10n.t('Begins anew on the first');
    case 'hour':
      return l10n.t('Begins anew with each hour of the clock');
    case 'minute':
      return l10n.t('A rate limit; begins anew with each minute of the clock');
  }
}

/** What happens to a call that does not fit; the mildest first. */
export const actionChoices = (now: BudgetAction | null, l10n: L10n): readonly Choice<BudgetAction>[] =>
  nowFirst(
    BUDGET_ACTIONS.map((action) => ({
      label: actionText(action, l10n),
      detail: actionDetail(action, l10n),
      value: action,
    })),
    now,
    l10n,
  );

function actionDetail(action: BudgetAction, l10n: L10n): string {
  switch (action) {
    case 'warn':
      return l10n.t('The call is sent, and says so under its answer');
    case 'downgrade':
      return l10n.t('The call goes to farthing.budgets.downgradeTo, or to the cheapest of its provider');
    case 'refuse':
      return l10n.t('The call is not sent; kept answers are still given');
  }
}

/** Null stands for no notification at all. */
export const thresholdChoices = (
  picked: readonly BudgetThreshold[],
  l10n: L10n,
): readonly Choice<BudgetThreshold | null>[] => [
  ...BUDGET_THRESHOLDS.map((threshold) => ({
    label: percentText(threshold, l10n),
    picked: picked.includes(threshold),
    value: threshold,
  })),
  {
    label: l10n.t('No notification'),
    description: l10n.t('the view and the status bar show it'),
    picked: picked.length === 0,
    value: null,
  },
];

/** The parts of a budget with what they are now. */
export const partChoices = (budget: Budget, l10n: L10n): readonly Choice<BudgetPart>[] =>
  BUDGET_PARTS.filter((part) => part !== 'thresholds' || budget.window !== 'minute').map((part) => ({
    ...partWords(part, budget, l10n),
    value: part,
  }));

function partWords(
  part: BudgetPart,
  budget: Budget,
  l10n: L10n,
): { readonly label: string; readonly description: string; readonly icon: string } {
  const words = (label: string, description: string, icon: string) => ({ label, description, icon });
  switch (part) {
    case 'limit':
      return words(l10n.t('Limit'), formatBudgetAmount(budget.unit, budget.limit), 'dashboard');
    case 'window':
      return words(l10n.t('Window'), perWindow(budget.window, l10n), 'calendar');
    case 'action':
      return words(l10n.t('When it is used up'), actionText(budget.action, l10n), 'shield');
    case 'thresholds': {
      const percents = budget.thresholds.map((one) => percentText(one, l10n)).join(', ');
      return words(l10n.t('Tells you at'), percents === '' ? l10n.t('no notification') : percents, 'bell');
    }
    case 'scope':
      return words(l10n.t('For'), scopeText(budget, l10n), 'target');
    case 'unit':
      return words(l10n.t('What is limited'), unitText(budget.unit, l10n), 'symbol-numeric');
    case 'name':
      return words(l10n.t('Name'), budget.name, 'tag');
  }
}

/** As it is typed again, to the last digit: "5.00", "0.0012345", "1,000". */
export function limitInput(unit: BudgetUnit, limit: number): string {
  if (unit !== 'money') return groupThousands(String(limit));
  const fraction = String(limit % NANO_PER_DOLLAR)
    .padStart(9, '0')
    .replace(/0+$/, '')
    .padEnd(2, '0');
  return `${Math.floor(limit / NANO_PER_DOLLAR)}.${fraction}`;
}

/** The choice that holds now comes first, so that Enter keeps it. */
function nowFirst<Value>(
  choices: readonly (Choice<Value> & { readonly value: Value })[],
  now: Value | null,
  l10n: L10n,
): readonly Choice<Value>[] {
  const first = choices.find(({ value }) => value === now);
  if (first === undefined) return choices;
  return [{ ...first, description: l10n.t('as it is') }, ...choices.filter((choice) => choice !== first)];
}
