import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { BUDGET_SCOPES, type Budget, budgetKeys } from '../../../protocol/budgets.ts';
import type { BudgetThresholdParams } from '../../../protocol/messages.ts';
import type { OpenedCall } from '../../../server/pipeline/ports.ts';
import type { Attempt } from '../../../server/pipeline/stage.ts';
import { type BudgetStore, createBudgetStore } from '../../../server/storage/budget-store.ts';
import { type Database, openMemoryDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore, type LedgerStore } from '../../../server/storage/ledger-store.ts';
import { makeBudget, NOON, requestOf } from '../../support/budget-fixtures.ts';
import { attemptOf, openedCall, receiptOf, usageOf } from '../../support/ledger-fixtures.ts';

interface Scene {
  readonly database: Database;
  readonly budgets: BudgetStore;
  readonly ledger: LedgerStore;
  readonly told: BudgetThresholdParams[];
  /** Another process on the same database, with a token of its own. */
  other(): BudgetStore;
  /** Moves the clock on. */
  wait(milliseconds: number): void;
  /** Closes a call in the ledger, which settles it. */
  close(call: OpenedCall, attempts: readonly Attempt[]): void;
}

async function setUp(context: TestContext, alive: (pid: number) => boolean = () => true): Promise<Scene> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  let now = NOON;
  const told: BudgetThresholdParams[] = [];
  const make = () =>
    createBudgetStore(database, { now: () => now, isAlive: alive, passed: (one) => told.push(one) });
  const budgets = make();
  const ledger = createLedgerStore(database, { settle: budgets.settle });
  return {
    database,
    budgets,
    ledger,
    told,
    other: make,
    wait: (milliseconds) => {
      now += milliseconds;
    },
    close: (call, attempts) => ledger.close(call, receiptOf(call, attempts), attempts),
  };
}

const callOf = (callId: string, more: Partial<OpenedCall> = {}): OpenedCall =>
  openedCall(callId, {
    startedAt: NOON,
    attribution: {
      feature: 'prompt file',
      user: 'ada',
      job: null,
      workspace: 'engine',
      branch: null,
      tags: [],
    },
    ...more,
  });

const only = <Value>(values: readonly Value[]): Value => {
  const [one, ...more] = values;
  assert.ok(one !== undefined && more.length === 0, `one, not ${values.length}`);
  return one;
};

test('What is held and what is used together never exceed a budget that refuses', async (context) => {
  const { budgets, close } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 100 }));
  assert.equal(budgets.reserve(requestOf('a', 60)).kind, 'granted');
  assert.equal(budgets.reserve(requestOf('b', 50)).kind, 'refused');
  assert.equal(budgets.reserve(requestOf('b', 40)).kind, 'granted');
  close(callOf('a'), [attemptOf(25)]);
  const { used, reserved } = only(budgets.states(NOON));
  assert.deepEqual([used, reserved], [25, 40]);
  assert.equal(budgets.reserve(requestOf('c', 36)).kind, 'refused');
  assert.equal(budgets.reserve(requestOf('c', 35)).kind, 'granted');
});

test('A second request of a call replaces what it held', async (context) => {
  const { budgets } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 100 }));
  budgets.reserve(requestOf('a', 90));
  assert.equal(budgets.reserve(requestOf('a', 95)).kind, 'granted');
  assert.equal(only(budgets.states(NOON)).reserved, 95);
  budgets.release('a');
  assert.equal(only(budgets.states(NOON)).reserved, 0);
});

test('A call holds in all budgets that count it, or in none', async (context) => {
  const { budgets } = await setUp(context);
  budgets.save(makeBudget({ id: 'wide', limit: 100 }));
  budgets.save(makeBudget({ id: 'narrow', scope: 'workspace', value: 'engine', limit: 1 }));
  assert.equal(budgets.reserve(requestOf('a')).kind, 'granted');
  assert.equal(budgets.reserve(requestOf('b')).kind, 'refused');
  assert.equal(budgets.reserve(requestOf('c', 10, { workspace: 'website' })).kind, 'granted');
  assert.deepEqual(
    budgets.states(NOON).map(({ budget, reserved }) => [budget.id, reserved]),
    [
      ['wide', 2],
      ['narrow', 1],
    ],
  );
});

