/** Spend by model: the bars of the chart, the rows of its table and the sentence that says the finding. */
import type { ModelSpend, Summary, Totals } from '../../protocol/messages.ts';
import { formatMoney, groupThousands } from '../../protocol/money.ts';
import { countOf, DEMO, formatAtLeast, formatShare, periodOf } from './words.ts';

/** One model, in the chart and in the table alike. */
export interface SpendRow {
  readonly key: string;
  readonly label: string;
  readonly provider: string;
  readonly simulated: boolean;
  readonly calls: string;
  readonly spend: string;
  /** Of the known spend of its own kind (real or simulated), 0 to 1. */
  readonly ratio: number;
  /** "61 %"; "≤ 61 %" where other calls are of unknown price; null when nothing is known of it. */
  readonly share: string | null;
}

export interface SpendView {
  readonly title: string;
  /** The chart's text alternative. */
  readonly finding: string;
  /** The most expensive models, at most BARS_SHOWN. */
  readonly bars: readonly SpendRow[];
  /** Every model. */
  readonly rows: readonly SpendRow[];
  /** "3 more models in the table"; null when all are in the chart. */
  readonly more: string | null;
}

/** More bars than this make the view restless; the table has them all. */
export const BARS_SHOWN = 6;

/** The spend by model of a summary, real before simulated and dear before cheap; null when there is none. */
export function spendOf(summary: Summary, now: number): SpendView | null {
  if (summary.byModel.length === 0) return null;
  const sorted = summary.byModel.toSorted(
    (a, b) => Number(a.simulated) - Number(b.simulated) || b.knownSpend - a.knownSpend,
  );
  const rows = sorted.map((spend) => rowOf(spend, summary));
  const hidden = rows.length - BARS_SHOWN;
  return {
    title: `Spend by model ${periodOf(summary.since, now)}`,
    finding: findingOf(sorted, rows, summary, now),
    bars: rows.slice(0, BARS_SHOWN),
    rows,
    more: hidden > 0 ? `${countOf(hidden, 'more model')} in the table` : null,
  };
}

function rowOf(spend: ModelSpend, summary: Summary): SpendRow {
  const totals = totalsOf(spend, summary);
  const ratio = totals.knownSpend > 0 ? spend.knownSpend / totals.knownSpend : 0;
  const ambiguous = summary.byModel.some(
    (other) => other.model === spend.model && other.provider !== spend.provider,
  );
  return {
    key: `${spend.simulated ? 'demo' : 'real'}/${spend.provider}/${spend.model}`,
    label: ambiguous ? `${spend.provider}/${spend.model}` : spend.model,
    provider: spend.provider,
    simulated: spend.simulated,
    calls: groupThousands(String(spend.calls)),
    spend: formatAtLeast(spend.spend, spend.knownSpend),
    ratio,
    share: shareOf(spend, totals, ratio),
  };
}

/** What is not known of the whole can only make a part of it smaller. */
function shareOf({ spend }: ModelSpend, totals: Totals, ratio: number): string | null {
  if (spend === null) return null;
  const share = formatShare(ratio);
  if (totals.spend !== null || ratio < 0.005) return share;
  return ratio < 0.995 ? `≤ ${share}` : null;
}

function findingOf(
  sorted: readonly ModelSpend[],
  rows: readonly SpendRow[],
  summary: Summary,
  now: number,
): string {
  const period = periodOf(summary.since, now);
  const sentences = [false, true].flatMap((simulated) => {
    const index = sorted.findIndex((spend) => spend.simulated === simulated);
    const [top, row] = [sorted[index], rows[index]];
    if (top === undefined || row === undefined) return [];
    const sentence = topSentence(row, totalsOf(top, summary), period);
    return [simulated ? `${DEMO} (simulated): ${sentence}` : sentence];
  });
  return sentences.join('. ');
}

/** "gpt-5-mini: $0.0123 of $0.02 today, 61 %". */
function topSentence(row: SpendRow, totals: Totals, period: string): string {
  if (totals.spend === 0) return `nothing spent ${period} in ${countOf(totals.calls, 'call')}`;
  if (totals.spend !== null) {
    const share = row.share === null ? '' : `, ${row.share}`;
    return `${row.label}: ${row.spend} of ${formatMoney(totals.spend)} ${period}${share}`;
  }
  const unknown = `${countOf(totals.unknownPriceCalls, 'call')} of unknown price`;
  if (totals.knownSpend === 0) return `price unknown ${period}: ${unknown}`;
  return `${row.label}: ${row.spend} of at least ${formatMoney(totals.knownSpend)} ${period}, ${unknown}`;
}

const totalsOf = (spend: ModelSpend, summary: Summary): Totals =>
  spend.simulated ? summary.simulated : summary.real;
