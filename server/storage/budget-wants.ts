/** What calls want of budgets. */
import { type Budget, type BudgetSubject, budgetKeys } from '../../protocol/budgets.ts';
import type { ReservationRequest } from '../pipeline/ports.ts';
import { type WorstAmount, worstAmounts } from '../pipeline/worst-case.ts';
import type { TimeWindow } from './budget-windows.ts';

/** What a call wants of one key of a budget. */
export interface Want extends WorstAmount {
  readonly budget: Budget;
  readonly window: TimeWindow;
  readonly key: string;
}

/** What a call wants of those budgets that act on it. */
export const wantsOf = (
  budgets: readonly Budget[],
  { worstCases, startedAt, onlyRefusing }: ReservationRequest,
  windowOf: (budget: Budget, at: number) => TimeWindow,
): readonly Want[] =>
  budgets
    .filter(({ paused, action }) => !paused && (action === 'refuse' || !onlyRefusing))
    .flatMap((budget) => {
      const window = windowOf(budget, startedAt);
      return [...worstAmounts(budget, worstCases)].map(([key, amount]) => ({
        budget,
        window,
        key,
        ...amount,
      }));
    });

/** The budgets that are not paused and count one of the subjects. */
export const watching = (budgets: readonly Budget[], subjects: readonly BudgetSubject[]): readonly Budget[] =>
  budgets.filter(
    (budget) => !budget.paused && subjects.some((subject) => budgetKeys(budget, subject).length > 0),
  );