test('Of several ways that a call may go, a budget holds the dearest that it counts', async (context) => {
  const { budgets } = await setUp(context);
  budgets.save(makeBudget({ id: 'all', unit: 'money', limit: 1000 }));
  budgets.save(makeBudget({ id: 'model', unit: 'money', scope: 'model', value: 'cheap', limit: 1000 }));
  const worstCases = [
    ...requestOf('a', 10, { model: 'cheap' }).worstCases,
    ...requestOf('a', 90, { model: 'dear' }).worstCases,
  ];
  budgets.reserve(requestOf('a', 0, {}, { worstCases }));
  assert.deepEqual(
    budgets.states(NOON).map(({ reserved }) => reserved),
    [90, 10],
  );
});

for (const [action, expected, forced] of [
  ['refuse', 'refused', 'refused'],
  ['downgrade', 'downgrade', 'granted'],
  ['warn', 'granted', 'granted'],
] as const)
  test(`A budget that is to ${action} says "${expected}" where it has no room, and "${forced}" by force`, async (context) => {
    const { budgets } = await setUp(context);
    budgets.save(makeBudget({ unit: 'money', limit: 5, action }));
    assert.equal(budgets.reserve(requestOf('a')).kind, expected);
    const verdict = budgets.reserve(requestOf('a'), true);
    assert.equal(verdict.kind, forced);
    if (verdict.kind === 'granted') assert.deepEqual(only(verdict.tight).budget.action, action);
  });

test('Where the price is unknown a money budget refuses and says why, and counts of requests go on', async (context) => {
  const { budgets } = await setUp(context);
  budgets.save(makeBudget({ id: 'requests' }));
  assert.equal(budgets.reserve(requestOf('a', null)).kind, 'granted');
  budgets.save(makeBudget({ id: 'money', unit: 'money', limit: 100 }));
  const verdict = budgets.reserve(requestOf('b', null));
  assert.ok(verdict.kind === 'refused' && verdict.unpriced);
});

test('A budget that is paused holds nobody back and goes on counting', async (context) => {
  const { budgets, close } = await setUp(context);
  budgets.save(makeBudget({ limit: 1, paused: true }));
  for (const id of ['a', 'b', 'c']) {
    assert.equal(budgets.reserve(requestOf(id)).kind, 'granted');
    close(callOf(id), [attemptOf(1)]);
  }
  assert.equal(only(budgets.states(NOON)).used, 3);
  budgets.save(makeBudget({ limit: 3 }));
  assert.equal(budgets.reserve(requestOf('d')).kind, 'refused');
});

test('A prompt that leaves budgets out leaves out those that do not refuse', async (context) => {
  const { budgets } = await setUp(context);
  budgets.save(makeBudget({ id: 'warn', action: 'downgrade', limit: 1, unit: 'money' }));
  assert.equal(budgets.reserve(requestOf('a', 10, {}, { onlyRefusing: true })).kind, 'granted');
  budgets.save(makeBudget({ id: 'refuse', limit: 1, unit: 'money' }));
  assert.equal(budgets.reserve(requestOf('a', 10, {}, { onlyRefusing: true })).kind, 'refused');
});

test('A budget of each counts each by itself', async (context) => {
  const { budgets, close } = await setUp(context);
  budgets.save(makeBudget({ scope: 'tag', limit: 1 }));
  const tagged = (callId: string, tags: readonly string[]) =>
    budgets.reserve(requestOf(callId, 10, { tags })).kind;
  assert.equal(tagged('a', ['x', 'y']), 'granted');
  assert.equal(tagged('b', ['y', 'z']), 'refused');
  assert.equal(tagged('c', ['z']), 'granted');
  assert.equal(tagged('d', []), 'granted');
  close(callOf('a', { attribution: { ...callOf('a').attribution, tags: ['x', 'y'] } }), [attemptOf(1)]);
  assert.deepEqual(
    budgets.states(NOON).map(({ key, used, reserved }) => [key, used, reserved]),
    [
      ['x', 1, 0],
      ['y', 1, 0],
      ['z', 0, 1],
    ],
  );
});

test('Models and providers count what was sent to them, and the rest counts the call', async (context) => {
  const { budgets, close } = await setUp(context);
  budgets.save(makeBudget({ id: 'models', scope: 'model', unit: 'money', limit: 1000 }));
  budgets.save(makeBudget({ id: 'all', unit: 'money', limit: 1000 }));
  budgets.save(makeBudget({ id: 'requests', limit: 1000 }));
  close(callOf('a'), [attemptOf(3, { model: 'gpt-5-nano' }), attemptOf(5), attemptOf(7)]);
  assert.deepEqual(
    budgets.states(NOON).map(({ budget, key, used }) => [budget.id, key, used]),
    [
      ['models', 'gpt-5-mini', 12],
      ['models', 'gpt-5-nano', 3],
      ['all', '', 15],
      ['requests', '', 1],
    ],
  );
});

