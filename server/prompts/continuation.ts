/** The rest of an answer that broke off: what is said to the model after the beginning that it gave. */
import type { Message } from '../../protocol/messages.ts';

const REQUEST =
  'Your answer broke off. Continue exactly where it stops, with its next characters: repeat nothing, and say nothing about the interruption.';

/** Messages that ask for the rest of an answer which began with `beginning`. */
export const continuation = (beginning: string): readonly Message[] => [
  { role: 'assistant', content: beginning },
  { role: 'user', content: REQUEST },
];
