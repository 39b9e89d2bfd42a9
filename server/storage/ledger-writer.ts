/** Writes the ledger: a line when a call begins, and all that is known of it, in one transaction, when it ends. */
import { addMoney, type NanoDollars } from '../../protocol/money.ts';
import type { Decision, Outcome, Receipt, Usage } from '../../protocol/receipt.ts';
import type { Ledger, OpenedCall } from '../pipeline/ports.ts';
import type { Attempt } from '../pipeline/stage.ts';
import type { Database } from './database.ts';

/** The writing side of the ledger in SQLite. */
export interface LedgerWriter extends Ledger {
  /**
   * Marks the lines of calls whose daemon is gone as interrupted, with a cost that is not known.
   * @param isAlive says whether a process with this id runs
   * @returns how many lines it marked
   */
  recoverInterrupted(isAlive: (pid: number) => boolean): number;
}

const INTERRUPTED: Decision = {
  stage: 'record',
  action: 'interrupted',
  why: 'The daemon ended during this call, so what the provider billed for it is not known.',
};

/** Outcomes of a line that was not closed: an interrupted one is, if its daemon was alive after all. */
const OPEN: ReadonlySet<string> = new Set(['running', 'interrupted'] satisfies Outcome[]);

/**
 * Called within the transaction that closes a call, once for each call however often it is closed: what was held for
 * it in budgets becomes what it cost. Gives what is to happen once that is written for good; it must not throw.
 */
export type Settle = (call: OpenedCall, receipt: Receipt, attempts: readonly Attempt[]) => () => void;

/** Makes the writer; `pid` is written to open lines as their owner. */
export function createLedgerWriter(database: Database, pid: number, settle: Settle): LedgerWriter {
  const { connection } = database;
  // Lines of this process: a line with its id that is not among them is of a dead one that had the same id.
  const underWay = new Set<string>();

  const begin = connection.prepare(`
    INSERT INTO calls (id, started_at, feature, user, job, workspace, branch, tags, provider, model, simulated, outcome,
      waste_nano, owner_pid)
    VALUES (:id, :startedAt, :feature, :user, :job, :workspace, :branch, :tags, :provider, :model, :simulated, 'running',
      NULL, :pid)
    ON CONFLICT (id) DO NOTHING`);
  const outcomeOf = connection.prepare<[string], string>('SELECT outcome FROM calls WHERE id = ?').pluck();
  const complete = connection.prepare(`
    UPDATE calls SET provider = :provider, model = :model, simulated = :simulated, outcome = :outcome,
      input_tokens = :inputTokens, cached_input_tokens = :cachedInputTokens,
      cache_write_tokens = :cacheWriteTokens, output_tokens = :outputTokens,
      reasoning_tokens = :reasoningTokens, usage_source = :source, approximate = :approximate,
      cost_nano = :costNano, price_version = :priceVersion, baseline_provider = :baselineProvider,
      baseline_model = :baselineModel, baseline_nano = :baselineNano, saved_nano = :savedNano,
      waste_nano = :wasteNano, estimated_nano = :estimatedNano, cache_entry = :cacheEntry,
      first_text_ms = :firstTextMs, total_ms = :totalMs, finish_reason = :finishReason, error_code = :errorCode, error_message = :errorMessage
    WHERE id = :id`);
  const addAttempt = connection.prepare(`
    INSERT INTO attempts (call_id, position, provider, model, served_model, outcome, input_tokens, cached_input_tokens,
      cache_write_tokens, output_tokens, reasoning_tokens, usage_source, approximate, cost_nano, price_version,
      first_text_ms, total_ms, error_code)
    VALUES (:id, :position, :provider, :model, :servedModel, :outcome, :inputTokens, :cachedInputTokens,
      :cacheWriteTokens, :outputTokens, :reasoningTokens, :source, :approximate, :costNano, :priceVersion,
      :firstTextMs, :totalMs, :errorCode)`);
  const forgetDecisions = connection.prepare('DELETE FROM decisions WHERE call_id = ?');
  const addDecision = connection.prepare(`
    INSERT INTO decisions (call_id, position, stage, action, why, saved_tokens, saved_nano)
    VALUES (:id, :position, :stage, :action, :why, :savedTokens, :savedNano)`);
  const running = connection.prepare<[], { id: string; owner_pid: number }>(
    "SELECT id, owner_pid FROM calls WHERE outcome = 'running'",
  );
  const interrupt = connection.prepare(
    "UPDATE calls SET outcome = 'interrupted', cost_nano = NULL, saved_nano = 0, waste_nano = NULL WHERE id = ?",
  );

  const writeDecisions = (id: string, decisions: readonly Decision[]) => {
    for (const [
      position,
      { savedTokens = null, savedNano = null, stage, action, why },
    ] of decisions.entries())
      addDecision.run({ id, position, stage, action, why, savedTokens, savedNano });
  };

  const close = connection.transaction(
    (call: OpenedCall, receipt: Receipt, attempts: readonly Attempt[]): (() => void) | undefined => {
      const id = call.callId;
      const before = outcomeOf.get(id);
      // What was closed stays as it is: another ending would differ from what was settled.
      if (before !== undefined && !OPEN.has(before)) return undefined;
      if (before === undefined) begin.run(beginning(call, pid));
      // It has one already, which says that it was.
      if (before === 'interrupted') forgetDecisions.run(id);
      complete.run({ id, ...ending(receipt) });
      for (const [position, attempt] of attempts.entries())
        addAttempt.run({ id, position, ...attemptRow(attempt) });
      writeDecisions(id, receipt.decisions);
      return settle(call, receipt, attempts);
    },
  );

  const recover = connection.transaction((isAlive: (pid: number) => boolean): number => {
    const gone = running
      .all()
      .filter(({ id, owner_pid }) => (owner_pid === pid ? !underWay.has(id) : !isAlive(owner_pid)));
    for (const { id } of gone) {
      interrupt.run(id);
      writeDecisions(id, [INTERRUPTED]);
    }
    return gone.length;
  });

  return {
    open(call) {
      underWay.add(call.callId);
      database.run(() => begin.run(beginning(call, pid)));
    },
    close(call, receipt, attempts) {
      assertSum(receipt, attempts);
      const committed = database.run(() => close.immediate(call, receipt, attempts));
      underWay.delete(call.callId);
      committed?.();
    },
    recoverInterrupted: (isAlive) => database.run(() => recover.immediate(isAlive)),
  };
}