test('A cached answer and a simulated one count nowhere', async (context) => {
  const { budgets, close } = await setUp(context);
  budgets.save(makeBudget());
  budgets.reserve(requestOf('a'));
  close(callOf('a'), []);
  close(callOf('b', { simulated: true }), [attemptOf(1)]);
  const { used, reserved } = only(budgets.states(NOON));
  assert.deepEqual([used, reserved], [0, 0]);
});

test('A call counts in the window in which it began', async (context) => {
  const { budgets, close, wait } = await setUp(context);
  budgets.save(makeBudget({ window: 'hour', limit: 1 }));
  const late = NOON + 3_599_000;
  assert.equal(budgets.reserve(requestOf('a', 10, {}, { startedAt: late })).kind, 'granted');
  wait(3_600_000);
  const next = NOON + 3_600_000;
  assert.equal(budgets.reserve(requestOf('b', 10, {}, { startedAt: next })).kind, 'granted');
  close(callOf('a', { startedAt: late }), [attemptOf(1)]);
  const { used, reserved } = only(budgets.states(next));
  assert.deepEqual([used, reserved], [0, 1]);
  assert.equal(only(budgets.states(late)).used, 1);
});

test('A new budget counts what its window holds already, and an edited one counts anew', async (context) => {
  const { budgets, close } = await setUp(context);
  close(callOf('before', { startedAt: NOON - 86_400_000 }), [attemptOf(1000)]);
  close(callOf('a'), [attemptOf(10), attemptOf(20)]);
  close(callOf('b'), [attemptOf(null)]);
  budgets.save(makeBudget({ unit: 'money', limit: 100 }));
  const state = only(budgets.states(NOON));
  assert.deepEqual([state.used, state.unknownCalls], [30, 1]);
  budgets.save(makeBudget({ unit: 'requests' }));
  assert.equal(only(budgets.states(NOON)).used, 2);
  budgets.save(makeBudget({ unit: 'requests', window: 'month' }));
  assert.equal(only(budgets.states(NOON)).used, 3);
});

test('An interrupted call is one whose cost a budget does not know', async (context) => {
  const { database, budgets } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 100 }));
  assert.equal(only(budgets.states(NOON)).unknownCalls, 0);
  createLedgerStore(database, { pid: 1 }).open(callOf('a'));
  createLedgerStore(database, { pid: 2 }).recoverInterrupted(() => false);
  budgets.recount();
  assert.equal(only(budgets.states(NOON)).unknownCalls, 1);
});

test('Each threshold is told once for each window, of several at once the highest, after all is written', async (context) => {
  const { budgets, close, told } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 100, thresholds: [50, 90, 100] }));
  close(callOf('a'), [attemptOf(49)]);
  close(callOf('b'), [attemptOf(1)]);
  assert.equal(told.length, 1);
  close(callOf('c'), [attemptOf(1)]);
  close(callOf('d'), [attemptOf(70)]);
  assert.equal(told.length, 2);
  close(callOf('e'), [attemptOf(1)]);
  const tomorrow = NOON + 86_400_000;
  close(callOf('f', { startedAt: tomorrow }), [attemptOf(95)]);
  assert.deepEqual(
    told.map(({ threshold, state }) => [threshold, state.used]),
    [
      [50, 50],
      [100, 121],
      [90, 95],
    ],
  );
});

test('A limit that is lowered below what is used tells its thresholds at once, and each once', async (context) => {
  const { budgets, close, told } = await setUp(context);
  const budget = makeBudget({ unit: 'money', limit: 1000, thresholds: [50, 90, 100] });
  budgets.save(budget);
  close(callOf('a'), [attemptOf(95)]);
  budgets.save({ ...budget, limit: 100, paused: true });
  assert.equal(told.length, 0, 'one that is paused tells nothing');
  budgets.save({ ...budget, limit: 100 });
  budgets.save({ ...budget, limit: 100, name: 'another' });
  budgets.save({ ...budget, limit: 95 });
  close(callOf('b'), [attemptOf(1)]);
  assert.deepEqual(
    told.map(({ threshold, state }) => [threshold, state.used, state.budget.limit]),
    [
      [90, 95, 100],
      [100, 95, 95],
    ],
  );
});

