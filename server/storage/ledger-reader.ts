/** Reads the ledger: sums, spend by model, the last calls, and what a job used before. */
import type { ModelSpend, Totals } from '../../protocol/messages.ts';
import type { LedgerReader } from '../pipeline/ports.ts';
import { callLine, LINE_COLUMNS, type LineRow } from './call-line.ts';
import { createCallReader } from './call-reader.ts';
import type { Database } from './database.ts';

/** The most lines that one question gets. */
const MOST_LINES = 50;

/** Makes the reader. */
export function createLedgerReader(database: Database): LedgerReader {
  const { connection } = database;
  // A call under way has no cost yet, which is not the same as one whose price is unknown.
  const totals = connection.prepare<[number], TotalsRow>(`
    SELECT simulated, count(*) AS calls, coalesce(sum(cost_nano), 0) AS knownSpend,
      sum(cost_nano IS NULL AND outcome <> 'running') AS unknownPriceCalls,
      coalesce(sum(saved_nano), 0) AS saved, sum(saved_nano IS NULL AND outcome <> 'running') AS unknownSaved,
      coalesce(sum(waste_nano), 0) AS waste, sum(waste_nano IS NULL AND outcome <> 'running') AS unknownWaste,
      sum(outcome = 'cached') AS cacheHits, sum(outcome = 'coalesced') AS coalesced, sum(outcome = 'answered') AS answered,
      sum(input_tokens) AS inputTokens, sum(cached_input_tokens) AS cachedInputTokens,
      sum(output_tokens) AS outputTokens
    FROM calls WHERE started_at >= ? GROUP BY simulated`);
  const byModel = connection.prepare<[number], ModelRow>(`
    SELECT provider, model, simulated, count(*) AS calls, coalesce(sum(cost_nano), 0) AS knownSpend,
      sum(cost_nano IS NULL AND outcome <> 'running') AS unknownPriceCalls
    FROM calls WHERE started_at >= ? GROUP BY provider, model, simulated
    ORDER BY simulated, knownSpend DESC, provider, model`);
  // By number, not by time: the clock may have been set back.
  const recent = connection.prepare<[number], LineRow>(`
    SELECT ${LINE_COLUMNS} FROM calls ORDER BY number DESC LIMIT ?`);
  // A range of the index of ids, and no pattern, which would be one of the whole ledger.
  const find = connection.prepare<[string, string], { calls: number; callId: string | null }>(`
    SELECT count(*) AS calls, min(id) AS callId FROM calls WHERE id >= ? AND id < ? || char(0x10FFFF)`);
  const pastOutput = connection
    .prepare<[string, string, number, number], number>(`
      SELECT output_tokens FROM calls WHERE job = ? AND model = ? AND simulated = ? AND outcome = 'answered'
      ORDER BY number DESC LIMIT ?`)
    .pluck();
  const pastInput = connection
    .prepare<[string, string, number, number], number>(`
      SELECT input_tokens FROM calls WHERE job = ? AND model = ? AND simulated = ? AND outcome = 'answered'
      ORDER BY number DESC LIMIT ?`)
    .pluck();
  const pastStarts = connection
    .prepare<[string, string, string, number, number, number], number>(`
      SELECT started_at FROM calls
      WHERE job = ? AND model = ? AND provider = ? AND simulated = ? AND started_at >= ? AND outcome = 'answered'
      ORDER BY number DESC LIMIT ?`)
    .pluck();

  return {
    totals: (since) =>
      database.run(() => {
        const rows = totals.all(since);
        const of = (simulated: number) => sums(rows.find((row) => row.simulated === simulated));
        return { real: of(0), simulated: of(1) };
      }),
    spendByModel: (since) => database.run(() => byModel.all(since).map(modelSpend)),
    recent: (limit) => database.run(() => recent.all(atMost(limit)).map(callLine)),
    call: createCallReader(database),
    find: (beginning) => database.run(() => find.get(beginning, beginning)) ?? { calls: 0, callId: null },
    pastOutputTokens: (job, model, simulated, limit) =>
      database.run(() => pastOutput.all(job, model, Number(simulated), atMost(limit))),
    pastInputTokens: (job, model, simulated, limit) =>
      database.run(() => pastInput.all(job, model, Number(simulated), atMost(limit))),
    pastStarts: ({ job, provider, model, simulated }, since, limit) =>
      database.run(() => pastStarts.all(job, model, provider, Number(simulated), since, atMost(limit))),
  };
}

interface TotalsRow {
  readonly simulated: number;
  readonly calls: number;
  readonly knownSpend: number;
  readonly unknownPriceCalls: number;
  readonly saved: number;
  readonly unknownSaved: number;
  readonly waste: number;
  readonly unknownWaste: number;
  readonly cacheHits: number;
  readonly coalesced: number;
  readonly answered: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

interface ModelRow {
  readonly provider: string;
  readonly model: string;
  readonly simulated: number;
  readonly calls: number;
  readonly knownSpend: number;
  readonly unknownPriceCalls: number;
}

const NO_CALLS: TotalsRow = {
  simulated: 0,
  calls: 0,
  knownSpend: 0,
  unknownPriceCalls: 0,
  saved: 0,
  unknownSaved: 0,
  waste: 0,
  unknownWaste: 0,
  cacheHits: 0,
  coalesced: 0,
  answered: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
};

function sums(row: TotalsRow = NO_CALLS): Totals {
  const {
    calls,
    knownSpend,
    unknownPriceCalls,
    cacheHits,
    coalesced,
    inputTokens,
    cachedInputTokens,
    outputTokens,
  } = row;
  const answers = cacheHits + coalesced + row.answered;
  return {
    calls,
    spend: unknownPriceCalls === 0 ? knownSpend : null,
    knownSpend,
    unknownPriceCalls,
    saved: row.unknownSaved === 0 ? row.saved : null,
    knownSaved: row.saved,
    unknownSavedCalls: row.unknownSaved,
    waste: row.unknownWaste === 0 ? row.waste : null,
    knownWaste: row.waste,
    cacheHits,
    coalesced,
    hitRate: answers === 0 ? null : (cacheHits + coalesced) / answers,
    inputTokens,
    cachedInputTokens,
    outputTokens,
  };
}

const modelSpend = ({ unknownPriceCalls, simulated, ...row }: ModelRow): ModelSpend => ({
  ...row,
  simulated: simulated === 1,
  spend: unknownPriceCalls === 0 ? row.knownSpend : null,
});

/** A whole number from 0 to the most: to SQLite a negative limit is none. */
const atMost = (limit: number): number => Math.max(0, Math.min(MOST_LINES, Math.trunc(limit) || 0));
