/** What a person reads of a budget that has no room. */
import { type BudgetState, budgetKeys, formatBudgetAmount } from '../../protocol/budgets.ts';
import { type FarthingError, farthingError } from '../../protocol/errors.ts';
import { groupThousands } from '../../protocol/money.ts';
import { promptName } from '../../protocol/prompt-name.ts';
import type { WorstCase } from './ports.ts';
import { type OutputLimit, worstAmounts } from './worst-case.ts';

/** A call that is not sent. */
interface Refused {
  readonly unpriced: boolean;
  readonly worstCases: readonly WorstCase[];
  readonly output: OutputLimit;
  readonly now: number;
}

/** Why a call is not sent; `now` in epoch milliseconds. */
export function refusal(state: BudgetState, { unpriced, worstCases, output, now }: Refused): FarthingError {
  const { unit, limit, window, timeZone } = state.budget;
  const budget = nameOf(state);
  if (unpriced) return farthingError('unpricedBudget', { budget, model: unpricedModel(state, worstCases) });
  const { amount = 0 } = worstAmounts(state.budget, worstCases).get(state.key) ?? {};
  const worst = {
    worst: formatBudgetAmount(unit, amount),
    alone: amount > limit,
    output: unit === 'requests' ? null : { ...output, tokens: groupThousands(String(output.tokens)) },
  };
  if (unit !== 'money' && window === 'minute')
    return farthingError('overRate', {
      budget,
      limit: formatBudgetAmount(unit, limit),
      window,
      seconds: Math.max(1, Math.ceil((state.windowEnd - now) / 1000)),
      ...worst,
    });
  const until = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return farthingError('overBudget', {
    budget,
    used: formatBudgetAmount(unit, state.used + state.reserved),
    limit: formatBudgetAmount(unit, limit),
    until: until.format(state.windowEnd),
    ...worst,
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

/** What a cheaper model may take where the budget has no room for that either. */
export function unfit({ budget, key }: BudgetState, worstCases: readonly WorstCase[]): string {
  const { amount = 0, isKnown = false } = worstAmounts(budget, worstCases).get(key) ?? {};
  const worst = isKnown ? `, ${formatBudgetAmount(budget.unit, amount)},` : '';
  return `Its worst case${worst} does not fit either, so the budget may be exceeded.`;
}

const nameOf = ({ budget: { name, scope, value }, key }: BudgetState): string => {
  if (key === '' || value !== null) return name;
  return `${name}: ${scope === 'job' ? (promptName(key) ?? key) : key}`;
};

const unpricedModel = ({ budget, key }: BudgetState, worstCases: readonly WorstCase[]): string =>
  worstCases.find(({ nano, subject }) => nano === null && budgetKeys(budget, subject).includes(key))?.subject
    .model ?? 'the model';
