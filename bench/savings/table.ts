/** The table, and what has to be known to read it. */
import { formatMoney } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import { percentile } from '../benchmark.ts';
import type { Outcome } from './replay.ts';

/** One line: a name, and what came of the day; null for a line between groups. */
export interface Row {
  readonly name: string;
  readonly outcome: Outcome | null;
}

const HEAD = [
  'the day',
  'cost',
  'of direct',
  'saved',
  'right',
  'cache hits',
  'small',
  'frontier',
  'escalated',
  'tokens in',
  'cached',
  'p50',
  'p99',
];

/** Prints all rows against `direct`. */
export function printRows(rows: readonly Row[], direct: Outcome): void {
  const cells = [HEAD, ...rows.map((row) => cellsOf(row, direct))];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const isName = (column: number) => column === 0;
  for (const row of cells)
    console.log(
      row
        .map((cell, column) =>
          isName(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    );
}

function cellsOf({ name, outcome }: Row, direct: Outcome): readonly string[] {
  if (outcome === null) return [name];
  const { nano, calls, right, shown, escalated, inputTokens, cachedTokens, times } = outcome;
  const ofCalls = (count: number) => percent(count / calls);
  return [
    name,
    formatMoney(nano),
    percent(nano / direct.nano),
    percent(savedShare(outcome, direct)),
    ofCalls(right),
    ofCalls(shown.cache),
    ofCalls(shown.small),
    ofCalls(shown.frontier),
    ofCalls(escalated),
    formatTokens(inputTokens),
    percent(cachedTokens / Math.max(1, inputTokens)),
    ...(times.length === 0 ? ['', ''] : [50, 99].map((part) => `${percentile(times, part).toFixed(2)} ms`)),
  ];
}

/** Share of the direct cost that was not paid. */
export const savedShare = ({ nano }: Outcome, direct: Outcome): number => 1 - nano / direct.nano;

/** Points of right answers fewer than direct; negative for more. */
export const pointsLost = ({ right, calls }: Outcome, direct: Outcome): number =>
  100 * (direct.right / direct.calls - right / calls);

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Right answers by the kind of call, direct and with the pipeline. */
export function printKinds(named: readonly (readonly [name: string, outcome: Outcome])[]): void {
  const [first] = named;
  for (const kind of [...(first?.[1].rightByKind.keys() ?? [])].sort()) {
    const parts = named.map(([name, { rightByKind }]) => {
      const { calls, right } = rightByKind.get(kind) ?? { calls: 0, right: 0 };
      return `${name} ${percent(right / Math.max(1, calls))}`;
    });
    console.log(
      `  ${kind.padEnd(14)} ${String(first?.[1].rightByKind.get(kind)?.calls).padStart(5)} calls: ${parts.join(', ')}`,
    );
  }
}
