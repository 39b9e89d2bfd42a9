/**
 * How likely a model's answer is good, from what became of its answers: Beta counts that begin at what its tier is worth
 * and are drawn from all calls to the kind of task to the very signature, the nearer counting more (a hierarchical
 * Beta-Binomial as in Gelman et al., "Bayesian Data Analysis", 3rd ed., section 5.3, its strengths set by hand).
 */
import type { Tier } from '../../protocol/routing.ts';
import type { OutcomeCount, OutcomeCounts } from '../pipeline/ports.ts';

/** What is believed of a model's next answer. */
export interface Belief {
  /** That it is good, between 0 and 1. */
  readonly probability: number;
  /** Standard deviation of `probability`: how unsure the belief is. */
  readonly deviation: number;
}

/**
 * Share of good answers before anything is known. The shared labelled questions give a middle (Mixtral 8x7B) 68 % and
 * a frontier model of its day (GPT-4) 80 %; what developers ask of an assistant is easier than examinations, so each
 * tier begins somewhat above its likes there.
 */
const PRIORS: Readonly<Record<Tier, number>> = {
  // Some 3 to 14 billion parameters, quantised: half of what is asked.
  local: 0.55,
  // Sound on extracting, classifying and explaining; not on what takes several steps.
  small: 0.7,
  middle: 0.85,
  // Not 1: the dearest model fails too, and then going straight to it is no insurance.
  frontier: 0.93,
};

/** How many outcomes the next nearer level takes a farther one for: as much as it says, and never more than this. */
const STRENGTHS = {
  // A tier is a guess: four outcomes weigh as much.
  tier: 4,
  // What a model does with other kinds of task says little of this one.
  all: 6,
  // Other prompts of the same kind say more.
  kind: 12,
} as const;

/** Combines the counts of a model of this tier. More good outcomes at any level never lower the probability. */
export function beliefOf({ signature, kind, all }: OutcomeCounts, tier: Tier): Belief {
  const prior = PRIORS[tier];
  const start = { good: prior * STRENGTHS.tier, bad: (1 - prior) * STRENGTHS.tier };
  const known = add(atMost(add(start, rest(all, kind)), STRENGTHS.all), rest(kind, signature));
  const { good, bad } = add(atMost(known, STRENGTHS.kind), signature);
  const sum = good + bad;
  return { probability: good / sum, deviation: Math.sqrt((good * bad) / (sum * sum * (sum + 1))) };
}

const add = (a: OutcomeCount, b: OutcomeCount): OutcomeCount => ({
  good: a.good + b.good,
  bad: a.bad + b.bad,
});

/** What is in the whole and not in the part, so that no outcome counts twice. */
const rest = (whole: OutcomeCount, part: OutcomeCount): OutcomeCount => ({
  good: Math.max(0, whole.good - part.good),
  bad: Math.max(0, whole.bad - part.bad),
});

/** The same share, of no more than `strength` outcomes. */
function atMost(count: OutcomeCount, strength: number): OutcomeCount {
  const factor = Math.min(1, strength / (count.good + count.bad));
  return { good: count.good * factor, bad: count.bad * factor };
}
