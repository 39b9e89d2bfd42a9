/** The words of budgets that trees, questions, notifications and the status bar share. */
import {
  type Budget,
  type BudgetAction,
  type BudgetScope,
  type BudgetState,
  type BudgetUnit,
  type BudgetWindow,
  budgetPercent,
  formatBudgetAmount,
} from '../../protocol/budgets.ts';
import { groupThousands } from '../../protocol/money.ts';
import type { L10n } from './l10n.ts';

/** Where a budget stands, from harmless to serious. `paused` counts nothing and stops nobody. */
export type BudgetCondition = 'paused' | 'ok' | 'near' | 'exceeded';

/** From this many percent on a budget is near its limit. */
const NEAR = 75;

/** How a state is; what is held for calls under way counts as used. */
export function conditionOf(state: BudgetState): BudgetCondition {
  if (state.budget.paused) return 'paused';
  const percent = budgetPercent(state);
  return percent >= 100 ? 'exceeded' : percent >= NEAR ? 'near' : 'ok';
}

/** "31 %", rounded down, so that nothing reads as reached before it is; "under 1 %" for a little. */
export function percentText(percent: number, l10n: L10n): string {
  return percent > 0 && percent < 1 ? l10n.t('under 1 %') : l10n.t('{0} %', Math.floor(percent));
}

/** "$3.10", or "≥ $3.10" where the price of some calls is unknown; "40" of what the limit names. */
export function usedText({ budget, used, unknownCalls }: BudgetState): string {
  const text = bareAmount(budget.unit, used);
  return hasUnknown({ budget, unknownCalls }) ? `≥ ${text}` : text;
}

/** An amount before a limit, which names the unit. */
const bareAmount = (unit: BudgetUnit, amount: number): string =>
  unit === 'money' ? formatBudgetAmount(unit, amount) : groupThousands(String(amount));

/** "$3.10 of $10.00 today" or "40 of 100 requests this hour", with what is held for calls under way. */
export function amountText(state: BudgetState, l10n: L10n): string {
  const { budget, reserved } = state;
  const used = usedText(state);
  const amount = reserved === 0 ? used : l10n.t('{0} + {1} held', used, bareAmount(budget.unit, reserved));
  const limit = formatBudgetAmount(budget.unit, budget.limit);
  return l10n.t('{0} of {1} {2}', amount, limit, thisWindow(budget.window, l10n));
}

/** "31 % · $3.10 of $10.00 today": the percent first, since a narrow view cuts the end. */
export const standingText = (state: BudgetState, l10n: L10n): string =>
  `${percentText(budgetPercent(state), l10n)} · ${amountText(state, l10n)}`;

/** True where a sum of money lacks what some calls cost. */
export const hasUnknown = ({ budget, unknownCalls }: Pick<BudgetState, 'budget' | 'unknownCalls'>): boolean =>
  budget.unit === 'money' && unknownCalls > 0;

/** "2 calls of unknown price". */
export const unknownText = (calls: number, l10n: L10n): string =>
  calls === 1 ? l10n.t('1 call of unknown price') : l10n.t('{0} calls of unknown price', calls);

/** "today", "this month". */
export function thisWindow(window: BudgetWindow, l10n: L10n): string {
  switch (window) {
    case 'minute':
      return l10n.t('this minute');
    case 'hour':
      return l10n.t('this hour');
    case 'day':
      return l10n.t('today');
    case 'week':
      return l10n.t('this week');
    case 'month':
      return l10n.t('this month');
  }
}

/** "a day", "an hour". */
export function perWindow(window: BudgetWindow, l10n: L10n): string {
  switch (window) {
    case 'minute':
      return l10n.t('a minute');
    case 'hour':
      return l10n.t('an hour');
    case 'day':
      return l10n.t('a day');
    case 'week':
      return l10n.t('a week');
    case 'month':
      return l10n.t('a month');
  }
}

