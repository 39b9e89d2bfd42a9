/**
 * Where a call's numbers come from, in Markdown that reads well as it is: the section under an answer, and the report
 * of a call of the ledger. Every amount in it is that of a ledger line, or their sum.
 */
import { decisionList } from './decision-text.ts';
import { formatEstimate } from './estimate-error.ts';
import type { AttemptLine, CallDetails, CallLine } from './messages.ts';
import { addMoney, formatMoney, type NanoDollars } from './money.ts';
import { type Baseline, formatDuration, type Receipt } from './receipt.ts';
import { requestDetails, requestList } from './request-text.ts';

/** How an answer was made: its decisions, its requests where it took several, and what it is compared with. */
export function howItWasMade(
  { outcome, decisions, baseline, savedNano, wasteNano }: Receipt,
  attempts: readonly AttemptLine[],
): string {
  const parts = [decisions.length === 0 ? undecided(outcome) : decisionList(decisions)];
  if (attempts.length > 1) parts.push(`It took ${attempts.length} requests:`, requestList(attempts));
  if (baseline !== null) parts.push(comparison(baseline, savedNano));
  if (wasteNano !== 0) parts.push(wasted(wasteNano));
  return parts.join('\n\n');
}

/** A call that ended without an answer may not have been sent, whether or not a step said why. */
function undecided(outcome: Receipt['outcome']): string {
  if (outcome === 'refused') return 'Nothing was sent.';
  return outcome === 'answered' ? 'Sent as it was; nothing was decided.' : 'Nothing was decided.';
}

/** Everything the ledger has on a call. Times are in the time zone of the machine unless another is said. */
export function callReport(details: CallDetails, timeZone?: string): string {
  const { line, attempts, baseline, decisions } = details;
  const parts = [`# ${line.prompt ?? line.feature}: ${outcomeText(line)}`, factList(details, timeZone)];
  if (line.errorMessage !== null) parts.push(line.errorMessage);
  parts.push('## Requests', ...requestsOf(line, attempts));
  if (baseline !== null) parts.push('## Compared with', comparison(baseline, line.savedNano));
  if (decisions.length > 0) parts.push('## Decisions', decisionList(decisions));
  return `${parts.join('\n\n')}\n`;
}

const OUTCOMES: Readonly<Record<CallLine['outcome'], string>> = {
  answered: 'answered',
  cached: 'answered from the cache',
  coalesced: 'answered together with an identical call',
  refused: 'refused',
  failed: 'failed',
  aborted: 'cancelled',
  running: 'running',
  interrupted: 'interrupted, since the daemon ended',
};

const outcomeText = (line: CallLine): string =>
  `${OUTCOMES[line.outcome]}${line.simulated ? ' (simulated, nothing was billed)' : ''}`;

function factList({ line, user, branch, tags, estimate }: CallDetails, timeZone: string | undefined): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['When', `${formatTime(line.startedAt, timeZone)}${took(line)}`],
    ['Model', `${line.provider}/${line.model}`],
    ['Feature', line.feature],
    ['Prompt', line.prompt],
    ['Workspace', line.workspace],
    ['Branch', branch],
    ['Tags', tags.length === 0 ? null : tags.join(', ')],
    ['User', user === '' ? null : user],
    ['Cost', costOf(line)],
    ['Estimate', estimate === null ? null : formatEstimate(estimate, line.costNano)],
    ['Call', line.callId],
  ];
  return facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}

const took = ({ totalMs }: CallLine): string => (totalMs === null ? '' : `, took ${formatDuration(totalMs)}`);

/** A call under way has no cost yet, which is not the same as one whose price is unknown. */
const costOf = ({ outcome, costNano }: CallLine): string =>
  outcome === 'running' && costNano === null ? 'not known yet' : formatMoney(costNano);

function requestsOf(line: CallLine, attempts: readonly AttemptLine[]): readonly string[] {
  if (attempts.length === 0)
    return [
      line.outcome === 'running' || line.outcome === 'interrupted'
        ? 'None has ended that the ledger knows of.'
        : 'None was sent.',
    ];
  const sum = attempts.reduce<NanoDollars | null>((total, { cost }) => addMoney(total, cost.nano), 0);
  const parts = [
    ...requestDetails(attempts),
    `Sum of the requests: ${formatMoney(sum)}, the cost of the call.`,
  ];
  if (sum !== line.costNano)
    parts.push(`The line of the call says ${formatMoney(line.costNano)}. Please report this.`);
  if (line.wasteNano !== 0) parts.push(wasted(line.wasteNano));
  return parts;
}

/** What "saved" means for this call. Short, so that an editor beside another has the amounts on one line. */
function comparison({ provider, model, nano }: Baseline, saved: NanoDollars | null): string {
  const straight = `The same tokens straight to ${provider}/${model}: ${formatMoney(nano)}.`;
  if (saved === null) return `${straight} What was saved is not known.`;
  if (saved === 0) return `${straight} Saved: nothing.`;
  return saved > 0
    ? `${straight} Saved: ${formatMoney(saved)}.`
    : `${straight} This call was dearer by ${formatMoney(-saved)}.`;
}

const wasted = (waste: NanoDollars | null): string =>
  waste === null
    ? 'Paid for requests whose answer was not used: price unknown.'
    : `Paid for requests whose answer was not used: ${formatMoney(waste)}.`;

/** "2026-03-04 14:05:12", which is how Sweden writes it; in the time zone of the machine unless another is said. */
export const formatTime = (at: number, timeZone?: string): string =>
  new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);

/** "12:49:15", to the second: a moment that a person waits for. */
export const formatClockTime = (at: number, timeZone?: string): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
