import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Budget } from '../../../protocol/budgets.ts';
import { farthingError } from '../../../protocol/errors.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Call, Next } from '../../../server/pipeline/stage.ts';
import { createBudgetStore } from '../../../server/storage/budget-store.ts';
import { openMemoryDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { makeBudget } from '../../support/budget-fixtures.ts';
import {
  collect,
  FAKE_PRICES,
  fakeDependencies,
  fakePrices,
  makeCachePolicy,
  makeCall,
  openBudgets,
  testClock,
} from '../../support/pipeline-fakes.ts';
import { answer } from '../../support/scripted-provider.ts';
import { turnsUntil } from '../../support/turns.ts';

/**
 * Answers everything with the same text, or refuses the key each time, and notes which model was asked; waits for `gate`
 * where there is one.
 */
function echo(
  gate: Promise<void> | null = null,
  fails = false,
): { readonly next: Next; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    next: async function* (call) {
      asked.push(call.model.id);
      await gate;
      if (fails) throw farthingError('keyRefused', { provider: call.provider.name });
      for (const event of answer('hello').events)
        yield event.type === 'attempt'
          ? { ...event, attempt: { ...event.attempt, provider: call.provider.name, model: call.model.id } }
          : event;
    },
  };
}

async function setUp(
  context: TestContext,
  { gate = null as Promise<void> | null, prices = fakePrices(), fails = false } = {},
) {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  const clock = testClock();
  const budgets = createBudgetStore(database, {
    now: clock.now,
    isAlive: () => true,
    passed: () => undefined,
  });
  const ledger = createLedgerStore(database, { settle: budgets.settle });
  const provider = echo(gate, fails);
  const run = pipeline(fakeDependencies({ clock, budgets, ledger, prices }), provider.next);
  let calls = 0;
  return {
    budgets,
    ledger,
    clock,
    asked: provider.asked,
    run,
    async send(overrides: Partial<Call> = {}) {
      calls += 1;
      const { events, error } = await collect(
        run(makeCall({ id: `call-${calls}`, startedAt: clock.now(), ...overrides })),
      );
      const last = events.at(-1);
      assert.equal(last?.type, 'receipt');
      return { receipt: last.receipt, code: (error as { code?: string } | null)?.code ?? null, error };
    },
  };
}

const question = (content: string): Partial<Call> => ({ messages: [{ role: 'user', content }] });
const decisionsOf = (receipt: Receipt) =>
  receipt.decisions.filter(({ stage }) => stage === 'budget').map(({ action }) => action);

/** 3 words at 1 nano-dollar and the assumed output at 10. */
const WORST = 3 * FAKE_PRICES.input + 100 * FAKE_PRICES.output;
const SETTINGS = { ...defaultSettings(), budgetOutputTokens: 100 };
const money = (limit: number, more: Partial<Budget> = {}) => makeBudget({ unit: 'money', limit, ...more });

test('a call whose worst case does not fit is refused before it is sent, and says which budget and what to do', async (context) => {
  const { send, budgets, asked } = await setUp(context);
  budgets.save(money(WORST - 1, { name: 'Lunch' }));
  const { code, error, receipt } = await send({ settings: SETTINGS });
  assert.equal(code, 'overBudget');
  assert.match(
    (error as Error).message,
    /"Lunch".* alone may take \$0\.000001 of \$0\.000001 \(100 output tokens assumed\)\. Raise or pause it.* set maxTokens .*farthing\.budgets\.outputTokens/,
  );
  assert.deepEqual([receipt.outcome, receipt.cost.nano, asked.length], ['refused', 0, 0]);
  assert.deepEqual(decisionsOf(receipt), ['refused']);
  assert.match(
    receipt.decisions[0]?.why ?? '',
    /"Lunch" has no room for the worst case .* So it is not sent\.$/,
  );
});

test('a call whose worst case fits is sent, and the budget then holds what it cost', async (context) => {
  const { send, budgets, clock } = await setUp(context);
  budgets.save(money(WORST));
  const { receipt } = await send({ settings: SETTINGS });
  assert.equal(receipt.outcome, 'answered');
  const [state] = budgets.states(clock.now());
  assert.deepEqual([state?.used, state?.reserved], [receipt.cost.nano, 0]);
});

test("a call's own limit of output is its worst case", async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(100));
  assert.equal((await send({ settings: SETTINGS, sampling: { maxTokens: 5 } })).receipt.outcome, 'answered');
});

