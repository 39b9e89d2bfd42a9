/** What is believed of models, and how that follows what became of their answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { farthingError } from '../../../protocol/errors.ts';
import { createRouter } from '../../../server/routing/router.ts';
import { LADDER, makeAutoCall } from '../../support/ladders.ts';
import { createMemoryOutcomes } from '../../support/memory-outcomes.ts';
import { makeCall, testClock } from '../../support/pipeline-fakes.ts';

const [SMALL, MIDDLE, FRONTIER] = LADDER as [(typeof LADDER)[0], (typeof LADDER)[0], (typeof LADDER)[0]];
const asking = (id: string, content: string, job: string | null = null) =>
  makeAutoCall({
    id,
    messages: [{ role: 'user', content }],
    attribution: { ...makeCall().attribution, job },
  });

function setUp() {
  const clock = testClock();
  const outcomes = createMemoryOutcomes(clock.now);
  return { clock, outcomes, router: createRouter(outcomes, clock) };
}

test('before anything is known, a more capable tier is believed to do more, and all of it is uncertain', () => {
  const judgement = setUp().router.judge(asking('a', 'Say why the sky is blue.'));
  const [small, middle, frontier] = LADDER.map((rung) => judgement.of(rung));
  assert.ok((small?.probability ?? 1) < (middle?.probability ?? 0));
  assert.ok((middle?.probability ?? 1) < (frontier?.probability ?? 0));
  for (const one of [small, middle, frontier])
    assert.deepEqual([one?.seen, (one?.deviation ?? 0) > 0.1], [0, true]);
});

test('a long request is believed harder than a short one before anything is known', () => {
  const { router } = setUp();
  const short = router.judge(asking('a', 'Say why the sky is blue.')).of(SMALL).probability;
  const long = router.judge(asking('b', 'Say why the sky is blue. '.repeat(2000))).of(SMALL).probability;
  assert.ok(long < short - 0.1);
});

test('what became of the answers of a prompt counts for its next runs, and less for others', () => {
  const { router } = setUp();
  for (let run = 0; run < 20; run++) {
    router.judge(asking(`a${run}`, 'Find the bug.', 'file:///bug.prompt.md'));
    router.learn(`a${run}`, SMALL.provider.name, SMALL.model.id, 'failedGate');
    router.learn(`a${run}`, FRONTIER.provider.name, FRONTIER.model.id, 'kept');
  }
  const own = router.judge(asking('b', 'Find the bug.', 'file:///bug.prompt.md'));
  const other = router.judge(asking('c', 'Translate this word.', 'file:///word.prompt.md'));
  const fresh = setUp().router.judge(asking('c', 'Translate this word.', 'file:///word.prompt.md'));
  assert.ok(own.of(SMALL).probability < 0.35, 'its own runs');
  assert.ok(own.of(SMALL).seen > 0 && own.of(SMALL).deviation < fresh.of(SMALL).deviation);
  assert.ok(own.of(FRONTIER).probability > 0.9);
  assert.ok(other.of(SMALL).probability < fresh.of(SMALL).probability, 'others of its kind');
  assert.ok(other.of(SMALL).probability > own.of(SMALL).probability);
  assert.equal(other.of(SMALL).seen, 0);
  assert.ok(Math.abs(other.of(MIDDLE).probability - fresh.of(MIDDLE).probability) < 0.1, 'another model');
});

test('of a call that was not judged nothing is learnt', () => {
  const { router, outcomes } = setUp();
  router.learn('nobody', SMALL.provider.name, SMALL.model.id, 'kept');
  const { signature } = outcomes.counts('x', 'answer', SMALL.provider.name, SMALL.model.id);
  assert.deepEqual(signature, { good: 0, bad: 0 });
});

test('what was learnt is there after a restart', () => {
  const { clock, outcomes, router } = setUp();
  for (let run = 0; run < 5; run++) {
    router.judge(asking(`a${run}`, 'Prove the theorem.'));
    router.learn(`a${run}`, SMALL.provider.name, SMALL.model.id, 'undone');
  }
  router.flush();
  const before = router.judge(asking('b', 'Prove the theorem.')).of(SMALL);
  const after = createRouter(outcomes, clock).judge(asking('b', 'Prove the theorem.')).of(SMALL);
  assert.deepEqual(after, before);
});

test('a store that fails costs the learning and never the call', () => {
  const fail = () => {
    throw farthingError('storageUnavailable', { file: 'x', detail: 'y' });
  };
  const router = createRouter(
    { counts: fail, observe: fail, learnerState: fail, saveLearner: fail },
    testClock(),
  );
  const { probability } = router.judge(asking('a', 'Say hello.')).of(SMALL);
  assert.ok(probability > 0 && probability < 1);
  for (let time = 0; time < 30; time++) router.learn('a', SMALL.provider.name, SMALL.model.id, 'kept');
  router.flush();
});
