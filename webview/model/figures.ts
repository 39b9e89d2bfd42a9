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

/**
 * The figures of a summary. `baseline` is the setting farthing.baseline; `now` in epoch milliseconds decides whether the
 * summary's day is today.
 */
export function figuresOf(summary: Summary, baseline: string, now: number): FiguresView {
  const { real, simulated } = summary;
  const onlyDemo = real.calls === 0 && simulated.calls > 0;
  const totals = onlyDemo ? simulated : real;
  const period = periodOf(summary.since, now);
  return {
    badge: onlyDemo ? 'Demo: simulated, nothing was billed' : null,
    spend: spendFigure(totals, `${onlyDemo ? 'Simulated spend' : 'Spent'} ${period}`),
    others: otherFigures(totals, baseline),
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

function otherFigures(totals: Totals, baseline: string): readonly Figure[] {
  return [
    {
      id: 'saved',
      label: 'Saved',
      ...savedText(totals),
      definition: savedDefinition(baseline),
    },
    {
      id: 'waste',
      label: 'Paid and unused',
      value: formatAtLeast(totals.waste, totals.knownWaste),
      note: null,
      definition:
        'Paid and unused: the part of the spend that went into requests whose answer was not used, such as one that broke off and was sent again. Each call says its own.',
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
      definition:
        'Hit rate: the share of answers that were not paid for again, because they came from the cache or were shared with an identical call under way.',
    },
    {
      id: 'shared',
      label: 'Shared',
      value: groupThousands(String(totals.coalesced)),
      note: null,
      definition:
        'Shared: calls that came while an identical one was under way and got its answer, so that it was paid for once.',
    },
  ];
}

/**
 * What the calls of known price saved, and how many are left out. It is no "≥": a call may have been dearer than its
 * baseline, so what is unknown may take something away, too.
 */
function savedText({ calls, saved, knownSaved, unknownSavedCalls }: Totals): Pick<Figure, 'value' | 'note'> {
  if (saved !== null || unknownSavedCalls >= calls) return { value: formatMoney(saved), note: null };
  return {
    value: formatMoney(knownSaved),
    note: `without ${countOf(unknownSavedCalls, 'call')} of unknown price`,
  };
}

/** What "saved" is, with the model that it is measured against. */
function savedDefinition(baseline: string): string {
  const straight =
    baseline === ''
      ? 'the model that each of them asked for (the setting farthing.baseline can name another)'
      : `${baseline} (the setting farthing.baseline)`;
  return `Saved is what the same calls would have cost sent straight to ${straight} at list prices, minus what they cost. A call without an answer saves nothing; Show Call gives the baseline of each.`;
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
