/** What a person reads of a budget that has no room. */
import { type BudgetState, budgetKeys, formatBudgetAmount } from '../../protocol/budgets.ts';
import { type FarthingError, farthingError } from '../../protocol/errors.ts';
import type { WorstCase } from './ports.ts';
import { worstAmounts } from './worst-case.ts';

/** Why a call is not sent; `now` in epoch milliseconds. */
export function refusal(
  state: BudgetState,
  { unpriced, worstCases, now }: { unpriced: boolean; worstCases: readonly WorstCase[]; now: number },
): FarthingError {
  const { unit, limit, window, timeZone } = state.budget;
  const budget = nameOf(state);
  if (unpriced) return farthingError('unpricedBudget', { budget, model: unpricedModel(state, worstCases) });
  if (unit !== 'money' && window === 'minute')
    return farthingError('overRate', {
      budget,
      limit: formatBudgetAmount(unit, limit),
      window,
      seconds: Math.max(1, Math.ceil((state.windowEnd - now) / 1000)),
    });
  const until = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return farthingError('overBudget', {
    budget,
    used: formatBudgetAmount(unit, state.used + state.reserved),
    limit: formatBudgetAmount(unit, limit),
    until: until.format(state.windowEnd),
  });
}

/** Why a call does not fit into a budget that lets it pass. */
export function warning(state: BudgetState, worstCases: readonly WorstCase[]): string {
  const { unit, limit } = state.budget;
  const { amount = 0, isKnown = false } = worstAmounts(state.budget, worstCases).get(state.key) ?? {};
  const name = nameOf(state);
  const taken = state.used + state.reserved;
  const standing = `${formatBudgetAmount(unit, taken)} of ${formatBudgetAmount(unit, limit)} used or held`;
  return isKnown || (amount > 0 && taken + amount > limit)
    ? `The budget "${name}" has no room for the worst case of this call, ${formatBudgetAmount(unit, amount)} (${standing}).`
    : `What this call adds to the budget "${name}" is not known, since ${unpricedModel(state, worstCases)} has no price (${standing}). Give its price in farthing.prices.`;
}

const nameOf = ({ budget: { name, value }, key }: BudgetState): string =>
  key === '' || value !== null ? name : `${name}: ${key}`;

const unpricedModel = ({ budget, key }: BudgetState, worstCases: readonly WorstCase[]): string =>
  worstCases.find(({ nano, subject }) => nano === null && budgetKeys(budget, subject).includes(key))?.subject
    .model ?? 'the model';
