/** The last calls as the list shows them, and what is said aloud when one of them ends. */
import type { CallLine, Summary } from '../../protocol/messages.ts';
import { formatMoney } from '../../protocol/money.ts';
import { formatDuration, formatTokens, type Outcome } from '../../protocol/receipt.ts';
import { countOf, DEMO, formatTime } from './words.ts';

/** A label and its value in the details of a call. */
export type Detail = readonly [label: string, value: string];

export interface CallRow {
  readonly id: string;
  readonly name: string;
  /** "Demo" for a simulated call, else null. */
  readonly tag: string | null;
  readonly outcome: Outcome;
  readonly outcomeText: string;
  readonly model: string;
  readonly time: string;
  /** Empty while nothing is known of them. */
  readonly tokens: string;
  readonly cost: string;
  readonly duration: string;
  /** What of the cost was paid for nothing; null for none of it. */
  readonly waste: string | null;
  readonly error: string | null;
  readonly details: readonly Detail[];
}

/** How an outcome reads; as in the receipt under an answer. */
export const OUTCOME_TEXT: Readonly<Record<Outcome, string>> = {
  answered: 'Answered',
  cached: 'Cached',
  coalesced: 'Shared',
  refused: 'Refused',
  failed: 'Failed',
  aborted: 'Cancelled',
  running: 'Running',
  interrupted: 'Interrupted',
};

/** The last calls, newest first; `now` in epoch milliseconds decides which times carry their day. */
export function callsOf(summary: Summary, now: number): readonly CallRow[] {
  return summary.recent.toSorted((a, b) => b.startedAt - a.startedAt).map((line) => rowOf(line, now));
}

/**
 * One sentence for the calls that ended between two summaries, or null when none did. Without a summary before,
 * nothing is news: what a panel shows when it opens is not read aloud.
 */
export function announcementOf(before: Summary | null, after: Summary | null): string | null {
  if (before === null || after === null) return null;
  const endedBefore = new Set(before.recent.filter(hasEnded).map((line) => line.callId));
  const ended = after.recent
    .filter((line) => hasEnded(line) && !endedBefore.has(line.callId))
    .toSorted((a, b) => b.startedAt - a.startedAt);
  const [last] = ended;
  if (last === undefined) return null;
  if (ended.length > 1) return `${countOf(ended.length, 'call')} finished, the last: ${resultOf(last)}`;
  const finished = last.outcome === 'answered' || isReused(last);
  const verb = finished ? 'finished' : OUTCOME_TEXT[last.outcome].toLowerCase();
  return `Call ${verb}: ${resultOf(last)}`;
}

/** What every prompt file's name ends with, and so tells none apart. */
const PROMPT_SUFFIX = /\.prompt\.md$/i;

const hasEnded = (line: CallLine): boolean => line.outcome !== 'running';

const resultOf = (line: CallLine): string =>
  `${line.simulated ? 'simulated, ' : ''}${line.model}, ${costOf(line)}`;

function rowOf(line: CallLine, now: number): CallRow {
  return {
    id: line.callId,
    name: line.prompt?.replace(PROMPT_SUFFIX, '') ?? line.feature,
    tag: line.simulated ? DEMO : null,
    outcome: line.outcome,
    outcomeText: OUTCOME_TEXT[line.outcome],
    model: line.model,
    time: formatTime(line.startedAt, now),
    tokens: tokensOf(line),
    cost: costOf(line),
    duration: line.totalMs === null ? '' : formatDuration(line.totalMs),
    waste: wasteOf(line),
    // That it was cancelled says the outcome; there is nothing to do about it.
    error: line.outcome === 'aborted' ? null : line.errorMessage,
    details: detailsOf(line),
  };
}

function tokensOf(line: CallLine): string {
  if (isReused(line)) return 'no tokens';
  if (line.inputTokens === 0 && line.outputTokens === 0) return line.outcome === 'running' ? '' : 'no tokens';
  const [input, output] = [line.inputTokens, line.outputTokens];
  return `${formatTokens(input, line.approximate)} in · ${formatTokens(output, line.approximate)} out`;
}

/** A running call has no cost yet, which is not the same as one whose price is unknown. */
function costOf(line: CallLine): string {
  if (line.outcome === 'running')
    return line.costNano === null ? 'not known yet' : formatMoney(line.costNano);
  if (isReused(line)) return line.savedNano === null ? 'price unknown' : savedText(line.savedNano);
  return formatMoney(line.costNano);
}

/** An unknown part is said as such: it is not none. A running call has no sum of its parts yet. */
function wasteOf({ outcome, wasteNano }: CallLine): string | null {
  if (outcome === 'running' || wasteNano === 0) return null;
  return wasteNano === null ? 'paid and unused: unknown' : `${formatMoney(wasteNano)} paid and unused`;
}

const savedText = (nano: number): string => `saved ${formatMoney(nano)}`;

function detailsOf(line: CallLine): readonly Detail[] {
  const { approximate } = line;
  const details: Detail[] = [
    ...(line.prompt === null ? [] : [['Prompt', line.prompt] as const]),
    ['Model', `${line.provider}/${line.model}`],
    ['Feature', line.feature],
    ['Input tokens', formatTokens(line.inputTokens, approximate)],
    ['of them cached', formatTokens(line.cachedInputTokens)],
    ['Output tokens', formatTokens(line.outputTokens, approximate)],
  ];
  if (line.counted) details.push(['Counted by', 'Farthing, since the provider reported no usage']);
  details.push(['Cost', isReused(line) ? formatMoney(line.costNano ?? 0) : costOf(line)]);
  if (line.outcome !== 'running' && line.wasteNano !== 0)
    details.push(['Paid and unused', line.wasteNano === null ? 'unknown' : formatMoney(line.wasteNano)]);
  if (isReused(line) || (line.outcome !== 'running' && line.savedNano !== 0))
    details.push(['Saved', formatMoney(line.savedNano)]);
  if (line.simulated) details.push(['Billed', 'nothing: the call was simulated']);
  if (line.workspace !== null) details.push(['Workspace', line.workspace]);
  return details;
}

/** True for an answer that nothing was paid for: from the cache, or shared with an identical call. */
const isReused = ({ outcome }: CallLine): boolean => outcome === 'cached' || outcome === 'coalesced';
