import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { termsOf } from '../../../server/fitting/terms.ts';
import { EVIDENCE_PRIORS, SIGNAL_COUNT, signalsOf } from '../../../server/routing/signals.ts';
import { createWordEvidence, featuresOf } from '../../../server/routing/word-evidence.ts';
import { createRandom } from '../../support/random.ts';

const about = (text: string, signals: readonly number[] = []) => featuresOf(termsOf(text), signals);

const POETRY = ['a poem of autumn leaves', 'some verses about the sea', 'rhyme of winter nights'];
const PROOFS = ['prove the theorem of groups', 'derive a bound on primes', 'a lemma about fields'];

/** A learner that has seen poems go well and proofs go wrong, mixed, `times` each. */
function taught(times: number, signalCount = 0) {
  const evidence = createWordEvidence(signalCount);
  for (let time = 0; time < times; time++) {
    evidence.learn(about(POETRY[time % 3] ?? ''), true);
    evidence.learn(about(PROOFS[time % 3] ?? ''), false);
  }
  return evidence;
}

test('Before anything was learnt every request is as likely to go well as not', () => {
  assert.equal(createWordEvidence(0).probability(about('anything')), 0.5);
});

test('Requests whose words went well are likely to go well, and the others not, new ones too', () => {
  const evidence = taught(300);
  assert.ok(evidence.probability(about('a poem about winter')) > 0.65);
  assert.ok(evidence.probability(about('prove the lemma')) < 0.35);
  assert.equal(evidence.outcomes(), 600);
});

test('A few outcomes move it little', () => {
  const { probability } = taught(2);
  assert.ok(Math.abs(probability(about(POETRY[0] ?? '')) - 0.5) < 0.02);
});

test('What is held before is the answer until something was learnt, and can be unlearnt', () => {
  const evidence = createWordEvidence(1, null, { logOdds: 0, ofSignals: [-3] });
  const long = about('word', [1]);
  const before = evidence.probability(long);
  assert.ok(Math.abs(before - 1 / (1 + Math.exp(3))) < 1e-6);
  assert.equal(evidence.probability(about('word', [0])), 0.5);
  for (let time = 0; time < 2000; time++) evidence.learn(long, true);
  assert.ok(evidence.probability(long) > 0.5);
});

test('A long request needs a capable model more than a short one, before anything was learnt', () => {
  const need = (content: string) => {
    const parts = {
      messages: [{ role: 'user', content }],
      kind: 'answer',
      tools: [],
      responseFormat: null,
    } as const;
    const { terms, values } = signalsOf(parts);
    const probability = (head: 'lesser' | 'capable') =>
      createWordEvidence(SIGNAL_COUNT, null, EVIDENCE_PRIORS[head]).probability(featuresOf(terms, values));
    return probability('capable') - probability('lesser');
  };
  assert.ok(need('word '.repeat(300)) > need('word word'));
});

test('A learner that was saved goes on as if nothing had happened', () => {
  const evidence = taught(20);
  const again = createWordEvidence(0, evidence.save());
  const request = about('a poem about primes');
  assert.equal(again.probability(request), evidence.probability(request));
  assert.deepEqual([again.outcomes(), again.average()], [evidence.outcomes(), evidence.average()]);
  again.learn(request, false);
  evidence.learn(request, false);
  assert.deepEqual(again.save(), evidence.save());
});

test('A saved state does not change with what is learnt afterwards', () => {
  const evidence = taught(5);
  const saved = evidence.save();
  const copy = Uint8Array.from(saved);
  evidence.learn(about('more'), true);
  assert.deepEqual(saved, copy);
});

for (const [what, state] of [
  ['of another length', new Uint8Array(8)],
  ['of other signals', taught(5, 3).save()],
  ['of another form', new Uint8Array(taught(1).save().byteLength)],
  [
    'that is noise',
    Uint8Array.from(
      { length: taught(1).save().byteLength },
      (
        (random) => () =>
          random() * 256
      )(createRandom(1)),
    ),
  ],
] as const)
  test(`A saved state ${what} is left, and learning begins anew`, () => {
    const evidence = createWordEvidence(0, state);
    assert.equal(evidence.outcomes(), 0);
    assert.equal(evidence.probability(about('anything')), 0.5);
  });

test('Any request has features of finite weight, and a probability', () => {
  const evidence = taught(10);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const features = about(text);
      assert.ok(features.weights.every(Number.isFinite));
      evidence.learn(features, true);
      const probability = evidence.probability(features);
      assert.ok(probability > 0 && probability < 1);
    }),
    { numRuns: 100 },
  );
});

test('A long request is read at its beginning only', () => {
  const { buckets } = about('one two three four '.repeat(20_000));
  assert.ok(buckets.length < 20);
  assert.deepEqual(about(`${'word '.repeat(700)}end`), about(`${'word '.repeat(700)}other`));
});

test('Where nearly all answers are good, no request is held to be worse for that few were seen', () => {
  const evidence = createWordEvidence(0);
  assert.equal(evidence.average(), 0.5);
  for (let time = 0; time < 100; time++) {
    evidence.learn(about(POETRY[time % 3] ?? ''), time % 10 > 0);
    assert.ok(Math.abs(evidence.probability(about('untold things')) - evidence.average()) < 0.12);
  }
  assert.ok(evidence.average() > 0.65);
});

test('A request of words that went well is above the average, and one of words that went wrong below', () => {
  const evidence = taught(100);
  assert.ok(evidence.probability(about('a poem about winter')) > evidence.average());
  assert.ok(evidence.probability(about('prove the lemma')) < evidence.average());
});
