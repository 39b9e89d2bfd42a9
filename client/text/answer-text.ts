/** The text of an answer document: the answer as it grows, under it what it cost, and how it was made. */
import { howItWasMade } from '../../protocol/call-report.ts';
import { decisionList } from '../../protocol/decision-text.ts';
import type { AttemptLine } from '../../protocol/messages.ts';
import { addMoney, formatMoney } from '../../protocol/money.ts';
import { type Decision, formatDuration, formatReceipt, type Receipt } from '../../protocol/receipt.ts';

/** How an answer ended. */
export interface AnswerEnd {
  /** Null where the daemon could not say what was used. */
  readonly receipt: Receipt | null;
  /** The error's sentence; null for an answer that ran to its end. */
  readonly problem: string | null;
  /** True where the model can be asked for the rest. */
  readonly continuable: boolean;
}

/** An answer as far as it came. */
export interface Answer {
  readonly text: string;
  /** The beginning that earlier calls gave; "" for none. */
  readonly beginning: string;
  /** Set while the text is that of a model whose answer is checked when it is complete, and may be withdrawn then. */
  readonly provisional: boolean;
  /** Why the text of another model was taken back, and how many decisions there were then; null where none was. */
  readonly withdrawn: { readonly why: string; readonly decisions: number } | null;
  /** Null until the provider is chosen. */
  readonly model: string | null;
  readonly simulated: boolean;
  /** True while the model reasons and has not begun its answer. */
  readonly reasoning: boolean;
  /** What the stages did to the call so far. */
  readonly decisions: readonly Decision[];
  /** Requests of the call, as far as the ledger said them. */
  readonly attempts: readonly AttemptLine[];
  /** Receipts of the calls that gave the beginning, where this call continues it; null for one that is not known. */
  readonly earlier: readonly (Receipt | null)[];
  /** True once the user took it out of the cache. */
  readonly forgotten: boolean;
  /** How a later run ended that gave nothing to replace this answer with; null for none. */
  readonly failedAgain: AnswerEnd | null;
  /** Null while it runs. */
  readonly end: AnswerEnd | null;
}

/** An answer of which nothing came yet. */
export const EMPTY_ANSWER: Answer = {
  text: '',
  beginning: '',
  provisional: false,
  withdrawn: null,
  model: null,
  simulated: false,
  reasoning: false,
  decisions: [],
  attempts: [],
  earlier: [],
  forgotten: false,
  failedAgain: null,
  end: null,
};

/** What an answer's tab shows when VS Code brings it back and nothing is kept: after a reload, or long after it was closed. */
export const FORGOTTEN_ANSWER =
  'This answer is not kept. Run its prompt again: where the cache still has the answer, it costs nothing.\n';

const DEMO_LINE = '> **Demo**: this answer is simulated; nothing was billed.';
/** The same while it runs, so that the section stays folded, or open, when the answer ends. */
const HEADING = '## How this answer was made';

/** The whole document, in Markdown. */
export function answerDocument(answer: Answer): string {
  const parts: string[] = [];
  if (answer.failedAgain !== null) parts.push(failedAgainLines(answer.failedAgain));
  if (answer.simulated) parts.push(DEMO_LINE);
  if (answer.text !== '') parts.push(answer.text.trimEnd());
  if (answer.end === null) parts.push(runningLine(answer));
  // A rule in the first line would begin a front matter.
  else parts.push(...(parts.length > 0 ? ['---'] : []), ...closing(answer, answer.end));
  const making = howMade(answer);
  if (making !== null) parts.push(HEADING, making);
  return `${parts.join('\n\n')}\n`;
}

/** Above the answer, where a person who ran it again looks first. */
function failedAgainLines({ problem, receipt }: AnswerEnd): string {
  const lines = [
    `**This run gave no answer.** ${problem ?? ''}`.trimEnd(),
    ...(receipt === null ? [] : [receiptLines(receipt).replaceAll('\n', '\n> ')]),
    'The answer below is from before.',
  ];
  return `> ${lines.join('\n>\n> ')}`;
}

/** Line (from 0) of the rule under an answer's text; null where nothing stands under it. */
export function ruleLine(document: string): number | null {
  const lines = document.split('\n');
  const heading = lines.lastIndexOf(HEADING);
  const line = (heading === -1 ? lines : lines.slice(0, heading)).lastIndexOf('---');
  return line === -1 ? null : line;
}

