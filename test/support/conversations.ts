/** Conversations of a given length, in the words that `fakeCounter` counts. */
import type { Message } from '../../protocol/messages.ts';

/** A text of so many words, which no other name has. */
export const words = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`).join(' ');

/** Questions and answers of so many words each, and a last question; `each` is what a message has. */
export function conversation(turns: number, each: number): readonly Message[] {
  const pairs = Array.from({ length: turns }, (_, index): readonly Message[] => [
    { role: 'user', content: words(`q${index}`, each) },
    { role: 'assistant', content: words(`a${index}`, each) },
  ]).flat();
  return [...pairs, { role: 'user', content: words('now', each) }];
}
