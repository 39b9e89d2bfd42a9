/** Where the text of a prompt's messages lies in its file. */
import type { Message } from '../../protocol/messages.ts';

/** A stretch of a text: UTF-16 units from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The text of one message as its file has it, without blank lines around it. A file may write it in another way than it
 * is sent: indented in YAML, with escapes in a string of a program.
 */
export interface PromptPart extends Span {
  readonly role: Message['role'];
  /** What the format writes between and that is no text of the message: indentation, escapes. In offsets of the file. */
  readonly fixed: readonly Span[];
  /** What is sent for such a stretch of the file, its variables as written; for `text.slice(start, end)` it is the message. */
  readonly read: (written: string) => string;
}
