/** How far estimates are from what calls cost. */
import type { CallEstimate } from './messages.ts';
import { formatMoney, type NanoDollars } from './money.ts';

/** How many calls an error is summed up over. */
export const ERROR_CALLS = 50;

/**
 * How far an estimate was off, as a share of the true cost: 0.25 for a quarter of it, too high or too low. Null for a
 * call that cost nothing or whose cost is not known.
 */
export const estimateError = (estimated: NanoDollars, cost: NanoDollars | null): number | null =>
  cost === null || cost <= 0 ? null : Math.abs(estimated - cost) / cost;

/** The middle of errors, of the two middle ones their mean; null for none. */
export function medianError(errors: readonly number[]): number | null {
  const sorted = errors.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** "estimated $0.004, off by 5 %: it cost more; the last 12 calls were off by 8 % in the median". */
export function formatEstimate({ nano, calls, medianError: median }: CallEstimate, cost: NanoDollars | null) {
  const error = estimateError(nano, cost);
  const off =
    error === null || cost === null
      ? ''
      : error === 0
        ? ', which is what it cost'
        : `, off by ${percent(error)}: it cost ${cost > nano ? 'more' : 'less'}`;
  const others =
    median === null
      ? ''
      : `; the last ${calls === 1 ? 'priced call was' : `${calls} priced calls were`} off by ${percent(median)}${calls === 1 ? '' : ' in the median'}`;
  return `estimated ${formatMoney(nano)}${off}${others}`;
}

const percent = (share: number): string =>
  share > 0 && share < 0.01 ? 'under 1 %' : `${Math.round(100 * share)} %`;
