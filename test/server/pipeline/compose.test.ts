import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose } from '../../../server/pipeline/compose.ts';
import type { ReplyEvent, Stage } from '../../../server/pipeline/stage.ts';
import { collect, makeCall } from '../../support/pipeline-fakes.ts';
import { answer, scriptedProvider } from '../../support/scripted-provider.ts';

const note = (name: string): ReplyEvent => ({
  type: 'decision',
  decision: { stage: name, action: 'seen', why: name },
});

const passing = (name: string): Stage => ({
  name,
  optional: false,
  async *run(call, next) {
    yield note(`${name} before`);
    yield* next(call);
    yield note(`${name} after`);
  },
});

/** What a reader saw: the texts and the stages' words, in order. */
async function seen(
  stages: readonly Stage[],
  provider = scriptedProvider(answer('hello')),
): Promise<string[]> {
  const { events, error } = await collect(compose(stages, provider.next)(makeCall()));
  const words = events.map((event) =>
    event.type === 'decision'
      ? event.decision.action === 'degraded'
        ? 'degraded'
        : event.decision.why
      : event.type === 'text'
        ? event.text
        : event.type,
  );
  return error === null ? words : [...words, `threw ${(error as Error).message}`];
}

test('stages run from the first to the provider and their replies come back the other way', async () => {
  assert.deepEqual(await seen([passing('a'), passing('b')]), [
    'a before',
    'b before',
    'hello',
    'attempt',
    'end',
    'b after',
    'a after',
  ]);
});

test('a stage that answers by itself keeps the call from everything below it', async () => {
  const provider = scriptedProvider();
  const hit: Stage = {
    name: 'hit',
    optional: false,
    async *run() {
      yield { type: 'text', text: 'from the cache' };
    },
  };
  assert.deepEqual(await seen([hit, passing('below')], provider), ['from the cache']);
  assert.equal(provider.calls.length, 0);
});

test('a stage may hand a changed copy on, and the call itself stays as it was', async () => {
  const provider = scriptedProvider(answer('x'));
  const call = makeCall();
  const louder: Stage = {
    name: 'louder',
    optional: false,
    run: (given, next) => next({ ...given, messages: [{ role: 'user', content: 'LOUD' }] }),
  };
  await collect(compose([louder], provider.next)(call));
  assert.equal(provider.calls[0]?.messages[0]?.content, 'LOUD');
  assert.equal(call.messages[0]?.content, 'one two three');
});

const broken = (run: Stage['run']): Stage => ({ name: 'broken', optional: true, run });

test('an optional stage that fails before it called on is left out, and a decision says so', async () => {
  const stage = broken(() => {
    throw new Error('bug');
  });
  assert.deepEqual(await seen([stage]), ['degraded', 'hello', 'attempt', 'end']);
});

test('an optional stage that fails in the middle of a reply costs the reader no event of it', async () => {
  const stage = broken(async function* (call, next) {
    let count = 0;
    for await (const event of next(call)) {
      count += 1;
      if (count === 2) throw new Error('bug');
      yield event;
    }
  });
  assert.deepEqual(await seen([stage]), ['hello', 'degraded', 'attempt', 'end']);
});

test('an optional stage that fails after the end leaves the reply whole', async () => {
  const stage = broken(async function* (call, next) {
    yield* next(call);
    throw new Error('bug');
  });
  assert.deepEqual(await seen([stage]), ['hello', 'attempt', 'end', 'degraded']);
});

test('an error from below an optional stage goes up unchanged and nothing is sent twice', async () => {
  const provider = scriptedProvider({ events: [{ type: 'text', text: 'half' }], error: new Error('cut') });
  const stage = broken((call, next) => next(call));
  assert.deepEqual(await seen([stage], provider), ['half', 'threw cut']);
  assert.equal(provider.calls.length, 1);
});

test('a stage that is not optional may fail the call', async () => {
  const stage: Stage = {
    name: 'budget',
    optional: false,
    run() {
      throw new Error('refused');
    },
  };
  await assert.rejects(async () => seen([stage]), /refused/);
});
