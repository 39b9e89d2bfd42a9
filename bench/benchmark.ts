/** What a benchmark is: a name to run it by, one sentence, and measures that print as a table. */

/** One measured figure. Lower is better, unless it says otherwise. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What we aim at, in the same unit; null where there is no target. A target is printed, never enforced. */
  readonly target: number | null;
  /** True for a quality such as a share of right answers. */
  readonly higherIsBetter?: boolean;
  /** The same work done by others in the same run; null where a peer cannot do it. */
  readonly peers: readonly { readonly name: string; readonly value: number | null }[];
}

/** A benchmark of `npm run bench -- NAME`. */
export interface Benchmark {
  readonly name: string;
  readonly what: string;
  run(): Promise<readonly Measure[]>;
}

/** The middle of the values; 0 for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of the values lie, by nearest rank; 0 for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
