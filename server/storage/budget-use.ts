/**
 * What budgets have used in their windows: sums of the ledger's lines, kept so that a call need not add up a month.
 * Everything here runs inside its caller's transaction.
 */
import {
  BUDGET_THRESHOLDS,
  type Budget,
  type BudgetScope,
  type BudgetThreshold,
  type BudgetUnit,
  budgetKeys,
} from '../../protocol/budgets.ts';
import type { OpenedCall } from '../pipeline/ports.ts';
import type { Attempt } from '../pipeline/stage.ts';
import type { TimeWindow } from './budget-windows.ts';
import type { Database } from './database.ts';

/** What one key of a budget has used in a window. */
export interface Use {
  readonly key: string;
  readonly used: number;
  readonly unknownCalls: number;
}

/** The table of sums. */
export interface BudgetUse {
  of(budget: Budget, window: TimeWindow, key: string): Use;
  /** Every key that has used anything. */
  all(budget: Budget, window: TimeWindow): readonly Use[];
  /** Adds a call that the ledger has just closed; gives the keys that it was added to. */
  add(budget: Budget, window: TimeWindow, call: OpenedCall, attempts: readonly Attempt[]): readonly Use[];
  /** Notes the thresholds that `use` has passed; the highest that was not noted before, null for none. */
  passed(budget: Budget, window: TimeWindow, use: Use): BudgetThreshold | null;
  /** Forgets the sums of a budget, so that they are added up anew. */
  forget(id: string): void;
}

/** Where a ledger line says which key it counts for. A tag stands on its line as often as the line has tags. */
const KEYS: Readonly<Record<BudgetScope, string>> = {
  everything: "''",
  workspace: 'calls.workspace',
  feature: 'calls.feature',
  user: 'calls.user',
  job: 'calls.job',
  model: 'coalesce(attempts.model, calls.model)',
  provider: 'coalesce(attempts.provider, calls.provider)',
  tag: 'tag.value',
};

/** A request is a call of which something was sent, however often it was sent again. */
const AMOUNTS: Readonly<Record<BudgetUnit, string>> = {
  money: 'coalesce(sum(attempts.cost_nano), 0)',
  requests: 'count(DISTINCT attempts.call_id)',
  tokens: 'coalesce(sum(attempts.input_tokens + attempts.output_tokens), 0)',
};

/** Makes the table's access. */
export function createBudgetUse({ connection }: Database): BudgetUse {
  const exists = connection
    .prepare<[string, number], number>(
      'SELECT 1 FROM budget_use WHERE budget_id = ? AND window_start = ? LIMIT 1',
    )
    .pluck();
  const select = connection.prepare<[string, number], Use>(`
    SELECT key, used, unknown_calls AS unknownCalls FROM budget_use WHERE budget_id = ? AND window_start = ?
    ORDER BY used DESC, key`);
  const one = connection.prepare<[string, number, string], Use>(`
    SELECT key, used, unknown_calls AS unknownCalls FROM budget_use
    WHERE budget_id = ? AND window_start = ? AND key = ?`);
  const increase = connection.prepare(`
    INSERT INTO budget_use (budget_id, window_start, key, used, unknown_calls)
    VALUES (:id, :start, :key, :used, :unknownCalls)
    ON CONFLICT (budget_id, window_start, key) DO UPDATE SET used = used + :used,
      unknown_calls = unknown_calls + :unknownCalls`);
  const forgetOlder = connection.prepare('DELETE FROM budget_use WHERE budget_id = ? AND window_start < ?');
  const forget = connection.prepare('DELETE FROM budget_use WHERE budget_id = ?');
  const told = connection
    .prepare<[string, number, string], number>(
      'SELECT told FROM budget_use WHERE budget_id = ? AND window_start = ? AND key = ?',
    )
    .pluck();
  const tell = connection.prepare(
    'UPDATE budget_use SET told = ? WHERE budget_id = ? AND window_start = ? AND key = ?',
  );
  /** Windows of which the ledger had no line when it was asked: what comes later is added as it comes. */
  const counted = new Map<string, number>();

  /** Adds up the ledger's lines of a window, unless that was done. */
  const ensure = (budget: Budget, { start, end }: TimeWindow): void => {
    if (counted.get(budget.id) === start || exists.get(budget.id, start) !== undefined) return;
    const { id, scope, unit, value } = budget;
    const sums = connection.prepare<[Readonly<Record<string, number | string | null>>], Use>(`
      SELECT ${KEYS[scope]} AS key, ${AMOUNTS[unit]} AS used,
        count(DISTINCT CASE WHEN attempts.call_id IS NULL OR attempts.cost_nano IS NULL THEN calls.id END) AS unknownCalls
      FROM calls LEFT JOIN attempts ON attempts.call_id = calls.id
        ${scope === 'tag' ? 'JOIN json_each(calls.tags) AS tag' : ''}
      WHERE calls.started_at >= :start AND calls.started_at < :end AND calls.simulated = 0
        AND (attempts.call_id IS NOT NULL OR calls.outcome = 'interrupted')
      GROUP BY 1 HAVING key IS NOT NULL AND (:everything OR key <> '') AND (:value IS NULL OR key = :value)`);
    for (const { key, used, unknownCalls } of sums.all({
      start,
      end,
      value,
      everything: Number(scope === 'everything'),
    }))
      increase.run({ id, start, key, used, unknownCalls });
    // The window before is kept for calls that began in it and have not ended.
    forgetOlder.run(id, start - (end - start));
    counted.set(id, start);
  };

  return {
    of(budget, window, key) {
      ensure(budget, window);
      return one.get(budget.id, window.start, key) ?? { key, used: 0, unknownCalls: 0 };
    },
    all(budget, window) {
      ensure(budget, window);
      return select.all(budget.id, window.start);
    },
    add(budget, window, call, attempts) {
      const { id } = budget;
      const isCounted = counted.get(id) === window.start || exists.get(id, window.start) !== undefined;
      // Adding up finds the call's own line, which is there already.
      if (!isCounted) ensure(budget, window);
      return shares(budget, call, attempts).map(({ key, used, unknownCalls }) => {
        if (isCounted) increase.run({ id, start: window.start, key, used, unknownCalls });
        return one.get(id, window.start, key) ?? { key, used, unknownCalls };
      });
    },
    passed(budget, window, { key, used }) {
      const before = told.get(budget.id, window.start, key) ?? 0;
      const passed = BUDGET_THRESHOLDS.filter(
        (threshold) => budget.thresholds.includes(threshold) && used * 100 >= budget.limit * threshold,
      );
      const after = passed.reduce((bits, threshold) => bits | bitOf(threshold), before);
      if (after === before) return null;
      tell.run(after, budget.id, window.start, key);
      return passed.findLast((threshold) => (before & bitOf(threshold)) === 0) ?? null;
    },
    forget(id) {
      forget.run(id);
      counted.delete(id);
    },
  };
}

const bitOf = (threshold: BudgetThreshold): number => 1 << BUDGET_THRESHOLDS.indexOf(threshold);

/** What a call adds to a budget: models and providers count the attempts that went there, the others the call. */
function shares(budget: Budget, call: OpenedCall, attempts: readonly Attempt[]): readonly Use[] {
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
