/** How long an answer may get, by how long those before it were. */
import type { FinishReason } from '../../protocol/receipt.ts';
import type { Attempt, ReplyEvent } from './stage.ts';

/** Fewer past runs say too little about the longest. */
const FEWEST_RUNS = 20;
/** Room for an answer that is longer than all before it. */
const ROOM = 1.5;
/** No bound is lower, in tokens: what it could save is less than what one answer that is cut costs. */
const LOWEST_BOUND = 256;

/** How many past runs a bound looks at. */
export const RUNS_FOR_BOUND = 50;

/** A limit of output tokens, and what it rests on. */
export interface OutputBound {
  readonly tokens: number;
  /** The 99th percentile of the past runs, in tokens. */
  readonly percentile: number;
  readonly runs: number;
}

/**
 * The bound for a job whose past runs had `past` output tokens, reasoning included; null where they are too few. The
 * percentile is that of the nearest rank, so that of fewer than a hundred runs it is the longest.
 */
export function outputBound(past: readonly number[]): OutputBound | null {
  if (past.length < FEWEST_RUNS) return null;
  const percentile = past.toSorted((one, other) => one - other)[Math.ceil(past.length * 0.99) - 1] ?? 0;
  return { tokens: Math.max(LOWEST_BOUND, Math.ceil(percentile * ROOM)), percentile, runs: past.length };
}

/**
 * True where the rest of an answer is asked for, which had ended for `reason` at a limit of `tokens`. A provider may have
 * a limit of its own, which would have cut it all the same; some count the last token differently. `shown` is what it
 * showed: a refusal has no rest, and neither has a tool call.
 */
export const isContinued = (
  reason: FinishReason,
  attempt: Attempt | null,
  shown: readonly ReplyEvent['type'][],
  tokens: number,
): boolean =>
  reason === 'length' &&
  attempt !== null &&
  attempt.usage.outputTokens >= tokens * 0.9 &&
  !shown.includes('refusal') &&
  !shown.includes('toolCall');
