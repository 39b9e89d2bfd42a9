import type { Gate } from './gate.ts';
import { TOO_LONG, withinTime } from './within-time.ts';

/** Patterns look at no more of an answer. */
const MOST_CHARACTERS = 20_000;

/** The answer, without white space around it, matches the pattern of its prompt file. */
export const expectedPattern: Gate = {
  name: 'expected pattern',
  weight: 'hard',
  check: ({ text }, { expect }) => {
    if (expect === null || expect.matches === null) return null;
    const pattern = new RegExp(expect.matches.source, expect.matches.flags.replace(/[gy]/g, ''));
    const trimmed = text.trim();
    if (trimmed.length > MOST_CHARACTERS)
      return {
        aside: `The answer was not checked by farthing.expect.matches, since it has more than ${MOST_CHARACTERS} characters.`,
      };
    const matches = withinTime(() => pattern.test(trimmed));
    if (matches === TOO_LONG)
      return {
        aside:
          'farthing.expect.matches takes too long on this answer and was left out; write the pattern without one repetition inside another.',
      };
    return matches
      ? null
      : {
          gate: 'expected pattern',
          why: `It does not match the pattern ${expect.matches.source.slice(0, 200)}.`,
        };
  },
};
