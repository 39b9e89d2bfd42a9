/** The rest of an answer that broke off: what is said to the model after the beginning that it gave. */
import type { Message } from '../../protocol/messages.ts';

const REQUEST =
  'Your answer broke off. Continue exactly where it stops, with its next characters: repeat nothing, and say nothing about the interruption.';

/** True for what Farthing asks for itself, which says nothing of what the answer is about. */
export const isContinuationRequest = (content: string): boolean => content === REQUEST;

/** Messages that ask for the rest of an answer which began with `beginning`. */
export const continuation = (beginning: string): readonly Message[] => [
  // An answer may be cut within a character, and servers refuse half of one.
  { role: 'assistant', content: beginning.toWellFormed() },
  { role: 'user', content: REQUEST },
];