test('A new budget tells nothing, and of a budget of each a lower limit tells of the one that used the most', async (context) => {
  const { budgets, close, told } = await setUp(context);
  const from = (workspace: string) => ({ attribution: { ...callOf('').attribution, workspace } });
  close(callOf('a', from('engine')), [attemptOf(60)]);
  close(callOf('b', from('website')), [attemptOf(90)]);
  const budget = makeBudget({
    scope: 'workspace',
    value: null,
    unit: 'money',
    limit: 50,
    thresholds: [50, 100],
  });
  budgets.save(budget);
  assert.equal(told.length, 0);
  budgets.save({ ...budget, limit: 51 });
  budgets.save({ ...budget, limit: 52 });
  close(callOf('c', from('engine')), [attemptOf(1)]);
  assert.deepEqual(
    told.map(({ threshold, state }) => [threshold, state.key, state.used]),
    [
      [100, 'website', 90],
      [100, 'engine', 61],
    ],
  );
});

test('What a dead process held counts no more, and neither does what is not renewed', async (context) => {
  const { database, budgets, other, wait } = await setUp(context);
  budgets.save(makeBudget({ limit: 1 }));
  // Another life of this very process id.
  assert.equal(other().reserve(requestOf('a')).kind, 'granted');
  assert.equal(budgets.reserve(requestOf('b')).kind, 'granted');
  wait(119_000);
  assert.equal(budgets.reserve(requestOf('c')).kind, 'refused');
  budgets.renew(NOON + 119_000);
  wait(2000);
  assert.equal(budgets.reserve(requestOf('c')).kind, 'refused', 'it was renewed');
  database.connection.prepare('UPDATE reservations SET owner_pid = 1').run();
  assert.equal(budgets.reserve(requestOf('c')).kind, 'refused', 'process 1 is alive');
  wait(120_000);
  assert.equal(budgets.reserve(requestOf('c')).kind, 'granted');
});

test('What a process held that is gone makes room at once', async (context) => {
  const { database, budgets } = await setUp(context, () => false);
  budgets.save(makeBudget({ limit: 1 }));
  budgets.reserve(requestOf('a'));
  database.connection.prepare('UPDATE reservations SET owner_pid = owner_pid + 1').run();
  assert.equal(budgets.reserve(requestOf('b')).kind, 'granted');
});

test('Budgets keep their order, and one that is deleted is gone with what it held', async (context) => {
  const { budgets } = await setUp(context);
  for (const id of ['one', 'two', 'three']) budgets.save(makeBudget({ id }));
  budgets.reserve(requestOf('a'));
  budgets.save(makeBudget({ id: 'one', name: 'First' }));
  budgets.delete('two');
  assert.deepEqual(
    budgets.states(NOON).map(({ budget }) => budget.id),
    ['one', 'three'],
  );
});

const anyScope = fc.constantFrom(...BUDGET_SCOPES);
const anyAttempt = fc.record({
  nano: fc.option(fc.nat(1e9), { freq: 6 }),
  model: fc.constantFrom('small', 'large'),
  output: fc.nat(1000),
});
const anyCall = fc.record({
  attempts: fc.array(anyAttempt, { maxLength: 3 }),
  workspace: fc.constantFrom(null, 'engine', 'website'),
  tags: fc.subarray(['x', 'y']),
  early: fc.boolean(),
});

test('What a budget has used is the sum of the ledger lines that it counts, whatever it is and when it came', async (context) => {
  const { budgets, close, ledger, database } = await setUp(context);
  let number = 0;
  fc.assert(
    fc.property(
      fc.array(anyCall, { maxLength: 8 }),
      fc.nat(8),
      anyScope,
      fc.constantFrom('money', 'requests', 'tokens'),
      (calls, when, scope, unit) => {
        for (const table of ['calls', 'attempts', 'budgets'])
          database.connection.exec(`DELETE FROM ${table}`);
        const budget: Budget = makeBudget({ id: `b${number}`, scope, unit: unit as 'money', limit: 1e12 });
        for (const [index, { attempts, workspace, tags, early }] of calls.entries()) {
          if (index === when) budgets.save(budget);
          number += 1;
          const attribution = { ...callOf('').attribution, workspace, tags };
          const startedAt = early ? NOON - 86_400_000 : NOON;
          close(
            callOf(`c${number}`, { attribution, startedAt }),
            attempts.map(({ nano, model, output }) => attemptOf(nano, { model, usage: usageOf(5, output) })),
          );
        }
        if (when >= calls.length) budgets.save(budget);
        const expected = new Map<string, number>();
        for (const line of ledger.recent(50)) {
          const { attempts, line: call, tags, user } = ledger.call(line.callId) ?? assert.fail();
          if (call.startedAt !== NOON) continue;
          const counted = new Set<string>();
          for (const { model, provider, cost, usage } of attempts) {
            const subject = {
              workspace: call.workspace,
              feature: call.feature,
              user,
              job: null,
              provider,
              model,
              tags,
            };
            for (const key of budgetKeys(budget, subject)) {
              const amount =
                unit === 'money'
                  ? (cost.nano ?? 0)
                  : unit === 'tokens'
                    ? usage.inputTokens + usage.outputTokens
                    : counted.has(key)
                      ? 0
                      : 1;
              counted.add(key);
              expected.set(key, (expected.get(key) ?? 0) + amount);
            }
          }
        }
        if (expected.size === 0) expected.set('', 0);
        const found = new Map(budgets.states(NOON).map(({ key, used }) => [key, used]));
        assert.deepEqual([...found].sort(), [...expected].sort());
      },
    ),
    { numRuns: 150 },
  );
});

