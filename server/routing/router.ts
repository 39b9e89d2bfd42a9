/**
 * Which models will do for a call: what became of their answers to such calls, moved by what the call's words say. Two
 * learners read the words: whether a lesser model does, and whether a capable one does.
 */
import type { Tier } from '../../protocol/routing.ts';
import type { AnswerOutcome, Clock, Expectation, Outcomes, Router } from '../pipeline/ports.ts';
import type { Call, Rung } from '../pipeline/stage.ts';
import { beliefOf } from './belief.ts';
import { OUTCOME_WEIGHTS } from './outcome-weights.ts';
import { EVIDENCE_PRIORS, SIGNAL_COUNT, signalsOf } from './signals.ts';
import { type Signature, signatureOf } from './signature.ts';
import { createWordEvidence, type Features, featuresOf, type WordEvidence } from './word-evidence.ts';

/** Answers whose outcome may still come, such as a person's asking for a better one. */
const MOST_REMEMBERED = 2000;

/** What the words may add or take, in log-odds: they never overrule what was seen often. */
const LONGEST_SHIFT = 1.5;

/** A learner is written down after so many outcomes, and when the daemon ends. */
const SAVED_EVERY = 20;

type Head = 'lesser' | 'capable';
const headOf = (tier: Tier): Head => (tier === 'local' || tier === 'small' ? 'lesser' : 'capable');

interface Judged {
  readonly signature: Signature;
  readonly features: Features;
  readonly reasons: readonly string[];
  readonly tiers: ReadonlyMap<string, Tier>;
}

/** The router, with what it has to write before the end. */
export interface LearningRouter extends Router {
  /** Writes down what was learnt. */
  flush(): void;
}

/** Makes it over what is remembered of outcomes. A store that fails costs the learning and never the call. */
export function createRouter(outcomes: Outcomes, clock: Clock): LearningRouter {
  const learners = new Map<Head, WordEvidence>();
  const judged = new Map<string, Judged>();
  let unsaved = 0;

  const learner = (head: Head): WordEvidence => {
    const known =
      learners.get(head) ??
      createWordEvidence(
        SIGNAL_COUNT,
        attempt(() => outcomes.learnerState(head)) ?? null,
        EVIDENCE_PRIORS[head],
      );
    learners.set(head, known);
    return known;
  };
  const flush = () => {
    if (unsaved === 0) return;
    unsaved = 0;
    for (const [head, evidence] of learners) attempt(() => outcomes.saveLearner(head, evidence.save()));
  };

  const look = (call: Call): Judged => {
    const { values, reasons, terms } = signalsOf(call);
    const fresh: Judged = {
      signature: signatureOf(call),
      features: featuresOf(terms, values),
      reasons,
      tiers: new Map(call.ladder.map((rung) => [placeOf(rung.provider.name, rung.model.id), rung.tier])),
    };
    // The last of them is what was sent: a call may be looked at again, with other messages.
    judged.delete(call.id);
    judged.set(call.id, fresh);
    const [oldest] = judged.keys();
    if (judged.size > MOST_REMEMBERED && oldest !== undefined) judged.delete(oldest);
    return fresh;
  };

  const expect = ({ signature, features }: Judged, { provider, model, tier }: Rung): Expectation => {
    const { hash, kind } = signature;
    const counts = attempt(() => outcomes.counts(hash, kind, provider.name, model.id)) ?? NOTHING;
    const belief = beliefOf(counts, tier);
    const evidence = learner(headOf(tier));
    const shift = logit(evidence.probability(features)) - logit(evidence.average());
    const probability = logistic(logit(belief.probability) + within(shift, LONGEST_SHIFT));
    const seen = Math.round(counts.signature.good + counts.signature.bad);
    return { probability, deviation: belief.deviation, seen };
  };

  return {
    judge(call) {
      const known = look(call);
      return { reasons: known.reasons, of: (rung) => expect(known, rung) };
    },
    learn(callId, provider, model, outcome) {
      const known = judged.get(callId);
      if (known === undefined) return;
      const { hash: signature, kind } = known.signature;
      attempt(() => outcomes.observe({ signature, kind, provider, model, outcome, at: clock.now() }));
      const tier = known.tiers.get(placeOf(provider, model));
      if (tier === undefined) return;
      learner(headOf(tier)).learn(known.features, isGood(outcome));
      unsaved += 1;
      if (unsaved >= SAVED_EVERY) flush();
    },
    flush,
  };
}

const isGood = (outcome: AnswerOutcome): boolean => OUTCOME_WEIGHTS[outcome].good > 0;
const placeOf = (provider: string, model: string): string => `${provider}/${model}`;

const NOTHING = {
  signature: { good: 0, bad: 0 },
  kind: { good: 0, bad: 0 },
  all: { good: 0, bad: 0 },
};

/** What could not be read or written is as if it were not there: the next outcome tries again. */
function attempt<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

const logit = (probability: number): number => {
  const kept = Math.min(0.99, Math.max(0.01, probability));
  return Math.log(kept / (1 - kept));
};
const logistic = (value: number): number => 1 / (1 + Math.exp(-value));
const within = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
