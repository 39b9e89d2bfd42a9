/** The part of a request that is read to tell what it asks for: a long one must not take long. */
import type { Message } from '../../protocol/messages.ts';

/** So many characters are read of the beginning of what is asked, and so many of its end. */
const FROM_BEGINNING = 2500;
const FROM_END = 1500;

/**
 * The last message of the user, from which the middle is left out where it is long: people put the question before
 * what they paste, or after it. Without a message of the user, the last of any role.
 */
export function requestExcerpt(messages: readonly Message[]): string {
  const asked = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  const text = asked?.content ?? '';
  if (text.length <= FROM_BEGINNING + FROM_END) return text;
  return `${text.slice(0, FROM_BEGINNING)}\n${text.slice(-FROM_END)}`;
}