test('a kept answer is given though the budget has no room, since it costs nothing', async (context) => {
  const { send, budgets, asked } = await setUp(context);
  await send(question('a b c'));
  budgets.save(makeBudget({ limit: 1 }));
  assert.equal((await send(question('d e f'))).code, 'overBudget');
  const { receipt } = await send(question('a b c'));
  assert.deepEqual([receipt.outcome, receipt.cost.nano, asked.length], ['cached', 0, 1]);
  assert.equal(
    (await send({ ...question('a b c'), cache: makeCachePolicy('refresh') })).code,
    'overBudget',
    'who wants a fresh answer is not given a kept one',
  );
});

test('what is used and what the call may take are said together, with the limit that is its own', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(WORST, { limit: 1000 }));
  await send({ ...question('a'), sampling: { maxTokens: 50 } });
  const { error } = await send({ ...question('b'), sampling: { maxTokens: 99 } });
  assert.match(
    (error as Error).message,
    /may take \$\S+ \(99 output tokens\): \$\S+ of \$0\.000001 used or held until .* set a lower maxTokens, or wait\.$/,
  );
});

test('a prompt file is named as people know it, and not by its address', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(1, { scope: 'job', name: 'Each prompt' }));
  const { attribution } = makeCall();
  const { receipt, error } = await send({
    attribution: { ...attribution, job: 'file:///home/ada/my%20notes/review.prompt.md' },
  });
  for (const text of [(error as Error).message, receipt.decisions[0]?.why ?? ''])
    assert.match(text, /"Each prompt: review\.prompt\.md"/);
});

test('a rate limit is said to be one, with the seconds to wait', async (context) => {
  const { send, budgets, clock } = await setUp(context);
  budgets.save(makeBudget({ limit: 1, window: 'minute', scope: 'feature', name: 'Rate' }));
  await send(question('a'));
  clock.advance(20_000);
  const { code, error } = await send(question('b'));
  assert.equal(code, 'overRate');
  assert.match((error as Error).message, /"Rate: test" of 1 request a minute.*40 s/);
  assert.doesNotMatch((error as Error).message, /output/, 'requests are not less with fewer tokens');
  clock.advance(40_000);
  assert.equal((await send(question('b'))).receipt.outcome, 'answered');
});

test('who asks for more than a whole limit is not told to wait for the next window', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(makeBudget({ id: 'rate', unit: 'tokens', limit: 102, window: 'minute' }));
  const rated = await send({ settings: SETTINGS });
  assert.equal(rated.code, 'overRate');
  assert.match(
    (rated.error as Error).message,
    /alone may take 103 tokens.*lower farthing\.budgets\.outputTokens/,
  );
  assert.doesNotMatch((rated.error as Error).message, /Try again/);
  budgets.delete('rate');
  budgets.save(money(100));
  const spent = await send({ settings: SETTINGS });
  assert.match(
    (spent.error as Error).message,
    /alone may take \$0\.000001 of \$0\.0000001 .*set maxTokens in the front matter/,
  );
  assert.doesNotMatch((spent.error as Error).message, /wait/);
});

test('a budget that downgrades sends the call to the cheapest model of its provider', async (context) => {
  const prices = {
    ...fakePrices(),
    cost: (_provider: unknown, model: { id: string }) => ({
      nano: model.id === 'small' ? 5 : model.id === 'unpriced' ? null : 1000,
      priceVersion: 'fake@1',
    }),
  } as ReturnType<typeof fakePrices>;
  const { send, budgets, asked } = await setUp(context, { prices });
  const { provider, model } = makeCall();
  const models = ['unpriced', 'large', 'small'].map((id) => ({ ...model, id }));
  budgets.save(money(100, { action: 'downgrade' }));
  const { receipt } = await send({ provider: { ...provider, models } });
  assert.deepEqual(asked, ['small']);
  assert.equal(receipt.model, 'small');
  assert.deepEqual(decisionsOf(receipt), ['downgraded']);
  assert.doesNotMatch(receipt.decisions[0]?.why ?? '', /does not fit either/);
  budgets.save(money(4, { action: 'downgrade' }));
  const over = await send({ ...question('more'), provider: { ...provider, models } });
  assert.equal(over.receipt.model, 'small');
  assert.match(
    over.receipt.decisions.map(({ why }) => why).join(),
    /It goes to small instead of test-model\. Its worst case, \$0\.000000005, does not fit either, so the budget may be exceeded\./,
  );
});

