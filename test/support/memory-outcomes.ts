/** Outcomes in plain memory, each counted anew whenever somebody asks: slow, and plainly what the ports say. */
import type { OutcomeCount, OutcomeObservation, Outcomes } from '../../server/pipeline/ports.ts';
import { fading, OUTCOME_WEIGHTS } from '../../server/routing/outcome-weights.ts';

/** Makes an empty store; `now` is in epoch milliseconds. */
export function createMemoryOutcomes(now: () => number = () => 0): Outcomes {
  const observations: OutcomeObservation[] = [];
  const learners = new Map<string, Uint8Array>();

  return {
    counts(signature, kind, provider, model) {
      const own = observations.filter((one) => one.provider === provider && one.model === model);
      const sumOf = (counts: (observation: OutcomeObservation) => boolean): OutcomeCount => {
        let good = 0;
        let bad = 0;
        for (const [index, observation] of own.entries()) {
          if (!counts(observation)) continue;
          const factor = fading(own.length - 1 - index, now() - observation.at);
          good += OUTCOME_WEIGHTS[observation.outcome].good * factor;
          bad += OUTCOME_WEIGHTS[observation.outcome].bad * factor;
        }
        return { good, bad };
      };
      return {
        signature: sumOf((one) => one.signature === signature),
        kind: sumOf((one) => one.kind === kind),
        all: sumOf(() => true),
      };
    },
    observe: (observation) => void observations.push(observation),
    learnerState: (learner) => {
      const state = learners.get(learner);
      return state === undefined ? null : Uint8Array.from(state);
    },
    saveLearner: (learner, state) => void learners.set(learner, Uint8Array.from(state)),
  };
}
