/** What a call that has ended adds to budgets. */
import { type Budget, type BudgetUnit, budgetKeys } from '../../protocol/budgets.ts';
import type { OpenedCall } from '../pipeline/ports.ts';
import type { Attempt } from '../pipeline/stage.ts';

/** What one key of a budget has used in a window. */
export interface Use {
  readonly key: string;
  readonly used: number;
  readonly unknownCalls: number;
}

/** What a call adds to a budget: models and providers count the attempts that went there, the others the call. */
export function sharesOf(budget: Budget, call: OpenedCall, attempts: readonly Attempt[]): readonly Use[] {
  const { workspace, feature, user, job, tags } = call.attribution;
  const byKey = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const { provider, model } = attempt;
    for (const key of budgetKeys(budget, { workspace, feature, user, job, tags, provider, model }))
      byKey.set(key, [...(byKey.get(key) ?? []), attempt]);
  }
  return [...byKey].map(([key, own]) => ({
    key,
    used: amountOf(budget.unit, own),
    unknownCalls: Number(own.some(({ cost }) => cost.nano === null)),
  }));
}

function amountOf(unit: BudgetUnit, attempts: readonly Attempt[]): number {
  if (unit === 'requests') return 1;
  return attempts.reduce(
    (sum, { cost, usage }) =>
      sum + (unit === 'money' ? (cost.nano ?? 0) : usage.inputTokens + usage.outputTokens),
    0,
  );
}
