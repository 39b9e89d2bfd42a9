/** Words that say what a request takes. Each is one term of `termsOf`, so endings do not matter. */
import { termsOf } from '../fitting/terms.ts';

/** What a word may be a cue of. */
export const CUES = ['reasoning', 'maths', 'constraint', 'negation', 'hard', 'easy'] as const;
export type Cue = (typeof CUES)[number];

const WORDS: Readonly<Record<Cue, string>> = {
  reasoning:
    'why how prove proof derive reason justify explain compare analyse analyze deduce infer debug step',
  maths:
    'calculate compute solve equation integral derivative matrix probability theorem sum percent polynomial vector equals average',
  constraint:
    'must should only exactly least most each every ensure always without within unless require required',
  negation: 'not no never except neither nor cannot false incorrect isn doesn don',
  hard: 'optimise optimize concurrency deadlock race architecture design security migrate refactor legal diagnosis tradeoff algorithm complexity',
  easy: 'translate summarise summarize rename list format convert spell typo title extract classify fix comment capital',
};

/** The cue that a term is, by its hash. */
export const CUE_OF_TERM: ReadonlyMap<number, Cue> = new Map(
  CUES.flatMap((cue) => {
    const { hashes, length } = termsOf(WORDS[cue]);
    return [...hashes.subarray(0, length)].map((hash) => [hash, cue] as const);
  }),
);
