/** News of thresholds, told when what passed them is written for good. */
import type { BudgetThresholdParams } from '../../protocol/messages.ts';

/** Whom to tell, and of what. */
interface ThresholdNewsOptions {
  /** Whether the database says that this threshold is passed; may throw. */
  readonly isNoted: (news: BudgetThresholdParams) => boolean;
  readonly passed: (news: BudgetThresholdParams) => void;
}

/**
 * Makes a function that is called inside a transaction and tells after it, so that whoever hears of it may ask at once;
 * of one that was rolled back nothing is told.
 */
export function createThresholdNews({
  isNoted,
  passed,
}: ThresholdNewsOptions): (news: BudgetThresholdParams) => void {
  const waiting = new Map<string, BudgetThresholdParams>();
  return (news) => {
    const { budget, windowStart, key } = news.state;
    const name = JSON.stringify([budget.id, windowStart, key, news.threshold]);
    const isFirst = !waiting.has(name);
    // A line that is written at the second try passes the same threshold again.
    waiting.set(name, news);
    if (!isFirst) return;
    queueMicrotask(() => {
      const last = waiting.get(name);
      waiting.delete(name);
      if (last !== undefined && holds(() => isNoted(last))) passed(last);
    });
  };
}

function holds(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    // A database that fails has not kept what passed the threshold either.
    return false;
  }
}