test('However requests, ends and releases follow each other, no budget that refuses is exceeded, and nothing is left held', async (context) => {
  const { budgets, close } = await setUp(context);
  let number = 0;
  const step = fc.oneof(
    fc.record({ what: fc.constant('reserve' as const), worst: fc.integer({ min: 1, max: 60 }) }),
    fc.record({
      what: fc.constant('close' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      which: fc.nat(9),
    }),
    fc.record({ what: fc.constant('release' as const), which: fc.nat(9) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      number += 1;
      const id = `budget ${number}`;
      budgets.save(makeBudget({ id, unit: 'money', scope: 'job', value: id, limit: 100 }));
      const held = new Map<string, number>();
      let used = 0;
      const end = (callId: string, nano: number) => {
        held.delete(callId);
        used += nano;
        close(callOf(callId, { attribution: { ...callOf('').attribution, job: id } }), [attemptOf(nano)]);
      };
      for (const [index, one] of steps.entries()) {
        const open = [...held.keys()];
        const which = one.what === 'reserve' ? undefined : open[one.which % Math.max(1, open.length)];
        if (one.what === 'reserve') {
          const callId = `${number}.${index}`;
          const room = 100 - used - [...held.values()].reduce((sum, amount) => sum + amount, 0);
          const verdict = budgets.reserve(requestOf(callId, one.worst, { job: id }));
          assert.equal(verdict.kind, one.worst <= room ? 'granted' : 'refused');
          if (verdict.kind === 'granted') held.set(callId, one.worst);
        } else if (which !== undefined && one.what === 'close')
          end(which, Math.floor((held.get(which) ?? 0) * one.share));
        else if (which !== undefined) {
          budgets.release(which);
          held.delete(which);
        }
        const state = budgets.states(NOON).find(({ budget }) => budget.id === id);
        const reserved = [...held.values()].reduce((sum, amount) => sum + amount, 0);
        assert.deepEqual([state?.used, state?.reserved], [used, reserved]);
        assert.ok(used + reserved <= 100);
      }
      for (const callId of [...held.keys()]) end(callId, 1);
      assert.equal(budgets.states(NOON).find(({ budget }) => budget.id === id)?.reserved, 0);
      budgets.delete(id);
    }),
    { numRuns: 60 },
  );
});

test('what calls under way hold follows a budget that is edited meanwhile: its unit, window and scope', async (context) => {
  const { budgets, close } = await setUp(context);
  budgets.save(makeBudget({ unit: 'money', limit: 1000 }));
  assert.equal(budgets.reserve(requestOf('a', 300)).kind, 'granted');
  assert.equal(budgets.reserve(requestOf('b', 300)).kind, 'granted');
  const held = () => budgets.states(NOON).map(({ key, reserved }) => [key, reserved]);
  for (const [edited, expected] of [
    [{ unit: 'money', limit: 2000 }, [['', 600]]],
    [{ unit: 'requests', limit: 3 }, [['', 2]]],
    [{ unit: 'requests', limit: 3, window: 'month' }, [['', 2]]],
    [{ unit: 'requests', limit: 3, scope: 'model' }, [['gpt-5-mini', 2]]],
    [{ unit: 'tokens', limit: 1000 }, [['', 200]]],
    [{ unit: 'requests', limit: 2 }, [['', 2]]],
  ] as const) {
    budgets.save(makeBudget(edited));
    assert.deepEqual(held(), expected);
  }
  assert.equal(budgets.reserve(requestOf('c')).kind, 'refused');
  budgets.release('a');
  close(openedCall('b', { startedAt: NOON }), [attemptOf(1)]);
  budgets.save(makeBudget({ limit: 5 }));
  assert.deepEqual(held(), [['', 0]]);
});
