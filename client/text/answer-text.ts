/** The text of an answer document: the answer as it grows, and under it the line that says what it cost. */
import { formatMoney } from '../../protocol/money.ts';
import { formatDuration, formatReceipt, type Receipt } from '../../protocol/receipt.ts';

/** How an answer ended. */
export interface AnswerEnd {
  /** Null where the daemon could not say what was used. */
  readonly receipt: Receipt | null;
  /** The error's sentence; null for an answer that ran to its end. */
  readonly problem: string | null;
}

/** An answer as far as it came. */
export interface Answer {
  readonly text: string;
  /** Null until the provider is chosen. */
  readonly model: string | null;
  readonly simulated: boolean;
  /** True while the model reasons and has not begun its answer. */
  readonly reasoning: boolean;
  /** Null while it runs. */
  readonly end: AnswerEnd | null;
}

/** An answer of which nothing came yet. */
export const EMPTY_ANSWER: Answer = { text: '', model: null, simulated: false, reasoning: false, end: null };

/** What an answer's tab shows when VS Code brings it back and nothing is kept: after a reload, or long after it was closed. */
export const FORGOTTEN_ANSWER =
  'This answer is not kept. Run its prompt again: where the cache still has the answer, it costs nothing.\n';

const DEMO_LINE = '> **Demo**: this answer is simulated; nothing was billed.';

/** The whole document, in Markdown. */
export function answerDocument(answer: Answer): string {
  const parts: string[] = [];
  if (answer.simulated) parts.push(DEMO_LINE);
  if (answer.text !== '') parts.push(answer.text.trimEnd());
  if (answer.end === null) parts.push(runningLine(answer));
  // A rule in the first line would begin a front matter.
  else parts.push(...(parts.length > 0 ? ['---'] : []), ...closing(answer.end));
  return `${parts.join('\n\n')}\n`;
}

function runningLine({ model, reasoning }: Answer): string {
  const details = [model, reasoning ? 'reasoning' : null].filter((part) => part !== null);
  return details.length === 0 ? 'Running…' : `Running… (${details.join(', ')})`;
}

function closing({ receipt, problem }: AnswerEnd): readonly string[] {
  return [problem, receipt === null ? null : formatReceipt(receipt)].filter((line) => line !== null);
}

/** One sentence for the status bar and screen readers, when an answer has ended. */
export function announcement(name: string, { receipt, problem }: AnswerEnd): string {
  if (problem !== null) return `${name}: ${problem}`;
  if (receipt === null) return `${name}: answered`;
  // Short, since the status bar cuts a long message anywhere, an amount included.
  const cost = receipt.outcome === 'cached' ? 'cached, $0' : formatMoney(receipt.cost.nano);
  return `${name}: ${cost}${receipt.simulated ? ' (simulated)' : ''} · ${formatDuration(receipt.totalMs)}`;
}
