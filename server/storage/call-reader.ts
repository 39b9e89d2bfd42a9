/** Reads everything that the ledger has on one call. */
import { ERROR_CALLS, estimateError, medianError } from '../../protocol/estimate-error.ts';
import type { AttemptLine, CallDetails, CallEstimate } from '../../protocol/messages.ts';
import type { Decision, Usage } from '../../protocol/receipt.ts';
import { callLine, LINE_COLUMNS, type LineRow } from './call-line.ts';
import type { Database } from './database.ts';

interface CallRow extends LineRow {
  readonly user: string;
  readonly branch: string | null;
  readonly tags: string;
  readonly baseline_provider: string | null;
  readonly baseline_model: string | null;
  readonly baseline_nano: number | null;
  readonly estimated_nano: number | null;
}

interface EstimateRow {
  readonly estimated_nano: number;
  readonly cost_nano: number;
}

interface AttemptRow {
  readonly provider: string;
  readonly model: string;
  readonly served_model: string | null;
  readonly outcome: AttemptLine['outcome'];
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly usage_source: Usage['source'];
  readonly approximate: number;
  readonly cost_nano: number | null;
  readonly price_version: string | null;
  readonly first_text_ms: number | null;
  readonly total_ms: number;
  readonly error_code: string | null;
}

interface DecisionRow {
  readonly stage: string;
  readonly action: string;
  readonly why: string;
  readonly saved_tokens: number | null;
  readonly saved_nano: number | null;
}

/** How far back estimates are looked for: a ledger of calls that cost nothing must not be read from end to end. */
const MOST_LINES_BACK = 1000;

/** Makes the reader; what it gives is null for a call that the ledger does not know. */
export function createCallReader(database: Database): (callId: string) => CallDetails | null {
  const { connection } = database;
  const call = connection.prepare<[string], CallRow>(`
    SELECT ${LINE_COLUMNS}, user, branch, tags, baseline_provider, baseline_model, baseline_nano, estimated_nano
    FROM calls WHERE id = ?`);
  const attempts = connection.prepare<[string], AttemptRow>(
    'SELECT * FROM attempts WHERE call_id = ? ORDER BY position',
  );
  const decisions = connection.prepare<[string], DecisionRow>(
    'SELECT * FROM decisions WHERE call_id = ? ORDER BY position',
  );
  const recentEstimates = connection.prepare<[number], EstimateRow>(`
    SELECT estimated_nano, cost_nano
    FROM (SELECT * FROM calls ORDER BY number DESC LIMIT ${MOST_LINES_BACK})
    WHERE simulated = ? AND outcome = 'answered' AND cost_nano > 0 AND estimated_nano IS NOT NULL
    ORDER BY number DESC LIMIT ${ERROR_CALLS}`);
  const estimateOf = ({ simulated, estimated_nano: nano }: CallRow): CallEstimate | null => {
    if (nano === null) return null;
    const errors = recentEstimates
      .all(simulated)
      .map((row) => estimateError(row.estimated_nano, row.cost_nano))
      .filter((error) => error !== null);
    return { nano, calls: errors.length, medianError: medianError(errors) };
  };
  // One moment of the ledger, though it takes several questions.
  const read = connection.transaction((callId: string): CallDetails | null => {
    const row = call.get(callId);
    if (row === undefined) return null;
    const { user, branch, baseline_provider: provider, baseline_model: model, baseline_nano: nano } = row;
    return {
      line: callLine(row),
      user,
      branch,
      tags: tagsOf(row.tags),
      baseline: provider === null || model === null ? null : { provider, model, nano },
      estimate: estimateOf(row),
      attempts: attempts.all(callId).map(attemptLine),
      decisions: decisions.all(callId).map(decision),
    };
  });
  return (callId) => database.run(() => read(callId));
}

const attemptLine = (row: AttemptRow): AttemptLine => ({
  provider: row.provider,
  model: row.model,
  servedModel: row.served_model,
  outcome: row.outcome,
  usage: {
    inputTokens: row.input_tokens,
    cachedInputTokens: row.cached_input_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    source: row.usage_source,
    approximate: row.approximate === 1,
  },
  cost: { nano: row.cost_nano, priceVersion: row.price_version },
  firstTextMs: row.first_text_ms,
  totalMs: row.total_ms,
  errorCode: row.error_code,
});

/** What was not saved is left out, as the stage that decided left it out. */
const decision = ({ stage, action, why, saved_tokens, saved_nano }: DecisionRow): Decision => ({
  stage,
  action,
  why,
  ...(saved_tokens === null ? {} : { savedTokens: saved_tokens }),
  ...(saved_nano === null ? {} : { savedNano: saved_nano }),
});

/** The tags of a line; none where a line says something else, which only another program can have written. */
function tagsOf(json: string): readonly string[] {
  try {
    const tags: unknown = JSON.parse(json);
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}
