/** Answers that do not pass, and what is asked for instead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultSettings } from '../../../protocol/settings.ts';
import { compose } from '../../../server/pipeline/compose.ts';
import type { AnswerOutcome, GateVerdict } from '../../../server/pipeline/ports.ts';
import { isShown, settled } from '../../../server/pipeline/shown.ts';
import type { Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { cascade } from '../../../server/pipeline/stages/cascade.ts';
import { deadline } from '../../../server/pipeline/stages/deadline.ts';
import { LADDER, makeAutoCall, rungOf } from '../../support/ladders.ts';
import { collect, evenRouter, makeCall, openGates, testClock } from '../../support/pipeline-fakes.ts';
import {
  actionsOf,
  answers,
  attemptsOf,
  codeOf,
  fails,
  fault,
  hangs,
  type Leg,
  readTo,
  reasonsOf,
  scriptedLegs,
  textOf,
} from '../../support/scripted-legs.ts';

const PASSED: GateVerdict = { passed: true, certain: false, complaints: [], notes: [] };
const BAD: GateVerdict = {
  passed: false,
  certain: true,
  complaints: [{ gate: 'bad', why: 'It says "bad".' }],
  notes: [],
};

/** The stage over scripted requests; an answer that contains "bad" does not pass. */
function setUp(...legs: readonly Leg[]) {
  const provider = scriptedLegs(...legs);
  const learnt: [string, AnswerOutcome][] = [];
  const stage = cascade({
    gates: { ...openGates, judge: ({ text }) => Promise.resolve(text.includes('bad') ? BAD : PASSED) },
    router: { learn: (_callId, _provider, model, outcome) => void learnt.push([model, outcome]) },
  });
  return {
    provider,
    learnt,
    run: (call: Call) => collect(stage.run(call, provider.next)),
  };
}

/** As `route` leaves it: the first model is chosen, the rungs above it are left. */
const routedCall = (overrides: Partial<Call> = {}): Call => {
  const [first, ...above] = LADDER;
  return makeAutoCall({ ...first, ladder: above, chain: above, ...overrides });
};
const endOf = (events: readonly ReplyEvent[]) => events.find((event) => event.type === 'end');

const HELD = { ...defaultSettings(), cascadeShow: 'held' } as const;
/** What a reader sees in its order: texts, and where they are withdrawn. */
const seenOf = (events: readonly ReplyEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'text' ? [event.text] : event.type === 'withdrawn' ? ['(withdrawn)'] : [],
  );

test('an answer that passes is shown, and nobody else is asked', async () => {
  const { run, provider, learnt } = setUp(answers('fine'));
  const { events } = await run(routedCall());
  assert.equal(textOf(events), 'fine');
  assert.deepEqual(endOf(events), { type: 'end', reason: 'stop' });
  assert.equal(provider.calls.length, 1);
  assert.deepEqual(actionsOf(events), []);
  assert.deepEqual(learnt, [['small', 'unfaulted']]);
});

test('an answer that does not pass is no part of what is shown in the end; the next model is told what was wrong, and each is charged', async () => {
  const { run, provider, learnt } = setUp(answers('bad', 5), answers('bad too', 6), answers('good', 20));
  const { events } = await run(routedCall());
  assert.equal(textOf(events), 'good');
  assert.deepEqual(
    provider.calls.map(({ model }) => model.id),
    ['small', 'middle', 'frontier'],
  );
  assert.deepEqual(
    attemptsOf(events).map(({ cost }) => cost.nano),
    [5, 6, 20],
  );
  assert.deepEqual(actionsOf(events), ['cascade escalated', 'cascade escalated']);
  assert.match(
    reasonsOf(events)[0] ?? '',
    /^Test\/small: the answer does not pass \(bad\)\. Test\/middle is asked\.$/,
  );
  const [first, second, third] = provider.calls;
  assert.equal(first?.messages.length, 1);
  assert.equal(second?.messages.at(-1)?.content, 'It says "bad".');
  assert.equal(third?.messages.length, 2, 'one complaint at a time');
  assert.deepEqual(learnt, [
    ['small', 'failedGate'],
    ['middle', 'failedGate'],
    ['frontier', 'unfaulted'],
  ]);
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'routed' ? [event.route.model.id] : [])),
    ['middle', 'frontier'],
  );
});

