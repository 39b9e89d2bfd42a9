/** What every store of outcomes does, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TASK_KINDS } from '../../protocol/task-kind.ts';
import type { AnswerOutcome, OutcomeObservation, Outcomes } from '../../server/pipeline/ports.ts';
import {
  HALF_LIFE_MS,
  HALF_LIFE_OBSERVATIONS,
  OUTCOME_WEIGHTS,
} from '../../server/routing/outcome-weights.ts';
import { createMemoryOutcomes } from '../support/memory-outcomes.ts';

/** A store under test, the clock that it reads, and how to be rid of it. */
export interface OutcomesUnderTest {
  readonly outcomes: Outcomes;
  close(): void;
}

/** A clock that a test moves. */
export interface MovedClock {
  time: number;
}

const NOON = Date.UTC(2026, 10, 1, 12);
const NOTHING = { good: 0, bad: 0 };
const OUTCOMES = Object.keys(OUTCOME_WEIGHTS) as AnswerOutcome[];

/** An answer of gpt-5-mini to an explanation of signature "a" that a person kept. */
export const observationOf = (overrides: Partial<OutcomeObservation> = {}): OutcomeObservation => ({
  signature: 'a',
  kind: 'explain',
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  outcome: 'kept',
  at: NOON,
  ...overrides,
});

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

/** Runs the suite; `make` gives an empty store. */
export function outcomesContract(
  name: string,
  make: (now: () => number) => Promise<OutcomesUnderTest>,
): void {
  const check = (sentence: string, body: (outcomes: Outcomes, clock: MovedClock) => void) =>
    test(sentence, async () => {
      const clock = { time: NOON };
      const { outcomes, close } = await make(() => clock.time);
      try {
        body(outcomes, clock);
      } finally {
        close();
      }
    });
  const counts = (outcomes: Outcomes, signature = 'a') =>
    outcomes.counts(signature, 'explain', 'OpenAI', 'gpt-5-mini');

  describe(`The store of outcomes ${name}`, () => {
    check('knows nothing of what was never observed', (outcomes) => {
      assert.deepEqual(counts(outcomes), { signature: NOTHING, kind: NOTHING, all: NOTHING });
    });

    for (const outcome of OUTCOMES)
      check(`counts an answer that was ${outcome} for its signature, its kind and its model`, (outcomes) => {
        outcomes.observe(observationOf({ outcome }));
        const weight = OUTCOME_WEIGHTS[outcome];
        assert.deepEqual(counts(outcomes), { signature: weight, kind: weight, all: weight });
      });

    check('keeps signatures, kinds, models and providers apart', (outcomes) => {
      outcomes.observe(observationOf());
      const one = { good: 1, bad: 0 };
      assert.deepEqual(counts(outcomes, 'b'), { signature: NOTHING, kind: one, all: one });
      assert.deepEqual(outcomes.counts('b', 'code', 'OpenAI', 'gpt-5-mini'), {
        signature: NOTHING,
        kind: NOTHING,
        all: one,
      });
      for (const [provider, model] of [
        ['OpenAI', 'gpt-5'],
        ['OpenRouter', 'gpt-5-mini'],
      ] as const)
        assert.deepEqual(outcomes.counts('a', 'explain', provider, model).all, NOTHING);
    });

    check('counts an outcome half after as many later ones of the model as its half-life has', (outcomes) => {
      outcomes.observe(observationOf());
      for (let later = 0; later < HALF_LIFE_OBSERVATIONS; later++)
        outcomes.observe(observationOf({ signature: 'other', kind: 'code', outcome: 'undone' }));
      near(counts(outcomes).signature.good, 0.5);
      near(counts(outcomes).kind.good, 0.5);
      near(counts(outcomes).all.good, 0.5);
    });

    check('counts an outcome half after its half-life, and another one then in full', (outcomes, clock) => {
      outcomes.observe(observationOf());
      clock.time += HALF_LIFE_MS;
      near(counts(outcomes).signature.good, 0.5);
      outcomes.observe(observationOf({ at: clock.time, outcome: 'undone' }));
      near(counts(outcomes).signature.bad, 1);
    });

    check('does not let outcomes grow where the clock is set back', (outcomes, clock) => {
      outcomes.observe(observationOf());
      clock.time -= 10 * HALF_LIFE_MS;
      near(counts(outcomes).all.good, 1);
    });

    check('says at any time what adding up all observations says', (outcomes, clock) => {
      const expected = createMemoryOutcomes(() => clock.time);
      const step = fc.record({
        signature: fc.constantFrom('a', 'b'),
        kind: fc.constantFrom(...TASK_KINDS.slice(0, 2)),
        model: fc.constantFrom('small', 'large'),
        outcome: fc.constantFrom(...OUTCOMES),
        days: fc.nat({ max: 20 }),
      });
      fc.assert(
        fc.property(step, ({ days, ...what }) => {
          clock.time += days * 24 * 3_600_000;
          const observation = observationOf({ ...what, at: clock.time });
          outcomes.observe(observation);
          expected.observe(observation);
          for (const model of ['small', 'large']) {
            const [ours, theirs] = [outcomes, expected].map((store) =>
              store.counts('a', 'answer', 'OpenAI', model),
            );
            for (const level of ['signature', 'kind', 'all'] as const)
              for (const side of ['good', 'bad'] as const)
                near(ours?.[level][side] ?? Number.NaN, theirs?.[level][side] ?? Number.NaN);
          }
        }),
        { numRuns: 100 },
      );
    });

    check('keeps the last state of each learner, and does not see what its caller does to it', (outcomes) => {
      assert.equal(outcomes.learnerState('lesser'), null);
      const state = new Uint8Array([1, 2, 3]);
      outcomes.saveLearner('lesser', new Uint8Array([9]));
      outcomes.saveLearner('lesser', state);
      state.fill(0);
      assert.deepEqual(outcomes.learnerState('lesser'), new Uint8Array([1, 2, 3]));
      assert.equal(outcomes.learnerState('capable'), null);
    });
  });
}
