import type { Gate } from './gate.ts';

/** White space, and characters that nobody sees, such as U+200B. */
const UNSEEN = /[\s\p{C}\p{Default_Ignorable_Code_Point}]/u;

/** There is something to see. A refusal is another gate's. */
export const notEmpty: Gate = {
  name: 'not empty',
  weight: 'hard',
  check: ({ text, toolCalls, refusal }) => {
    if (toolCalls.length > 0 || refusal !== '') return null;
    for (const character of text) if (!UNSEEN.test(character)) return null;
    return { gate: 'not empty', why: 'It was empty.' };
  },
};