/**
 * The ledger's first rule, in every implementation: what a call cost is what its attempts cost, to the nano-dollar,
 * and it is unknown exactly when one of them is.
 * @throws Error when it does not hold; nothing is written then
 */
export function assertSum(receipt: Receipt, attempts: readonly Attempt[]): void {
  const sum = attempts.reduce<NanoDollars | null>((total, { cost }) => addMoney(total, cost.nano), 0);
  if (receipt.cost.nano !== sum)
    throw new Error(
      `the cost of call ${receipt.callId} is ${receipt.cost.nano} and the sum of its attempts is ${sum}`,
    );
}

const beginning = (
  { callId, startedAt, attribution, provider, model, simulated }: OpenedCall,
  pid: number,
) => ({
  id: callId,
  startedAt: Math.round(startedAt),
  feature: attribution.feature,
  user: attribution.user,
  job: attribution.job,
  workspace: attribution.workspace,
  branch: attribution.branch,
  tags: JSON.stringify(attribution.tags),
  provider,
  model,
  simulated: Number(simulated),
  pid,
});

const ending = (receipt: Receipt) => ({
  provider: receipt.provider,
  model: receipt.model,
  simulated: Number(receipt.simulated),
  outcome: receipt.outcome,
  ...usageRow(receipt.usage),
  costNano: receipt.cost.nano,
  priceVersion: receipt.cost.priceVersion,
  baselineProvider: receipt.baseline?.provider ?? null,
  baselineModel: receipt.baseline?.model ?? null,
  baselineNano: receipt.baseline?.nano ?? null,
  savedNano: receipt.savedNano,
  wasteNano: receipt.wasteNano,
  estimatedNano: receipt.estimatedNano,
  cacheEntry: receipt.cacheEntry,
  firstTextMs: receipt.firstTextMs,
  totalMs: receipt.totalMs,
  finishReason: receipt.finishReason,
  errorCode: receipt.error?.code ?? null,
  errorMessage: receipt.error?.message ?? null,
});

const attemptRow = (attempt: Attempt) => ({
  provider: attempt.provider,
  model: attempt.model,
  servedModel: attempt.servedModel,
  outcome: attempt.outcome,
  ...usageRow(attempt.usage),
  costNano: attempt.cost.nano,
  priceVersion: attempt.cost.priceVersion,
  firstTextMs: attempt.firstTextMs,
  totalMs: attempt.totalMs,
  errorCode: attempt.errorCode,
});

const usageRow = (usage: Usage) => ({ ...usage, approximate: Number(usage.approximate) });