/** Lines (from 0) of the section of an answer document that is folded; null where it has none. */
export function foldedLines(document: string): { readonly start: number; readonly end: number } | null {
  const lines = document.trimEnd().split('\n');
  // The last one is ours, whatever the answer itself has.
  const start = lines.lastIndexOf(HEADING);
  return start === -1 ? null : { start, end: lines.length - 1 };
}

/** The entry of the cache that holds this answer; null where none does. */
export const cacheEntryOf = ({ end, forgotten }: Answer): string | null =>
  forgotten ? null : (end?.receipt?.cacheEntry ?? null);

function howMade({ end, earlier, decisions, attempts }: Answer): string | null {
  if (end === null) return decisions.length === 0 ? 'Nothing was decided yet.' : decisionList(decisions);
  if (earlier.length > 0) return callByCall([...earlier, end.receipt], attempts);
  if (end.receipt !== null) return howItWasMade(end.receipt, attempts);
  return decisions.length === 0 ? null : decisionList(decisions);
}

const callByCall = (receipts: readonly (Receipt | null)[], lastAttempts: readonly AttemptLine[]): string =>
  receipts
    .map((receipt, index) => {
      const attempts = index === receipts.length - 1 ? lastAttempts : [];
      return `Call ${index + 1}:\n\n${receipt === null ? 'Nothing is known of it.' : howItWasMade(receipt, attempts)}`;
    })
    .join('\n\n');

function runningLine({
  text,
  beginning,
  model,
  reasoning,
  provisional,
  decisions,
  withdrawn,
}: Answer): string {
  const checked = provisional ? 'checked when complete' : null;
  const details = [model, reasoning ? 'reasoning' : null, checked].filter((part) => part !== null);
  const line = details.length === 0 ? 'Running…' : `Running… (${details.join(', ')})`;
  // Once it writes, what went before is of no interest.
  if (text !== beginning) return line;
  const why = decisions.slice(withdrawn?.decisions ?? 0).findLast(isNews)?.why ?? withdrawn?.why;
  return why === undefined ? line : `${line}\n\n${why}`;
}

/** Steps that make a person wait, or send the call elsewhere: worth a line while it runs. */
const NEWS = new Set(['budget', 'singleFlight', 'cascade', 'fallback', 'retry']);
const isNews = ({ stage, action }: Decision): boolean => NEWS.has(stage) && !QUIET_ACTIONS.has(action);
const QUIET_ACTIONS = new Set(['off', 'held', 'led', 'stoodAside', 'failedGates']);

function closing({ earlier, forgotten }: Answer, { receipt, problem }: AnswerEnd): readonly string[] {
  const receipts = [...earlier, receipt];
  const lines = [
    problem,
    // The line of a call that is not known is missing only where its error says all there is.
    ...earlier.map((one) =>
      one === null ? 'What the call before this one cost is not known.' : receiptLines(one),
    ),
    receipt === null ? null : receiptLines(receipt),
    earlier.length === 0 ? null : `Together: ${receipts.length} calls, ${formatMoney(sumOf(receipts))}`,
    forgotten ? 'This answer is forgotten: the cache gives it no more.' : null,
  ];
  return lines.filter((line) => line !== null);
}

/**
 * The receipt with its cost at the beginning of a line, one paragraph in Markdown: an editor beside another wraps at
 * any point, and "$0." at the end of a line reads as a price.
 */
const receiptLines = (receipt: Receipt): string => formatReceipt(receipt).replace(' · $', '\n$');

const sumOf = (receipts: readonly (Receipt | null)[]) =>
  receipts.reduce<number | null>((sum, receipt) => addMoney(sum, receipt?.cost.nano ?? null), 0);

/** One sentence for the status bar and screen readers, when an answer has ended. */
export function announcement(name: string, { receipt, problem }: AnswerEnd): string {
  if (problem !== null) return `${name}: ${problem}`;
  if (receipt === null) return `${name}: answered`;
  // Short, since the status bar cuts a long message anywhere, an amount included.
  // Whoever waited for an answer may have paid for one that failed before it.
  const parts = [REUSED[receipt.outcome], formatMoney(receipt.cost.nano)];
  const cost = parts.filter((part) => part !== undefined).join(', ');
  return `${name}: ${cost}${receipt.simulated ? ' (simulated)' : ''} · ${formatDuration(receipt.totalMs)}`;
}

const REUSED: Readonly<Partial<Record<Receipt['outcome'], string>>> = {
  cached: 'cached',
  coalesced: 'shared',
};