test('a downgraded call goes on, where it fails, to nothing that may cost more than what it asked for', async (context) => {
  const nano: Readonly<Record<string, number | null>> = {
    'test-model': 1000,
    small: 5,
    dearer: 1001,
    equal: 1000,
  };
  const prices = {
    ...fakePrices(),
    cost: (_provider: unknown, model: { id: string }) => ({
      nano: nano[model.id] ?? null,
      priceVersion: 'fake@1',
    }),
  } as ReturnType<typeof fakePrices>;
  const { send, budgets, asked } = await setUp(context, { prices, fails: true });
  const { provider, model } = makeCall();
  const route = (id: string) => ({ provider: { ...provider, name: id }, model: { ...model, id } });
  budgets.save(money(100, { action: 'downgrade' }));
  const { receipt } = await send({
    provider: { ...provider, models: [{ ...model, id: 'small' }] },
    chain: ['dearer', 'equal', 'unpriced'].map(route),
  });
  assert.equal(receipt.outcome, 'failed');
  assert.deepEqual([...new Set(asked)], ['small', 'equal']);
});

test('where there is nothing cheaper a budget that downgrades lets the call pass and says so', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(1, { action: 'downgrade' }));
  const { receipt } = await send();
  assert.deepEqual([receipt.outcome, decisionsOf(receipt)], ['answered', ['notDowngraded']]);
});

test('a budget that warns lets the call pass and says so', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(1, { action: 'warn' }));
  const { receipt } = await send();
  assert.deepEqual([receipt.outcome, decisionsOf(receipt)], ['answered', ['warned']]);
});

test('the worst case is that of the dearest model that the call may go to', async (context) => {
  const prices = {
    ...fakePrices(),
    cost: (_provider: unknown, model: { id: string }) => ({
      nano: model.id === 'dear' ? 1000 : 5,
      priceVersion: 'fake@1',
    }),
  } as ReturnType<typeof fakePrices>;
  const { send, budgets } = await setUp(context, { prices });
  budgets.save(money(999));
  const { provider, model } = makeCall();
  const chain = [{ provider, model: { ...model, id: 'dear' } }];
  assert.equal((await send({ chain })).code, 'overBudget');
  assert.equal((await send({ chain, off: new Set(['fallback']) })).receipt.outcome, 'answered');
});

test('a price that nobody knows is refused under a budget of money, and told', async (context) => {
  const prices = { ...fakePrices(), cost: () => ({ nano: null, priceVersion: null }) };
  const { send, budgets } = await setUp(context, { prices });
  budgets.save(money(1e9));
  assert.equal((await send()).code, 'unpricedBudget');
});

test('neither the simulator nor a setting that switches budgets off asks for room', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(1));
  const { provider } = makeCall();
  assert.equal((await send({ provider: { ...provider, simulated: true } })).receipt.outcome, 'answered');
  const settings = { ...defaultSettings(), budgetsEnabled: false };
  assert.equal((await send({ ...question('other'), settings })).receipt.outcome, 'answered');
});

test('a prompt that leaves budgets out is still held by those that refuse', async (context) => {
  const { send, budgets } = await setUp(context);
  budgets.save(money(1, { id: 'warn', action: 'warn' }));
  const { receipt } = await send({ onlyRefusingBudgets: true });
  assert.deepEqual([receipt.outcome, decisionsOf(receipt)], ['answered', []]);
  budgets.save(money(1, { id: 'hard' }));
  assert.equal((await send({ ...question('other'), onlyRefusingBudgets: true })).code, 'overBudget');
});

/** Prices by model; one that is not named costs 1,000 nano-dollars. */
const pricesOf = (nanos: Readonly<Record<string, number | null>>) =>
  ({
    ...fakePrices(),
    cost: (_provider: unknown, { id }: { id: string }) => ({
      nano: id in nanos ? nanos[id] : 1000,
      priceVersion: 'fake@1',
    }),
  }) as ReturnType<typeof fakePrices>;

test('an unknown price is told of the model that has none, be it one that the call only falls back to', async (context) => {
  const { send, budgets } = await setUp(context, { prices: pricesOf({ secret: null }) });
  const { provider, model } = makeCall();
  const chain = [{ provider, model: { ...model, id: 'secret' } }];
  budgets.save(money(1e9));
  const { code, error } = await send({ chain });
  assert.equal(code, 'unpricedBudget');
  assert.match((error as Error).message, /price of secret is unknown/);
});

test('an unknown price under a budget that warns is said, and the call goes on', async (context) => {
  const { send, budgets, clock } = await setUp(context, {
    prices: { ...fakePrices(), cost: () => ({ nano: null, priceVersion: null }) },
  });
  budgets.save(money(1e9, { action: 'warn' }));
  const { receipt } = await send();
  const [said] = receipt.decisions.filter(({ stage }) => stage === 'budget');
  assert.equal(receipt.outcome, 'answered');
  assert.match(said?.why ?? '', /is not known, since .* has no price/);
  assert.equal(budgets.states(clock.now()).length, 1);
});

