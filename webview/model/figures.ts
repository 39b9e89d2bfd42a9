/** The day's figures: what was spent and saved, calls, hit rate and tokens, with simulated calls kept apart. */
import type { Summary, Totals } from '../../protocol/messages.ts';
import { formatMoney, groupThousands } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import { countOf, formatAtLeast, formatShare, periodOf } from './words.ts';

/** One figure with its label and, where the word needs one, its definition. */
export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** What keeps the value from being the whole truth; null for nothing. */
  readonly note: string | null;
  /** One or two sentences; null where the label says it all. */
  readonly definition: string | null;
}

export interface FiguresView {
  /** Shown as a badge when every figure is simulated; null when the figures are real. */
  readonly badge: string | null;
  readonly spend: Figure;
  readonly others: readonly Figure[];
  readonly tokens: readonly Figure[];
  /** The simulated totals beside real ones; null when there are none. They are never added together. */
  readonly demoLine: string | null;
}

/** The figures of a summary; `now` in epoch milliseconds decides whether its day is today. */
export function figuresOf(summary: Summary, now: number): FiguresView {
  const { real, simulated } = summary;
  const onlyDemo = real.calls === 0 && simulated.calls > 0;
  const totals = onlyDemo ? simulated : real;
  const period = periodOf(summary.since, now);
  return {
    badge: onlyDemo ? 'Demo: simulated, nothing was billed' : null,
    spend: spendFigure(totals, `${onlyDemo ? 'Simulated spend' : 'Spent'} ${period}`),
    others: otherFigures(totals),
    tokens: tokenFigures(totals),
    demoLine: real.calls > 0 && simulated.calls > 0 ? demoLine(simulated) : null,
  };
}

/** "2 calls of unknown price", or null when every price is known. */
export function unknownPriceNote(totals: Totals): string | null {
  return totals.unknownPriceCalls > 0
    ? `${countOf(totals.unknownPriceCalls, 'call')} of unknown price`
    : null;
}

function spendFigure(totals: Totals, label: string): Figure {
  return {
    id: 'spend',
    label,
    value: formatAtLeast(totals.spend, totals.knownSpend),
    note: unknownPriceNote(totals),
    definition:
      'Spend: what the tokens of these calls cost at list prices. An answer from the cache costs nothing; a call of unknown price is never counted as free.',
  };
}

function otherFigures(totals: Totals): readonly Figure[] {
  return [
    {
      id: 'saved',
      label: 'Saved',
      value: formatMoney(totals.saved),
      note: null,
      definition: 'Saved: what the cached answers would have cost at today’s list prices.',
    },
    {
      id: 'calls',
      label: 'Calls',
      value: groupThousands(String(totals.calls)),
      note: null,
      definition: 'Calls: every call that the daemon recorded, from any window or tool.',
    },
    {
      id: 'hit-rate',
      label: 'Hit rate',
      value: totals.hitRate === null ? 'no answers yet' : formatShare(totals.hitRate),
      note: null,
      definition: 'Hit rate: the share of answered calls that Farthing’s cache answered.',
    },
  ];
}

function tokenFigures(totals: Totals): readonly Figure[] {
  const figure = (id: string, label: string, count: number): Figure => ({
    id,
    label,
    value: formatTokens(count),
    note: null,
    definition: null,
  });
  return [
    figure('input-tokens', 'Input tokens', totals.inputTokens),
    figure('cached-tokens', 'of them cached', totals.cachedInputTokens),
    figure('output-tokens', 'Output tokens', totals.outputTokens),
  ];
}

function demoLine(simulated: Totals): string {
  const note = unknownPriceNote(simulated);
  const money = formatAtLeast(simulated.spend, simulated.knownSpend);
  return `Demo (simulated): ${money} in ${countOf(simulated.calls, 'call')}${note === null ? '' : `, ${note}`}`;
}
