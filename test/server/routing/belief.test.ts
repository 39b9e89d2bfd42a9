import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TIERS } from '../../../protocol/routing.ts';
import type { OutcomeCount, OutcomeCounts } from '../../../server/pipeline/ports.ts';
import { beliefOf } from '../../../server/routing/belief.ts';

const NOTHING: OutcomeCount = { good: 0, bad: 0 };
const UNKNOWN: OutcomeCounts = { signature: NOTHING, kind: NOTHING, all: NOTHING };
const sum = (a: OutcomeCount, b: OutcomeCount) => ({ good: a.good + b.good, bad: a.bad + b.bad });

/** Counts of which each is part of the next. */
const nested = (signature: OutcomeCount, otherOfKind = NOTHING, others = NOTHING): OutcomeCounts => {
  const kind = sum(signature, otherOfKind);
  return { signature, kind, all: sum(kind, others) };
};

const count = fc.record({
  good: fc.double({ min: 0, max: 500, noNaN: true }),
  bad: fc.double({ min: 0, max: 500, noNaN: true }),
});

test('Before anything was seen a higher tier is believed to do better, none to be perfect, and all are unsure', () => {
  const beliefs = TIERS.map((tier) => beliefOf(UNKNOWN, tier));
  const probabilities = beliefs.map(({ probability }) => probability);
  assert.deepEqual(probabilities, probabilities.toSorted());
  assert.equal(new Set(probabilities).size, TIERS.length);
  for (const { probability, deviation } of beliefs) {
    assert.ok(probability > 0.5 && probability < 1);
    assert.ok(deviation > 0.1);
  }
});

test('What a signature did often is believed, whatever its tier and its kind say', () => {
  const counts = nested({ good: 190, bad: 10 }, { good: 0, bad: 300 });
  for (const tier of TIERS) {
    const { probability, deviation } = beliefOf(counts, tier);
    assert.ok(Math.abs(probability - 0.95) < 0.06, String(probability));
    assert.ok(deviation < 0.03);
  }
});

test('A signature that was never seen is believed to be as its kind, and an unseen kind as all the others', () => {
  const failing = { good: 0, bad: 50 };
  const doing = { good: 50, bad: 0 };
  assert.ok(beliefOf(nested(NOTHING, failing, doing), 'middle').probability < 0.2);
  assert.ok(beliefOf(nested(NOTHING, doing, failing), 'middle').probability > 0.8);
  assert.ok(beliefOf(nested(NOTHING, NOTHING, failing), 'middle').probability < 0.2);
});

test('What a model did with other kinds leaves more doubt than as many outcomes of this kind', () => {
  const doing = { good: 40, bad: 10 };
  const { deviation: ofKind } = beliefOf(nested(NOTHING, doing), 'small');
  const { deviation: ofAll } = beliefOf(nested(NOTHING, NOTHING, doing), 'small');
  assert.ok(ofKind < ofAll);
});

test('One outcome does not turn a belief', () => {
  const { probability } = beliefOf(nested({ good: 0, bad: 1 }), 'frontier');
  assert.ok(probability > 0.7);
});

test('A belief is a probability with a finite doubt, whatever was counted', () => {
  fc.assert(
    fc.property(count, count, count, fc.constantFrom(...TIERS), (signature, kind, all, tier) => {
      for (const counts of [nested(signature, kind, all), { signature, kind, all }]) {
        const { probability, deviation } = beliefOf(counts, tier);
        assert.ok(probability > 0 && probability < 1);
        assert.ok(deviation > 0 && deviation < 0.5);
      }
    }),
  );
});

test('One more good outcome at any level never lowers the probability, and one more bad never raises it', () => {
  const counts = fc.tuple(count, count, count);
  fc.assert(
    fc.property(counts, fc.nat({ max: 2 }), fc.constantFrom(...TIERS), (levels, level, tier) => {
      const believed = (more: OutcomeCount) => {
        const [signature, kind, all] = levels.map((one, index) => (index === level ? sum(one, more) : one));
        return beliefOf(nested(signature ?? NOTHING, kind, all), tier).probability;
      };
      assert.ok(believed({ good: 1, bad: 0 }) >= believed(NOTHING) - 1e-12);
      assert.ok(believed({ good: 0, bad: 1 }) <= believed(NOTHING) + 1e-12);
    }),
    { numRuns: 500 },
  );
});