test('an answer streams before it is checked, and one that does not pass is withdrawn with what is done instead', async () => {
  const { run } = setUp(answers('bad'), answers('good'));
  const { events } = await run(routedCall());
  assert.deepEqual(seenOf(events), ['bad', '(withdrawn)', 'good']);
  const withdrawn = events.find((event) => event.type === 'withdrawn');
  assert.match(withdrawn?.why ?? '', /does not pass \(bad\)\. Test\/middle is asked\.$/);
  assert.ok(
    events.findIndex(({ type }) => type === 'text') < events.findIndex(({ type }) => type === 'attempt'),
    'it is shown while it comes',
  );
});

test('an answer that is held is shown when it has passed, and none is withdrawn', async () => {
  const { run } = setUp(answers('bad'), answers('good'));
  const { events } = await run(routedCall({ settings: HELD }));
  assert.deepEqual(seenOf(events), ['good']);
  const types = events.map(({ type }) => type);
  assert.ok(types.lastIndexOf('attempt') < types.indexOf('text'), 'it is shown when it is complete');
});

test('where the better model only thought before it failed, the answer from before comes back', async () => {
  const thought: Leg = { ...fails('cutStream'), shows: [{ type: 'reasoning', text: 'hm' }] };
  const { run } = setUp(answers('bad'), thought);
  const { events, error } = await run(routedCall());
  assert.equal(error, null);
  assert.deepEqual(seenOf(events), ['bad', '(withdrawn)', '(withdrawn)', 'bad']);
  assert.deepEqual(endOf(events), { type: 'end', reason: 'stop', failedGates: ['bad'] });
});

test('a second try is at temperature 0.1, but for models that take none but their own', async () => {
  for (const [id, temperature] of [
    ['plain', 0.1],
    ['gpt-5.2', undefined],
    ['openai/o4-mini', undefined],
  ] as const) {
    const { run, provider } = setUp(answers('bad'), answers('good'));
    await run(routedCall({ ladder: [rungOf('middle', id)], sampling: { temperature: 0.8, seed: 4 } }));
    assert.deepEqual(provider.calls[1]?.sampling, {
      seed: 4,
      ...(temperature === undefined ? {} : { temperature }),
    });
  }
});

test('passing says more of a model where the call says what its answer has to be like', async () => {
  const { run, learnt } = setUp(answers('fine'));
  await run(routedCall({ responseFormat: { type: 'json_object' } }));
  assert.deepEqual(learnt, [['small', 'passedGate']]);
});

test('where the last model does not pass either, its answer is shown with what failed', async () => {
  const { run } = setUp(answers('bad'), answers('bad too'), answers('bad as well'));
  const { events, error } = await run(routedCall());
  assert.equal(error, null);
  assert.equal(textOf(events), 'bad as well');
  assert.deepEqual(endOf(events), { type: 'end', reason: 'stop', failedGates: ['bad'] });
  assert.equal(actionsOf(events).at(-1), 'cascade failedGates');
});

test('where the better model fails, the answer that did not pass is shown with what failed', async () => {
  const { run } = setUp(answers('bad'), fails('providerDown'));
  const { events, error } = await run(routedCall());
  assert.equal(error, null);
  assert.equal(textOf(events), 'bad');
  assert.deepEqual(endOf(events), { type: 'end', reason: 'stop', failedGates: ['bad'] });
  assert.equal(actionsOf(events).at(-1), 'cascade notReached');
});

test('where a fallback went up already, no model is asked twice', async () => {
  const asked: string[] = [];
  const stage = cascade({
    gates: { ...openGates, judge: () => Promise.resolve(BAD) },
    router: evenRouter(),
  });
  const next = async function* (call: Call) {
    asked.push(call.model.id);
    // "small" cannot be reached, and the stages below go on to "middle".
    const answering = call.model.id === 'small' ? rungOf('middle') : call;
    yield* scriptedLegs(answers('x')).next({ ...call, ...answering });
  };
  await collect(stage.run(routedCall(), next));
  assert.deepEqual(asked, ['small', 'frontier']);
});

test('a model that did not pass is no fallback for the next one', async () => {
  const { run, provider } = setUp(answers('bad'), answers('good'));
  const spare = rungOf('middle', 'spare', { name: 'Spare' });
  const [, ...above] = LADDER;
  await run(routedCall({ chain: [rungOf('small'), ...above, spare] }));
  assert.deepEqual(
    provider.calls[1]?.chain.map(({ model }) => model.id),
    ['frontier', 'spare'],
  );
});

