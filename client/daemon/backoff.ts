/** How long to wait before the daemon is started again, and when to leave it to the user. */

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const HEALTHY_AFTER_MS = 60_000;
const FAILURES_IN_A_ROW = 5;

/** Counts the failures of one daemon. */
export interface Backoff {
  /**
   * Notes a failure after `healthyMs` of running (0 when it never ran) and says how many milliseconds to wait
   * before the next try; null when there were too many in a row. A minute of health forgives what was before.
   */
  failed(healthyMs: number): number | null;
  /** Forgives everything, because the user asked for a new start. */
  reset(): void;
}

/** Doubles from 0.25 s to 10 s and gives up at the fifth failure in a row. */
export function createBackoff(): Backoff {
  let failures = 0;
  return {
    failed: (healthyMs) => {
      failures = healthyMs >= HEALTHY_AFTER_MS ? 1 : failures + 1;
      if (failures >= FAILURES_IN_A_ROW) return null;
      return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    },
    reset: () => {
      failures = 0;
    },
  };
}
