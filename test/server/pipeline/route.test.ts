/** Which model of a ladder is asked first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PREFERENCES, type Tier } from '../../../protocol/routing.ts';
import type { Ability } from '../../../protocol/settings.ts';
import { createHealth } from '../../../server/pipeline/health.ts';
import type { Expectation } from '../../../server/pipeline/ports.ts';
import { createFormatMemory } from '../../../server/pipeline/response-formats.ts';
import type { Call } from '../../../server/pipeline/stage.ts';
import { route } from '../../../server/pipeline/stages/route.ts';
import { createWarmth } from '../../../server/pipeline/warmth.ts';
import { LADDER, makeAutoCall, pricesOf, rungOf } from '../../support/ladders.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { collect, evenRouter, fakeCounter, makeCall, testClock } from '../../support/pipeline-fakes.ts';
import { answers, fault, reasonsOf, scriptedLegs } from '../../support/scripted-legs.ts';

function setUp({
  formats = createFormatMemory(),
  beliefs = {} as Readonly<Partial<Record<Tier, number>>>,
  deviation = 0,
  prices = pricesOf(),
  random = 1,
} = {}) {
  const clock = testClock();
  const health = createHealth({ clock, changed: () => undefined });
  const provider = scriptedLegs(...Array.from({ length: 9 }, () => answers('fine')));
  const even = evenRouter(beliefs);
  const router = {
    ...even,
    judge: (call: Call) => ({
      reasons: ['code'],
      of: (rung: Parameters<ReturnType<typeof even.judge>['of']>[0]): Expectation => ({
        ...even.judge(call).of(rung),
        deviation,
      }),
    }),
  };
  const stage = route({
    warmth: createWarmth(clock),
    health,
    router,
    prices,
    counter: fakeCounter(),
    formats,
    history: createMemoryLedger(),
    random: () => random,
  });
  return {
    clock,
    health,
    provider,
    async asked(call: Partial<Call> = {}) {
      const { events } = await collect(stage.run(makeAutoCall(call), provider.next));
      return { events, sent: provider.calls.at(-1) as Call };
    },
  };
}

test('a call that names its model is left as it is', async () => {
  const { provider } = setUp();
  const stage = route({} as Parameters<typeof route>[0]);
  const call = makeCall();
  const { events } = await collect(stage.run(call, provider.next));
  assert.equal(provider.calls[0], call);
  assert.deepEqual(reasonsOf(events), []);
});

for (const [preference, beliefs, expected] of [
  ['frugal', { small: 0.6, middle: 0.8, frontier: 0.9 }, 'small'],
  ['balanced', { small: 0.6, middle: 0.8, frontier: 0.9 }, 'middle'],
  ['best', { small: 0.6, middle: 0.8, frontier: 0.9 }, 'frontier'],
  ['best', { small: 0.9, middle: 0.9, frontier: 0.9 }, 'small'],
  ['best', { small: 0.1, middle: 0.3, frontier: 0.2 }, 'frontier'],
] as const)
  test(`who wants ${preference} of models that do in ${Object.values(beliefs).join(', ')} gets ${expected}`, async () => {
    const { asked } = setUp({ beliefs });
    assert.equal((await asked({ preference })).sent.model.id, expected);
  });

test('what is uncertain goes one tier up', async () => {
  const beliefs = { small: 0.75, middle: 0.9, frontier: 0.95 };
  assert.equal((await setUp({ beliefs }).asked()).sent.model.id, 'small');
  assert.equal((await setUp({ beliefs, deviation: 0.12 }).asked()).sent.model.id, 'middle');
});

test('one call in twenty goes to a cheaper model that may do and of which little is known, to learn', async () => {
  const beliefs = { small: 0.75, middle: 0.9, frontier: 0.95 };
  const tried = setUp({ beliefs, deviation: 0.12, random: 0.04 });
  const { sent, events } = await tried.asked();
  assert.equal(sent.model.id, 'small');
  assert.match(reasonsOf(events)[0] ?? '', /one call in twenty/);
  assert.equal((await tried.asked({ preference: 'best' })).sent.model.id, 'frontier');
  const unlikely = setUp({ beliefs: { ...beliefs, small: 0.6 }, deviation: 0.12, random: 0.04 });
  assert.equal((await unlikely.asked()).sent.model.id, 'middle');
});

test('starting cheap has to pay: what is asked for again is paid for twice', async () => {
  const beliefs = { small: 0.66, frontier: 0.95 };
  const ladder = [rungOf('small'), rungOf('frontier')];
  const cheap = setUp({ beliefs, prices: pricesOf({ small: 10, frontier: 100 }) });
  assert.equal((await cheap.asked({ ladder })).sent.model.id, 'small');
  const dear = setUp({ beliefs, prices: pricesOf({ small: 70, frontier: 100 }) });
  assert.equal((await dear.asked({ ladder })).sent.model.id, 'frontier');
});

test('the rungs above the chosen one are left, for an answer that does not pass and for a fault', async () => {
  const chain = [rungOf('middle', 'spare', { name: 'Spare' })];
  const { sent } = await setUp({ beliefs: { small: 0.9 } }).asked({ chain });
  assert.deepEqual([sent.ladder.map(({ model }) => model.id)], [['middle', 'frontier']]);
  assert.deepEqual(
    sent.chain.map(({ model }) => model.id),
    ['middle', 'frontier', 'spare'],
  );
});

test('models of one tier stand in for each other where one fails, and none of them is a better answer', async () => {
  const ladder = [rungOf('small'), rungOf('frontier', 'one'), rungOf('frontier', 'two')];
  const prices = pricesOf({ small: 10, one: 100, two: 100 });
  const beliefs = { small: 0.1, frontier: 0.9 };
  const { sent } = await setUp({ beliefs, prices }).asked({ ladder });
  assert.equal(sent.model.id, 'one', 'of equals the first');
  assert.deepEqual(sent.ladder, []);
  assert.deepEqual(
    sent.chain.map(({ model }) => model.id),
    ['two', 'small'],
  );
});

test('a model that is too small for the call is left out, and where all are the dearest says so itself', async () => {
  const content = 'word '.repeat(50);
  const messages = [{ role: 'user', content }] as const;
  const some = setUp({ prices: pricesOf(undefined, { small: 100, middle: 1000 }) });
  assert.equal((await some.asked({ messages })).sent.model.id, 'middle');
  const none = setUp({ prices: pricesOf(undefined, { small: 10, middle: 10, frontier: 10 }) });
  assert.equal((await none.asked({ messages })).sent.model.id, 'small');
});

const TOOLS = [{ name: 'read' }];
const SCHEMA = { type: 'json_schema', name: 'a', schema: {} } as const;
const lacking = (tier: Tier, lacks: readonly Ability[]) => {
  const rung = rungOf(tier);
  return { ...rung, model: { ...rung.model, lacks } };
};

test('a model that does not take what the call has is left out, above the chosen one, too, and it is said', async () => {
  const ladder = [lacking('small', ['tools']), rungOf('middle'), lacking('frontier', ['schema', 'tools'])];
  const { asked } = setUp();
  const { sent, events } = await asked({ ladder, tools: TOOLS });
  assert.deepEqual([sent.model.id, sent.ladder, sent.chain], ['middle', [], []]);
  assert.equal(
    reasonsOf(events)[1],
    'Not asked: Test/small, which takes no tools; Test/frontier, which takes no tools.',
  );
  assert.equal((await asked({ ladder, responseFormat: SCHEMA })).sent.model.id, 'small');
  const plain = await asked({ ladder });
  assert.deepEqual([plain.sent.model.id, reasonsOf(plain.events).length], ['small', 1]);
});

test('what a model refused once it is not asked for again, and where all lack it the provider says so', async () => {
  const formats = createFormatMemory();
  formats.refused('Test/small', 'tools');
  formats.refused('Test/middle', 'json_schema');
  const { asked } = setUp({ formats });
  const both = await asked({ tools: TOOLS, responseFormat: SCHEMA });
  assert.equal(both.sent.model.id, 'frontier');
  assert.match(reasonsOf(both.events)[1] ?? '', /small, which takes no tools; .*middle, which takes no form/);
  const ladder = [lacking('small', ['tools']), lacking('middle', ['tools'])];
  const none = await asked({ ladder, tools: TOOLS });
  assert.deepEqual([none.sent.model.id, reasonsOf(none.events).length], ['small', 1]);
});

test('an endpoint that is paused is not asked first, unless there is no other', async () => {
  const { asked, health } = setUp();
  const ladder = [rungOf('small', 'small', { baseUrl: 'http://a.test/v1' }), rungOf('frontier')];
  const pause = (url: string) => {
    for (let time = 0; time < 5; time++) {
      const admission = health.admit(url);
      if (admission.admitted) admission.ended(fault('providerDown'));
    }
  };
  assert.equal((await asked({ ladder })).sent.model.id, 'small');
  pause('http://a.test/v1');
  assert.equal((await asked({ ladder })).sent.model.id, 'frontier');
  pause(rungOf('frontier').provider.baseUrl);
  assert.equal((await asked({ ladder })).sent.model.id, 'small');
});

test('a model that takes no temperature but its own is sent none, and the plan says so', async () => {
  const prices = pricesOf({ 'gpt-5-nano': 10, middle: 40 });
  const ladder = [rungOf('small', 'gpt-5-nano'), rungOf('middle')];
  const { events, sent } = await setUp({ prices }).asked({ ladder, sampling: { temperature: 0.2, seed: 1 } });
  assert.deepEqual([sent.model.id, sent.sampling], ['gpt-5-nano', { seed: 1 }]);
  assert.match(reasonsOf(events)[1] ?? '', /^gpt-5-nano takes no temperature but its own/);
  const other = await setUp().asked({ sampling: { temperature: 0.2 } });
  assert.deepEqual([other.sent.sampling, reasonsOf(other.events).length], [{ temperature: 0.2 }, 1]);
});

test('a model without a price is no bargain', async () => {
  const { asked } = setUp({ prices: pricesOf({ middle: 40, frontier: 100 }) });
  assert.equal((await asked()).sent.model.id, 'middle');
  const unknown = setUp({ prices: pricesOf({}) });
  assert.equal((await unknown.asked()).sent.model.id, 'small');
});

test('leaving a model whose cache is warm is priced in', async () => {
  const warm = pricesOf();
  const prices = {
    ...warm,
    cost: (...[provider, model, usage, ...rest]: Parameters<typeof warm.cost>) =>
      model.id === 'middle' && usage.cachedInputTokens > 0
        ? { nano: 5, priceVersion: 'fake@1' }
        : warm.cost(provider, model, usage, ...rest),
  };
  const { asked, clock, provider } = setUp({ prices });
  const attribution = { ...makeCall().attribution, job: 'file:///a.prompt.md' };
  const ladder = LADDER.slice(0, 2);
  assert.equal((await asked({ attribution, ladder })).sent.model.id, 'small');
  const stage = route({
    warmth: createWarmth(clock),
    health: createHealth({ clock, changed: () => undefined }),
    router: evenRouter(),
    prices,
    counter: fakeCounter(),
    formats: createFormatMemory(),
    history: createMemoryLedger(),
    random: () => 1,
  });
  const cachedAnswer = async function* () {
    for await (const event of scriptedLegs(answers('x')).next({ ...makeCall(), ...rungOf('middle') }))
      yield event.type === 'attempt'
        ? {
            ...event,
            attempt: {
              ...event.attempt,
              usage: { ...event.attempt.usage, inputTokens: 10, cachedInputTokens: 9 },
            },
          }
        : event;
  };
  const call = makeAutoCall({ attribution, ladder });
  await collect(stage.run(call, cachedAnswer));
  await collect(stage.run(call, provider.next));
  assert.equal(provider.calls.at(-1)?.model.id, 'middle', 'it is warm there');
  clock.advance(300_001);
  await collect(stage.run(call, provider.next));
  assert.equal(provider.calls.at(-1)?.model.id, 'small', 'and cold again');
});

test('the decision says which model, why, and what it saves against the most capable', async () => {
  const { events } = await setUp().asked();
  const [why] = reasonsOf(events);
  assert.match(
    why ?? '',
    /^Test\/small \(small\) is asked, of 3 models, for about .*: it will do with 90 %.*This call: code\.$/,
  );
  const decision = events.find((event) => event.type === 'decision');
  // 10, and of ten answers one that is asked for again: 40, and of ten one more at 100.
  assert.equal(decision?.decision.savedNano, 100 - 15);
});

test('what nobody would have been asked for without a choice is no saving, however dear it is', async () => {
  const { events } = await setUp({ prices: pricesOf({ small: 100, middle: 4000, frontier: 100 }) }).asked();
  assert.ok(events.every((event) => event.type !== 'decision' || event.decision.savedNano === undefined));
});

test('whatever is believed and whatever it costs, a call costs on average no more than it would without choosing', async () => {
  const share = fc.double({ min: 0.05, max: 0.99, noNaN: true });
  const nano = fc.nat(1000);
  await fc.assert(
    fc.asyncProperty(
      fc.record({ small: share, frontier: share }),
      fc.record({ small: nano, frontier: nano }),
      fc.constantFrom(...PREFERENCES),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      async (beliefs, costs, preference, deviation) => {
        const { asked } = setUp({ beliefs, deviation, prices: pricesOf(costs) });
        const { sent } = await asked({ preference, ladder: [rungOf('small'), rungOf('frontier')] });
        const chosen = sent.model.id as keyof typeof costs;
        const again = chosen === 'small' ? (1 - beliefs.small) * costs.frontier : 0;
        assert.ok(costs[chosen] + again <= costs.frontier);
      },
    ),
    { numRuns: 300 },
  );
});

test('what is paid on average for second tries comes with the choice, unless nothing is checked', async () => {
  const againIn = async (off: Call['off']) => {
    const { events } = await setUp().asked({ off });
    const routed = events.find((event) => event.type === 'routed');
    return routed?.againNano;
  };
  assert.equal(await againIn(new Set()), 5, 'of ten answers one at 40, and of ten of those one at 100');
  assert.equal(await againIn(new Set(['cascade'])), undefined);
});
