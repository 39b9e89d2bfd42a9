/** How long an answer may get, by how long those before it were. */

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

/** True where a request used up the bound; some providers count the last token differently. */
export const reachedBound = (outputTokens: number, bound: OutputBound): boolean =>
  outputTokens >= bound.tokens * 0.9;