test('a simulated model in the chain takes no room, since a real call never goes there', async (context) => {
  const { send, budgets } = await setUp(context, { prices: pricesOf({ demo: null }) });
  const { provider, model } = makeCall();
  const chain = [{ provider: { ...provider, simulated: true }, model: { ...model, id: 'demo' } }];
  budgets.save(money(1000));
  assert.equal((await send({ chain })).receipt.outcome, 'answered');
});

test('a call that is downgraded is told of the other budgets that it exceeds, too', async (context) => {
  const { send, budgets } = await setUp(context, { prices: pricesOf({ small: 5 }) });
  const { provider, model } = makeCall();
  budgets.save(money(100, { action: 'downgrade' }));
  budgets.save(money(4, { id: 'tight', name: 'Tight', action: 'warn' }));
  const { receipt } = await send({ provider: { ...provider, models: [{ ...model, id: 'small' }] } });
  assert.deepEqual(decisionsOf(receipt), ['downgraded', 'warned']);
});

test('where nothing can be written, a kept answer is given still, and no new one under a budget that refuses', async () => {
  const unkept = { kind: 'unkept', budget: makeBudget({ name: 'Hard' }), cause: null } as const;
  const provider = echo();
  const dependencies = fakeDependencies();
  await collect(pipeline(dependencies, provider.next)(makeCall({ id: 'kept', ...question('a') })));
  const budgets = { ...openBudgets, watches: () => true, reserve: () => unkept };
  const run = pipeline({ ...dependencies, budgets }, provider.next);
  assert.equal((await collect(run(makeCall({ id: 'again', ...question('a') })))).error, null);
  const { events, error } = await collect(run(makeCall({ id: 'fresh', ...question('b') })));
  assert.equal((error as { code?: string }).code, 'budgetUnkept');
  assert.match((error as Error).message, /"Hard".*nothing is sent/);
  const last = events.at(-1);
  assert.equal(last?.type === 'receipt' && last.receipt.outcome, 'refused');
  assert.equal(provider.asked.length, 1);
});

test('where nothing can be written and no budget refuses, the call goes on and says that none looked at it', async () => {
  const failing = {
    ...openBudgets,
    watches: () => true,
    reserve: () => ({ kind: 'unkept', budget: null, cause: null }) as const,
  };
  const { events, error } = await collect(
    pipeline(fakeDependencies({ budgets: failing }), echo().next)(makeCall()),
  );
  assert.equal(error, null);
  const said = events.flatMap((event) =>
    event.type === 'decision' && event.decision.stage === 'budget' ? [event.decision.action] : [],
  );
  assert.deepEqual(said, ['degraded']);
});

test('who stops reading lets go of what the call held', async (context) => {
  const { budgets, clock, run } = await setUp(context);
  budgets.save(makeBudget());
  for await (const event of run(makeCall({ startedAt: clock.now() })))
    if (event.type === 'text') {
      assert.equal(budgets.states(clock.now())[0]?.reserved, 1);
      break;
    }
  assert.equal(budgets.states(clock.now())[0]?.reserved, 0);
});

test('without a budget that counts the call nothing is counted and nothing is asked', async () => {
  const refuse = () => assert.fail('nothing asks');
  const dependencies = fakeDependencies({
    budgets: { ...openBudgets, watches: () => false, reserve: refuse },
  });
  const counter = { ...dependencies.counter, countMessages: refuse, countTools: refuse };
  const { error } = await collect(pipeline({ ...dependencies, counter }, echo().next)(makeCall()));
  assert.equal(error, null);
});

test('of 1,000 calls at once a budget of exactly 100 lets exactly 100 through', async (context) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { send, budgets, asked, clock } = await setUp(context, { gate });
  // 1 word, then 2 tokens of output: 21 nano-dollars each at worst.
  budgets.save(money(100 * 21));
  budgets.save(makeBudget({ id: 'requests', limit: 100 }));
  const results = Array.from({ length: 1000 }, (_, index) =>
    send({ ...question(`question-${index}`), sampling: { maxTokens: 2 } }),
  );
  await turnsUntil(() => asked.length >= 100);
  open();
  const outcomes = (await Promise.all(results)).map(({ receipt }) => receipt.outcome);
  assert.equal(outcomes.filter((outcome) => outcome === 'answered').length, 100);
  assert.equal(outcomes.filter((outcome) => outcome === 'refused').length, 900);
  assert.equal(asked.length, 100);
  assert.deepEqual(
    budgets.states(clock.now()).map(({ reserved }) => reserved),
    [0, 0],
  );
});
