/** A call that names no model, through the whole list. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { farthingError } from '../../../protocol/errors.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { answerGates } from '../../../server/gates/checks.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import { NO_TOOLS } from '../../../server/pipeline/refusal-of-request.ts';
import type { Call } from '../../../server/pipeline/stage.ts';
import { createBudgetStore } from '../../../server/storage/budget-store.ts';
import { openMemoryDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import { LADDER, makeAutoCall, pricesOf } from '../../support/ladders.ts';
import {
  collect,
  evenRouter,
  fakeDependencies,
  makeCachePolicy,
  testClock,
} from '../../support/pipeline-fakes.ts';
import { type Leg, scriptedLegs, textOf } from '../../support/scripted-legs.ts';

const REFUSAL = "I'm sorry, but I can't help with that request.";
const says = (text: string, nano: number): Leg => ({ shows: [{ type: 'text', text }], nano });

async function setUp(context: TestContext, ...legs: readonly Leg[]) {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  const clock = testClock();
  const budgets = createBudgetStore(database, {
    now: clock.now,
    isAlive: () => true,
    passed: () => undefined,
  });
  const ledger = createLedgerStore(database, { settle: budgets.settle });
  const provider = scriptedLegs(...legs);
  const run = pipeline(
    fakeDependencies({
      clock,
      ledger,
      budgets,
      replies: createReplyStore(database),
      prices: pricesOf(),
      router: evenRouter(),
      gates: answerGates,
    }),
    provider.next,
  );
  let calls = 0;
  return {
    provider,
    budgets,
    ledger,
    async send(overrides: Partial<Call> = {}) {
      calls += 1;
      const { events, error } = await collect(
        run(makeAutoCall({ id: `call-${calls}`, startedAt: clock.now(), ...overrides })),
      );
      const last = events.at(-1);
      assert.equal(last?.type, 'receipt');
      return {
        events,
        receipt: last.receipt,
        text: textOf(events),
        error: error as { code?: string } | null,
      };
    },
  };
}

const actionsOf = ({ decisions }: Receipt) => decisions.map(({ stage, action }) => `${stage} ${action}`);

test('the cheap model answers, its answer is kept, and the next call is told whose it was', async (context) => {
  const { send, provider } = await setUp(context, says('Blue light is scattered more.', 10));
  const first = await send();
  assert.deepEqual(
    [first.receipt.model, first.receipt.cost.nano, first.receipt.outcome],
    ['small', 10, 'answered'],
  );
  assert.deepEqual(actionsOf(first.receipt), ['exactCache missed', 'route routed', 'exactCache stored']);
  const second = await send();
  assert.deepEqual(
    [second.receipt.model, second.receipt.cost.nano, second.receipt.outcome, second.text],
    ['small', 0, 'cached', 'Blue light is scattered more.'],
  );
  assert.equal(provider.calls.length, 1);
});

test('another preference is another request, and so is another ladder', async (context) => {
  const { send, provider } = await setUp(context, says('one', 10), says('two', 10), says('three', 10));
  await send();
  await send({ preference: 'best' });
  await send({ ladder: makeAutoCall().ladder.slice(1) });
  assert.equal(provider.calls.length, 3);
});

test('an answer that nothing was expected of is not given where something is', async (context) => {
  const { send, provider } = await setUp(context, says('Blue.', 10), says('total: 3', 10));
  await send();
  const expect = { matches: null, fields: ['total'], minLength: null, maxLength: null };
  assert.equal((await send({ expect })).text, 'total: 3');
  assert.equal((await send({ expect })).receipt.outcome, 'cached');
  assert.equal(provider.calls.length, 2);
});

test('an answer that was not checked is not given where answers are', async (context) => {
  const { send, provider } = await setUp(context, says(REFUSAL, 10), says('Blue light is scattered.', 10));
  assert.equal((await send({ off: new Set(['cascade']) })).text, REFUSAL);
  assert.equal((await send()).text, 'Blue light is scattered.');
  assert.equal(provider.calls.length, 2);
});

test('an answer that does not pass is paid for as waste, and the better one is kept', async (context) => {
  const { send, ledger } = await setUp(context, says(REFUSAL, 10), says('Blue light is scattered more.', 40));
  const { receipt, text } = await send();
  assert.equal(text, 'Blue light is scattered more.');
  assert.deepEqual([receipt.model, receipt.cost.nano, receipt.wasteNano], ['middle', 50, 10]);
  assert.ok(actionsOf(receipt).includes('cascade escalated'));
  assert.equal((await send()).receipt.model, 'middle', 'from the cache');
  const details = ledger.call('call-1');
  assert.deepEqual(
    details?.attempts.map(({ model, cost }) => [model, cost.nano]),
    [
      ['small', 10],
      ['middle', 40],
    ],
  );
});

test('of an answer that was shown and withdrawn nothing is kept', async (context) => {
  const { send } = await setUp(context, says(REFUSAL, 10), says('Blue light is scattered more.', 40));
  const first = await send();
  const texts = first.events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
  assert.deepEqual(texts, [REFUSAL, 'Blue light is scattered more.'], 'both were shown');
  const second = await send();
  assert.equal(second.receipt.outcome, 'cached');
  assert.deepEqual(
    second.events.flatMap((event) => (event.type === 'text' ? [event.text] : [])),
    ['Blue light is scattered more.'],
  );
});

test('an answer that nobody could better is shown with what failed, and never kept', async (context) => {
  const { send, provider } = await setUp(context, ...Array.from({ length: 6 }, () => says(REFUSAL, 10)));
  const { receipt, text } = await send();
  assert.equal(text, REFUSAL);
  assert.deepEqual(
    [receipt.outcome, receipt.model, receipt.cost.nano, receipt.cacheEntry],
    ['answered', 'frontier', 30, null],
  );
  assert.ok(actionsOf(receipt).includes('exactCache notStored'));
  await send();
  assert.equal(provider.calls.length, 6);
});

test('a call that may only have a kept answer is not routed', async (context) => {
  const { send } = await setUp(context);
  const { error, receipt } = await send({ cache: makeCachePolicy('only') });
  assert.equal(error?.code, 'notCached');
  assert.ok(!actionsOf(receipt).includes('route routed'));
});

test('a budget without room for all models leaves out the dearest, and holds what the others may cost together', async (context) => {
  const { send, budgets, provider } = await setUp(context, says('fine', 10));
  budgets.save(makeBudget({ unit: 'money', limit: 60, name: 'Lunch' }));
  const { receipt } = await send();
  assert.equal(receipt.outcome, 'answered');
  assert.match(receipt.decisions[0]?.why ?? '', /"Lunch".*So frontier may not answer\.$/);
  assert.deepEqual(
    provider.calls[0]?.ladder.map(({ model }) => model.id),
    ['middle'],
  );
});

test('a budget without room for any model refuses', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 9 }));
  const { error, receipt } = await send();
  assert.deepEqual([error?.code, receipt.outcome], ['overBudget', 'refused']);
});

test('a budget of one model leaves out that model and no other', async (context) => {
  const { send, budgets, provider } = await setUp(context, says('fine', 40));
  budgets.save(makeBudget({ unit: 'money', limit: 5, scope: 'model', value: 'small' }));
  const { receipt } = await send();
  assert.match(receipt.decisions[0]?.why ?? '', /So small may not answer\.$/);
  assert.deepEqual(
    [provider.calls[0]?.model.id, provider.calls[0]?.ladder.map(({ model }) => model.id)],
    ['middle', ['frontier']],
  );
});

test('a budget of one model that only the chain has refuses as it does of a model that is named', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 5, scope: 'provider', value: 'Spare' }));
  const { error, receipt } = await send({ chain: [spareOf('frontier')] });
  assert.deepEqual([error?.code, actionsOf(receipt)[0]], ['overBudget', 'budget refused']);
});

test('no model is left out for a budget of requests, which is as full without it', async (context) => {
  const { send, budgets } = await setUp(context, says('fine', 10));
  budgets.save(makeBudget({ unit: 'requests', limit: 1 }));
  await send();
  const { error, receipt } = await send({ messages: [{ role: 'user', content: 'another' }] });
  assert.equal(error?.code, 'overBudget');
  assert.deepEqual(
    actionsOf(receipt).filter((action) => action.startsWith('budget')),
    ['budget refused'],
  );
});

const spareOf = (id: string): Call['chain'][number] => {
  const { provider, model } = makeAutoCall();
  return { provider: { ...provider, name: 'Spare' }, model: { ...model, id } };
};

test('a budget holds what a call pays that goes on to a dear model after an answer that did not pass', async (context) => {
  const dear = spareOf('frontier');
  const call = { ladder: LADDER.slice(0, 2), chain: [dear] };
  const unsent = await setUp(context);
  // The two rungs take 50, and with 100 in the place of one of them 140.
  unsent.budgets.save(makeBudget({ unit: 'money', limit: 139, name: 'Lunch' }));
  assert.ok(
    actionsOf((await unsent.send({ ...call, cache: makeCachePolicy('bypass') })).receipt).includes(
      'budget narrowed',
    ),
  );
});

test('a model of the ladder that stands in the chain as well is held once', async (context) => {
  const { send, budgets } = await setUp(context, says('Blue light is scattered.', 10));
  budgets.save(makeBudget({ unit: 'money', limit: 150 }));
  const { receipt } = await send({ chain: [LADDER[2] as (typeof LADDER)[number]] });
  assert.deepEqual(actionsOf(receipt), ['exactCache missed', 'route routed', 'exactCache stored']);
});

test('a budget of requests takes a call for one, however many models it may need', async (context) => {
  const { send, budgets } = await setUp(context, says('fine', 10));
  budgets.save(makeBudget({ unit: 'requests', limit: 1 }));
  assert.equal((await send()).receipt.outcome, 'answered');
});

test('a cheap model that takes no tools is asked once: then the next one is, and it is remembered', async (context) => {
  const detail = `invalid_request_error, ${NO_TOOLS}`;
  const refusal = farthingError('badRequest', { provider: 'Test', status: 400, detail });
  const reads: Leg = { shows: [{ type: 'toolCall', id: '1', name: 'read', arguments: '{}' }], nano: 40 };
  const { send, provider } = await setUp(context, { error: refusal }, reads, reads);
  const tools = [{ name: 'read', parameters: { type: 'object' } }];
  const { receipt, error } = await send({ tools });
  assert.deepEqual([error, receipt.model, receipt.cost.nano], [null, 'middle', 40]);
  assert.ok(actionsOf(receipt).includes('boundOutput askedElsewhere'));
  assert.ok(actionsOf(receipt).includes('route leftOut'));
  await send({ tools, cache: makeCachePolicy('bypass') });
  assert.deepEqual(
    provider.calls.map(({ model }) => model.id),
    ['small', 'middle', 'middle'],
  );
});
