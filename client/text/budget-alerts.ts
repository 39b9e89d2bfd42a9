/** What is said when a budget passes a threshold, and what the status bar shows while one is near its limit. */

import { type BudgetState, budgetPercent, formatBudgetAmount } from '../../protocol/budgets.ts';
import { escapeMarkdown } from '../../protocol/markdown.ts';
import type { BudgetThresholdParams } from '../../protocol/messages.ts';
import {
  amountText,
  hasUnknown,
  keyText,
  percentText,
  thisWindow,
  unknownText,
  usedText,
} from './budget-words.ts';
import type { L10n } from './l10n.ts';
import type { StatusText } from './status-text.ts';

/** A notification. */
export interface Alert {
  readonly severity: 'information' | 'warning';
  readonly message: string;
}

/** From this threshold on it is a warning. */
const WARNS_FROM = 90;
/** The status bar shows a budget from here on; one that refuses calls earlier. */
const SHOWN_FROM = { warn: 90, downgrade: 90, refuse: 75 } as const;

/** 'Budget "Month" is at 90 %: $9.02 of $10.00 this month.' */
export function thresholdAlert({ state, threshold }: BudgetThresholdParams, l10n: L10n): Alert {
  const { budget, used } = state;
  // A call may pass several thresholds at once, and go beyond the last.
  const percent = percentText(Math.max(threshold, (used / budget.limit) * 100), l10n);
  const amounts = l10n.t(
    '{0} of {1} {2}',
    usedText(state),
    formatBudgetAmount(budget.unit, budget.limit),
    thisWindow(budget.window, l10n),
  );
  const sentence =
    budget.value === null && state.key !== ''
      ? l10n.t(
          'Budget "{0}" is at {1} for {2}: {3}.',
          budget.name,
          percent,
          keyText(budget.scope, state.key),
          amounts,
        )
      : l10n.t('Budget "{0}" is at {1}: {2}.', budget.name, percent, amounts);
  const unknown = hasUnknown(state)
    ? ` ${l10n.t('Not counted: {0}.', unknownText(state.unknownCalls, l10n))}`
    : '';
  return { severity: threshold >= WARNS_FROM ? 'warning' : 'information', message: `${sentence}${unknown}` };
}

/** The fullest budget that is worth a place in the status bar; null for none. */
export function nearestBudget(states: readonly BudgetState[]): BudgetState | null {
  const near = states.filter(
    (state) => !state.budget.paused && budgetPercent(state) >= SHOWN_FROM[state.budget.action],
  );
  return near.toSorted((a, b) => budgetPercent(b) - budgetPercent(a))[0] ?? null;
}

/**
 * The item of the open prompt with the budget that is near its limit; `status` is null where no prompt is open. What a
 * click does while a run or a stopped daemon is shown stays as it is.
 */
export function withBudget(
  status: StatusText | null,
  near: BudgetState | null,
  l10n: L10n,
): StatusText | null {
  if (near === null) return status;
  const { budget, key } = near;
  const percent = percentText(budgetPercent(near), l10n);
  const name =
    budget.value === null && key !== '' ? `${budget.name}, ${keyText(budget.scope, key)}` : budget.name;
  // The bar is for all; the label and the tooltip have the whole name.
  const short = budget.value === null && key !== '' ? keyText(budget.scope, key) : budget.name;
  const text = `$(warning) ${l10n.t('{0} of "{1}"', percent, shortened(plain(short)))}`;
  const label = l10n.t('{0} of the budget "{1}": {2}', percent, name, amountText(near, l10n));
  const link = `[${escapeMarkdown(l10n.t('Show Budgets'))}](command:farthing.showBudgets)`;
  const line = `${escapeMarkdown(label)} · ${link}`;
  if (status === null)
    return {
      text,
      tooltip: line,
      command: 'farthing.showBudgets',
      label: `Farthing: ${label}`,
      warning: true,
    };
  return {
    ...status,
    text: `${text} · ${status.text}`,
    tooltip: `${line}\n\n${status.tooltip}`,
    label: `${status.label}. ${label}`,
    warning: true,
  };
}

/** A name is no icon: "$(sync)" would turn into one. */
const plain = (name: string): string => name.replaceAll('$(', '(');

const LONGEST_NAME = 20;
const shortened = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
