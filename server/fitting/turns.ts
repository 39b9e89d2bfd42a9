/** A conversation in turns: what was asked and what was answered to it, which are kept or left out together. */
import type { Message } from '../../protocol/messages.ts';

/** A turn, by the indexes of its messages. System messages belong to none. */
export interface Turn {
  /** What the model was asked with; empty for an answer that stands before any question. */
  readonly asking: readonly number[];
  /** What came of it. */
  readonly answer: readonly number[];
  /** True where one of its messages begins with the line `<!-- pin -->`. */
  readonly pinned: boolean;
}

const PIN = /^\s*<!--[ \t]*pin[ \t]*-->[ \t]*(?:\r?\n|$)/;

/**
 * The turns of `messages`: each begins with what the user says after an answer. What `continues` says yes to asks for
 * the rest of an answer, and belongs to its turn. There are no messages of tools, so none can lose its call.
 */
export function readTurns(
  messages: readonly Message[],
  continues: (content: string) => boolean = () => false,
): readonly Turn[] {
  const turns: { asking: number[]; answer: number[]; pinned: boolean }[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (role === 'system') continue;
    const last = turns.at(-1);
    const begins = last === undefined || (role === 'user' && last.answer.length > 0 && !continues(content));
    const turn = begins ? { asking: [], answer: [], pinned: false } : last;
    if (begins) turns.push(turn);
    (role === 'user' && turn.answer.length === 0 ? turn.asking : turn.answer).push(index);
    turn.pinned ||= PIN.test(content);
  }
  return turns;
}

/**
 * True for a conversation that may have more than `limit` tokens, told without counting: a token is a byte at least.
 * Never for a limit of 0. `perMessage` is what each message takes beside its text.
 */
export function isLongConversation(messages: readonly Message[], limit: number, perMessage: number): boolean {
  if (limit === 0 || !messages.some(({ role }) => role === 'assistant')) return false;
  let bytes = 0;
  return messages.some(({ content }) => {
    bytes += Buffer.byteLength(content) + perMessage;
    return bytes > limit;
  });
}
