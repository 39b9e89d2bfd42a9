/** What each outcome of an answer says of it, and how it fades. Whatever keeps outcomes counts by this. */
import type { AnswerOutcome, OutcomeCount } from '../pipeline/ports.ts';

/**
 * How much an outcome counts. The two of one witness weigh the same, or the share of good ones would be wrong wherever
 * that witness is asked about both.
 */
export const OUTCOME_WEIGHTS: Readonly<Record<AnswerOutcome, OutcomeCount>> = {
  // Gates see form more than sense.
  passedGate: { good: 0.5, bad: 0 },
  // Of ordinary answers the gates fault 3 in 100, however many are wrong (see `bench/gates.ts`): it says next to
  // nothing, and no more than keeps a model from being thought worse by those 3.
  unfaulted: { good: 0.03, bad: 0 },
  failedGate: { good: 0, bad: 0.5 },
  // A person has read it.
  kept: { good: 1, bad: 0 },
  undone: { good: 0, bad: 1 },
  // Now and then only another wording was wanted.
  regenerated: { good: 0, bad: 0.5 },
};

/** An outcome counts half after so many later ones of the same model: models are changed behind their names. */
export const HALF_LIFE_OBSERVATIONS = 500;

/** And half after so long, in milliseconds (60 days). */
export const HALF_LIFE_MS = 60 * 24 * 3_600_000;

/**
 * What is left of the weight of an outcome after `observations` later ones and `milliseconds`. Every count of a model
 * fades alike, so that a signature's never exceeds its kind's. Time that runs backwards fades nothing.
 */
export const fading = (observations: number, milliseconds: number): number =>
  2 ** -(Math.max(0, observations) / HALF_LIFE_OBSERVATIONS + Math.max(0, milliseconds) / HALF_LIFE_MS);
