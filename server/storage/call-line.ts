/** A line of the ledger as a row of the table "calls", and as whoever asks gets it. */
import type { CallLine } from '../../protocol/messages.ts';
import { promptName } from '../../protocol/prompt-name.ts';
import type { Outcome, Usage } from '../../protocol/receipt.ts';

/** The columns of a row, as SQL. */
export const LINE_COLUMNS = `id, started_at, feature, job, workspace, provider, model, simulated, outcome, input_tokens,
  cached_input_tokens, output_tokens, approximate, usage_source, cost_nano, saved_nano, waste_nano, cache_entry, total_ms,
  error_message`;

/** The row. */
export interface LineRow {
  readonly id: string;
  readonly started_at: number;
  readonly feature: string;
  readonly job: string | null;
  readonly workspace: string | null;
  readonly provider: string;
  readonly model: string;
  readonly simulated: number;
  readonly outcome: Outcome;
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
  readonly approximate: number;
  readonly usage_source: Usage['source'];
  readonly cost_nano: number | null;
  readonly saved_nano: number | null;
  readonly waste_nano: number | null;
  readonly cache_entry: string | null;
  readonly total_ms: number | null;
  readonly error_message: string | null;
}

/** The line that a row is. */
export const callLine = (row: LineRow): CallLine => ({
  callId: row.id,
  startedAt: row.started_at,
  feature: row.feature,
  prompt: promptName(row.job),
  workspace: row.workspace,
  provider: row.provider,
  model: row.model,
  simulated: row.simulated === 1,
  outcome: row.outcome,
  inputTokens: row.input_tokens,
  cachedInputTokens: row.cached_input_tokens,
  outputTokens: row.output_tokens,
  approximate: row.approximate === 1,
  counted: row.usage_source === 'counted',
  costNano: row.cost_nano,
  savedNano: row.saved_nano,
  wasteNano: row.waste_nano,
  cacheEntry: row.cache_entry,
  totalMs: row.total_ms,
  errorMessage: row.error_message,
});