/** "Refuse the call", as a choice and in the tree. */
export function actionText(action: BudgetAction, l10n: L10n): string {
  switch (action) {
    case 'warn':
      return l10n.t('Warn');
    case 'downgrade':
      return l10n.t('Use a cheaper model');
    case 'refuse':
      return l10n.t('Refuse the call');
  }
}

/** What is limited, as a choice. */
export function unitText(unit: BudgetUnit, l10n: L10n): string {
  switch (unit) {
    case 'money':
      return l10n.t('Money');
    case 'requests':
      return l10n.t('Requests');
    case 'tokens':
      return l10n.t('Tokens');
  }
}

/** "everything", "each model" or "the model gpt-5-mini". */
export function scopeText({ scope, value }: Pick<Budget, 'scope' | 'value'>, l10n: L10n): string {
  if (scope === 'everything') return l10n.t('everything');
  if (value === null) return eachText(scope, l10n);
  const shown = keyText(scope, value);
  switch (scope) {
    case 'workspace':
      return l10n.t('the workspace {0}', shown);
    case 'feature':
      return l10n.t('the feature {0}', shown);
    case 'user':
      return l10n.t('the user {0}', shown);
    case 'job':
      return l10n.t('the prompt file {0}', shown);
    case 'model':
      return l10n.t('the model {0}', shown);
    case 'provider':
      return l10n.t('the provider {0}', shown);
    case 'tag':
      return l10n.t('the tag {0}', shown);
  }
}

function eachText(scope: Exclude<BudgetScope, 'everything'>, l10n: L10n): string {
  switch (scope) {
    case 'workspace':
      return l10n.t('each workspace');
    case 'feature':
      return l10n.t('each feature');
    case 'user':
      return l10n.t('each user');
    case 'job':
      return l10n.t('each prompt file');
    case 'model':
      return l10n.t('each model');
    case 'provider':
      return l10n.t('each provider');
    case 'tag':
      return l10n.t('each tag');
  }
}

/** A key as people know it: of a prompt file's URI its name. */
export function keyText(scope: BudgetScope, key: string): string {
  if (scope !== 'job' || !URL.canParse(key)) return key;
  const name = new URL(key).pathname.split('/').at(-1) ?? '';
  return name === '' ? key : decoded(name);
}

/** A URI that somebody else made may hold a "%" that stands for nothing. */
const decoded = (name: string): string =>
  name.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => new TextDecoder().decode(bytesOf(bytes)));

const bytesOf = (escapes: string): Uint8Array =>
  Uint8Array.from(escapes.split('%').slice(1), (pair) => Number.parseInt(pair, 16));

type Named = Pick<Budget, 'unit' | 'limit' | 'window' | 'scope' | 'value'>;

/**
 * "Day, everything": what a budget is called unless its user says otherwise. Short, since a view is narrow and says the
 * amounts beside it; with the limit where another budget has the short name.
 */
export function defaultName(budget: Named, l10n: L10n, taken: readonly string[] = []): string {
  const [short, long] = ownNames(budget, l10n);
  return taken.some((name) => name.toLowerCase() === short.toLowerCase()) ? long : short;
}

/** True for a name that only says what the budget is. */
export const isDefaultName = (name: string, budget: Named, l10n: L10n): boolean =>
  ownNames(budget, l10n).includes(name);

function ownNames({ unit, limit, window, scope, value }: Named, l10n: L10n): readonly [string, string] {
  const whom = value === null ? scopeText({ scope, value }, l10n) : keyText(scope, value);
  const name = `${windowText(window, l10n)}, ${whom}`;
  return [
    unit === 'money' ? name : `${name}, ${unitText(unit, l10n).toLowerCase()}`,
    `${name}, ${formatBudgetAmount(unit, limit)}`,
  ];
}

/** "Day", as the name of a window. */
function windowText(window: BudgetWindow, l10n: L10n): string {
  switch (window) {
    case 'minute':
      return l10n.t('Minute');
    case 'hour':
      return l10n.t('Hour');
    case 'day':
      return l10n.t('Day');
    case 'week':
      return l10n.t('Week');
    case 'month':
      return l10n.t('Month');
  }
}