test('what came before a first answer broke off is shown, as it would be of a named model', async () => {
  const { run } = setUp({ ...fails('cutStream'), shows: [{ type: 'text', text: 'half' }] });
  const { events, error } = await run(routedCall());
  assert.deepEqual([textOf(events), codeOf(error)], ['half', 'cutStream']);
});

test('a call that is cancelled during the second try ends cancelled, with both requests charged', async () => {
  const controller = new AbortController();
  const { run, provider } = setUp(answers('bad', 5), hangs(3));
  const reply = run(routedCall({ signal: controller.signal }));
  while (provider.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  const { events, error } = await reply;
  assert.equal(codeOf(error), 'cancelled');
  assert.deepEqual(
    attemptsOf(events).map(({ cost }) => cost.nano),
    [5, 3],
  );
  assert.equal(textOf(events), '');
});

test('where the time of the call is over before the better model answers, the answer from before comes back', async () => {
  const clock = testClock();
  const provider = scriptedLegs(answers('bad', 5), hangs(3));
  const stage = cascade({
    gates: { ...openGates, judge: () => Promise.resolve(BAD) },
    router: evenRouter(),
  });
  const reply = compose([deadline({ clock }), stage], provider.next)(routedCall());
  const { events, error } = await readTo(reply, clock);
  assert.equal(error, null);
  assert.equal(textOf(events), 'bad');
  assert.deepEqual(endOf(events), { type: 'end', reason: 'stop', failedGates: ['bad'] });
  assert.deepEqual(
    attemptsOf(events).map(({ errorCode }) => errorCode),
    [null, 'deadline'],
  );
});

test('the answer of a named model streams as it comes, and is marked where it certainly does not pass', async () => {
  const { run, provider } = setUp(answers('bad'));
  const { events } = await run(makeCall());
  assert.equal(textOf(events), 'bad');
  assert.ok(
    events.findIndex(({ type }) => type === 'text') < events.findIndex(({ type }) => type === 'attempt'),
  );
  assert.deepEqual(endOf(events), { type: 'end', reason: 'stop', failedGates: ['bad'] });
  assert.equal(provider.calls.length, 1);
});

test('whatever the answers are, what is shown is one whole answer, and every request is charged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), async (good) => {
      const { run, provider } = setUp(
        ...good.map((one, index) => answers(`${one ? 'fine' : 'bad'} ${index}`, index + 1)),
      );
      const { events } = await run(routedCall());
      const shown = good.indexOf(true) === -1 ? 2 : good.indexOf(true);
      assert.equal(textOf(events), `${good[shown] ? 'fine' : 'bad'} ${shown}`);
      assert.equal(provider.calls.length, shown + 1);
      assert.equal(attemptsOf(events).length, shown + 1);
      assert.equal(events.filter(({ type }) => type === 'end').length, 1);
    }),
    { numRuns: 20 },
  );
});

const leg = (): fc.Arbitrary<Leg> => {
  const shows = fc.array(
    fc.record({
      type: fc.constantFrom('text', 'reasoning', 'refusal'),
      text: fc.constantFrom('fine ', 'bad ', 'bad '),
    }),
    { maxLength: 4 },
  );
  const error = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('cutStream', 'providerDown', 'badRequest').map((code) => fault(code)),
    },
  );
  return fc
    .record({ shows, error, nano: fc.nat(9) })
    .map(({ error: thrown, ...rest }) => (thrown === undefined ? rest : { ...rest, error: thrown }));
};

test('whatever the models do, who honours what is withdrawn ends with what who waits ends with', async () => {
  let withdrawn = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(leg(), { minLength: 3, maxLength: 3 }), async (legs) => {
      const streamed = await setUp(...legs).run(routedCall());
      const held = await setUp(...legs).run(routedCall({ settings: HELD }));
      withdrawn += streamed.events.filter(({ type }) => type === 'withdrawn').length;
      const shown = (events: readonly ReplyEvent[]) => settled(events).filter(isShown);
      assert.deepEqual(shown(streamed.events), shown(held.events));
      assert.deepEqual(endOf(streamed.events), endOf(held.events));
      assert.deepEqual(attemptsOf(streamed.events), attemptsOf(held.events));
      assert.deepEqual(actionsOf(streamed.events), actionsOf(held.events));
      assert.equal(codeOf(streamed.error), codeOf(held.error));
      assert.ok(held.events.every(({ type }) => type !== 'withdrawn'));
    }),
    { numRuns: 200 },
  );
  assert.ok(withdrawn > 30, 'the traffic has answers that are withdrawn');
});
