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
} from '../../protocol/budgets.ts';
import type { OpenedCall } from '../pipeline/ports.ts';
import type { Attempt } from '../pipeline/stage.ts';
import { sharesOf, type Use } from './budget-shares.ts';
import type { TimeWindow } from './budget-windows.ts';
import type { Database } from './database.ts';

/** The table of sums. */
export interface BudgetUse {
  of(budget: Budget, window: TimeWindow, key: string): Use;
  /** The same without writing, for a window that nobody has counted yet, too. */
  peek(budget: Budget, window: TimeWindow, key: string): Use;
  /** Every key that has used anything. */
  all(budget: Budget, window: TimeWindow): readonly Use[];
  /** Adds a call that the ledger has just closed; gives the keys that it was added to. */
  add(budget: Budget, window: TimeWindow, call: OpenedCall, attempts: readonly Attempt[]): readonly Use[];
  /** Notes the thresholds that `use` has passed; the highest that was not noted before, null for none. */
  passed(budget: Budget, window: TimeWindow, use: Use): BudgetThreshold | null;
  /** Adds up a window anew and forgets all others; notes of thresholds that are passed still are kept. */
  recount(budget: Budget, window: TimeWindow): void;
}

/**
 * Each window that was counted has a row with this key: what it says holds for every process and is rolled back with
 * the sums. Only a budget for everything uses it.
 */
const WHOLE = '';

/** Rows outlive their window, for calls that began in it: by as long as two more, and an hour where those are minutes. */
const KEPT_WINDOWS = 2;
const KEPT_MS = 3_600_000;

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
  const isCounted = connection
    .prepare<[string, number], number>(
      `SELECT 1 FROM budget_use WHERE budget_id = ? AND window_start = ? AND key = '${WHOLE}'`,
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
  const noted = connection
    .prepare<[string, number, string], number>(
      'SELECT told FROM budget_use WHERE budget_id = ? AND window_start = ? AND key = ?',
    )
    .pluck();
  const allNoted = connection.prepare<[string, number], { key: string; told: number }>(
    'SELECT key, told FROM budget_use WHERE budget_id = ? AND window_start = ? AND told <> 0',
  );
  const note = connection.prepare(
    'UPDATE budget_use SET told = ? WHERE budget_id = ? AND window_start = ? AND key = ?',
  );

  /** What the ledger's lines of a window add up to. */
  const sums = ({ scope, unit, value }: Budget, { start, end }: TimeWindow): readonly Use[] =>
    connection
      .prepare<[Readonly<Record<string, number | string | null>>], Use>(`
        SELECT ${KEYS[scope]} AS key, ${AMOUNTS[unit]} AS used,
          count(DISTINCT CASE WHEN attempts.call_id IS NULL OR attempts.cost_nano IS NULL THEN calls.id END) AS unknownCalls
        FROM calls LEFT JOIN attempts ON attempts.call_id = calls.id
          ${scope === 'tag' ? 'JOIN json_each(calls.tags) AS tag' : ''}
        WHERE calls.started_at >= :start AND calls.started_at < :end AND calls.simulated = 0
          AND (attempts.call_id IS NOT NULL OR calls.outcome = 'interrupted')
        GROUP BY 1 HAVING key IS NOT NULL AND (:everything OR key <> '') AND (:value IS NULL OR key = :value)`)
      .all({ start, end, value, everything: Number(scope === 'everything') });

  const count = (budget: Budget, window: TimeWindow): void => {
    const { id } = budget;
    const { start } = window;
    for (const use of sums(budget, window)) increase.run({ id, start, ...use });
    increase.run({ id, start, key: WHOLE, used: 0, unknownCalls: 0 });
  };

  const ensure = (budget: Budget, window: TimeWindow): void => {
    if (isCounted.get(budget.id, window.start) !== undefined) return;
    count(budget, window);
    const length = window.end - window.start;
    forgetOlder.run(budget.id, window.start - KEPT_WINDOWS * length - KEPT_MS);
  };

  return {
    of(budget, window, key) {
      ensure(budget, window);
      return one.get(budget.id, window.start, key) ?? nothing(key);
    },
    peek(budget, window, key) {
      const use =
        isCounted.get(budget.id, window.start) === undefined
          ? sums(budget, window).find((sum) => sum.key === key)
          : one.get(budget.id, window.start, key);
      return use ?? nothing(key);
    },
    all(budget, window) {
      ensure(budget, window);
      const rows = select.all(budget.id, window.start);
      return budget.scope === 'everything' ? rows : rows.filter(({ key }) => key !== WHOLE);
    },
    add(budget, window, call, attempts) {
      const { id } = budget;
      const { start } = window;
      const wasCounted = isCounted.get(id, start) !== undefined;
      // Adding up finds the call's own line, which is there already.
      if (!wasCounted) ensure(budget, window);
      return sharesOf(budget, call, attempts).map((share) => {
        if (wasCounted) increase.run({ id, start, ...share });
        return one.get(id, start, share.key) ?? share;
      });
    },
    passed(budget, window, use) {
      const { id } = budget;
      const before = noted.get(id, window.start, use.key) ?? 0;
      const passed = passedBy(budget, use);
      const after = bitsOf(passed) | before;
      if (after === before) return null;
      note.run(after, id, window.start, use.key);
      return passed.findLast((threshold) => (before & bitOf(threshold)) === 0) ?? null;
    },
    recount(budget, window) {
      const { id } = budget;
      const { start } = window;
      const before = allNoted.all(id, start);
      forget.run(id);
      count(budget, window);
      for (const { key, told } of before) {
        const passed = bitsOf(passedBy(budget, one.get(id, start, key) ?? nothing(key)));
        note.run(told & passed, id, start, key);
      }
    },
  };
}

const nothing = (key: string): Use => ({ key, used: 0, unknownCalls: 0 });

const passedBy = ({ thresholds, limit }: Budget, { used }: Use): readonly BudgetThreshold[] =>
  BUDGET_THRESHOLDS.filter((threshold) => thresholds.includes(threshold) && used * 100 >= limit * threshold);

const bitsOf = (thresholds: readonly BudgetThreshold[]): number =>
  thresholds.reduce((bits, threshold) => bits | bitOf(threshold), 0);

const bitOf = (threshold: BudgetThreshold): number => 1 << BUDGET_THRESHOLDS.indexOf(threshold);
