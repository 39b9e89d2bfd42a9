/** Budgets where something goes wrong around them: what is rolled back, edited elsewhere, or cannot be written. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { BudgetThresholdParams } from '../../../protocol/messages.ts';
import { type BudgetStore, createBudgetStore } from '../../../server/storage/budget-store.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore, type LedgerStore } from '../../../server/storage/ledger-store.ts';
import { makeBudget, NOON, requestOf } from '../../support/budget-fixtures.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ATTRIBUTION = {
  feature: 'prompt file',
  user: 'ada',
  job: null,
  workspace: 'engine',
  branch: null,
  tags: [],
};
const callOf = (callId: string, startedAt = NOON) =>
  openedCall(callId, { startedAt, attribution: ATTRIBUTION });

/** One of several processes on a database file, with a process id of its own. */
interface Process {
  readonly database: Database;
  readonly budgets: BudgetStore;
  readonly ledger: LedgerStore;
  readonly told: BudgetThresholdParams[];
  /** From now on every line that is closed is rolled back after it was settled. */
  fail(failing: boolean): void;
  close(callId: string, nano: number, startedAt?: number): void;
}

async function processes(context: TestContext) {
  const file = join(temporaryFolder(context), 'ledger.db');
  const dead = new Set<number>();
  let now = NOON;
  return {
    dead,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    async start(pid: number): Promise<Process> {
      const database = await openDatabase(file, { now: () => now, report: assert.fail });
      context.after(() => database.close());
      const told: BudgetThresholdParams[] = [];
      let failing = false;
      const budgets = createBudgetStore(database, {
        pid,
        now: () => now,
        isAlive: (one) => !dead.has(one),
        passed: (one) => told.push(one),
      });
      const ledger = createLedgerStore(database, {
        pid,
        settle(...settled) {
          const committed = budgets.settle(...settled);
          if (failing) throw new Error('the disk is full');
          return committed;
        },
      });
      return {
        database,
        budgets,
        ledger,
        told,
        fail: (next) => {
          failing = next;
        },
        close(callId, nano, startedAt = NOON) {
          const call = callOf(callId, startedAt);
          const attempts = [attemptOf(nano)];
          ledger.close(call, receiptOf(call, attempts), attempts);
        },
      };
    },
  };
}

const usedOf = ({ budgets }: Process, at = NOON) => budgets.states(at).map(({ used }) => used);
const heldOf = ({ budgets }: Process) => budgets.states(NOON).map(({ reserved }) => reserved);
const money = (limit: number, more = {}) => makeBudget({ unit: 'money', limit, ...more });

test('A line that is rolled back leaves its window as it was, and counts once when it is written after all', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.close('before', 30);
  one.budgets.save(money(100));
  one.fail(true);
  assert.throws(() => one.close('a', 25));
  one.fail(false);
  one.close('a', 25);
  assert.deepEqual(usedOf(one), [55]);
});

test('A line that is rolled back in a window that nobody has counted yet leaves it to be counted', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100));
  const tomorrow = NOON + 86_400_000;
  scene.wait(86_400_000);
  const two = await scene.start(2);
  two.budgets.delete('day');
  two.close('before', 30, tomorrow);
  two.budgets.save(money(100));
  one.fail(true);
  assert.throws(() => one.close('a', 25, tomorrow));
  one.fail(false);
  one.close('a', 25, tomorrow);
  assert.deepEqual(usedOf(one, tomorrow), [55]);
});

test('What a call holds whose line is rolled back follows a budget that is edited meanwhile', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100));
  one.budgets.reserve(requestOf('a', 30));
  one.fail(true);
  assert.throws(() => one.close('a', 25));
  one.fail(false);
  one.budgets.save(money(100, { window: 'month' }));
  assert.deepEqual(heldOf(one), [30]);
  one.close('a', 25);
  assert.deepEqual([heldOf(one), usedOf(one)], [[0], [25]]);
});

test('What could not be let go of is, as soon as the database can be written again', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100));
  one.budgets.reserve(requestOf('a', 30));
  one.budgets.reserve(requestOf('b', 40));
  one.database.connection.pragma('query_only = ON');
  one.budgets.release('a');
  one.database.connection.pragma('query_only = OFF');
  assert.deepEqual(heldOf(one), [70]);
  one.budgets.renew(NOON);
  assert.deepEqual(heldOf(one), [40]);
});

test('A threshold is not told of a line that is rolled back, and once when it is written', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100));
  one.fail(true);
  assert.throws(() => one.close('a', 60));
  assert.throws(() => one.close('a', 60));
  assert.equal(one.told.length, 0);
  one.fail(false);
  one.close('a', 60);
  assert.deepEqual(
    one.told.map(({ threshold, state }) => [threshold, state.used]),
    [[50, 60]],
  );
});

test('A budget that another process edits counts the whole window there and here', async (context) => {
  const scene = await processes(context);
  const [one, two] = [await scene.start(1), await scene.start(2)];
  one.budgets.save(makeBudget());
  assert.deepEqual(usedOf(one), [0], 'counted here, with nothing in it');
  two.budgets.delete('day');
  two.close('a', 40);
  two.budgets.save(money(100));
  one.close('b', 25);
  assert.deepEqual([usedOf(one), usedOf(two)], [[65], [65]]);
});

test('What was told is not told again after lines of the dead were added, and is when the limit was raised above it', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100));
  one.close('a', 60);
  assert.equal(one.told.length, 1);
  one.budgets.recount();
  one.budgets.save(money(100, { name: 'Renamed' }));
  one.close('b', 1);
  one.budgets.save(money(200));
  one.close('c', 60);
  assert.deepEqual(
    one.told.map(({ threshold, state }) => [threshold, state.used]),
    [
      [50, 60],
      [50, 121],
    ],
  );
});

test('Asking writes nothing, not even while another process writes', async (context) => {
  const scene = await processes(context);
  const [one, two] = [await scene.start(1), await scene.start(2)];
  one.close('before', 90);
  one.budgets.save(money(100));
  one.budgets.reserve(requestOf('a', 10));
  scene.dead.add(1);
  two.database.connection.pragma('query_only = ON');
  one.database.connection.exec('BEGIN IMMEDIATE');
  const tomorrow = NOON + 86_400_000;
  assert.equal(two.budgets.ask(requestOf('b', 11)).kind, 'refused');
  assert.equal(two.budgets.ask(requestOf('b', 10)).kind, 'granted', 'what the dead held makes room');
  assert.equal(two.budgets.ask(requestOf('c', 100, {}, { startedAt: tomorrow })).kind, 'granted');
  one.database.connection.exec('ROLLBACK');
});

test('What a process holds that lives does not expire for itself, though it slept', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(makeBudget({ limit: 1 }));
  one.budgets.reserve(requestOf('a'));
  scene.wait(3_600_000);
  assert.equal(one.budgets.reserve(requestOf('b')).kind, 'refused');
});

test('Where nothing can be written, a budget that refuses is named, and without one the call goes on', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(makeBudget({ action: 'warn' }));
  one.database.connection.pragma('query_only = ON');
  const free = one.budgets.reserve(requestOf('a'));
  assert.equal(free.kind === 'unkept' ? free.budget : free.kind, null);
  one.budgets.renew(NOON);
  one.database.connection.pragma('query_only = OFF');
  one.budgets.save(makeBudget({ id: 'hard', name: 'Hard' }));
  one.database.connection.pragma('query_only = ON');
  const verdict = one.budgets.reserve(requestOf('a'));
  assert.equal(verdict.kind === 'unkept' ? verdict.budget?.name : verdict.kind, 'Hard');
});

test('A budget of each is listed before it has counted anything, so that it can be edited', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100, { scope: 'feature' }));
  const [state, ...more] = one.budgets.states(NOON);
  assert.deepEqual([state?.key, state?.used, state?.reserved, more.length], ['', 0, 0, 0]);
  one.close('a', 5);
  assert.deepEqual(
    one.budgets.states(NOON).map(({ key, used }) => [key, used]),
    [['prompt file', 5]],
  );
});

test('An unknown price is refused by budgets that refuse, and counted by the others as long as they have room', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100, { action: 'downgrade' }));
  const verdict = one.budgets.reserve(requestOf('a', null));
  assert.deepEqual(verdict.kind === 'granted' && verdict.tight.map(({ budget }) => budget.id), ['day']);
  one.close('a', 100);
  assert.equal(one.budgets.reserve(requestOf('b', null)).kind, 'downgrade');
});

test('A late end of a window long ago is added to it and told of once', async (context) => {
  const scene = await processes(context);
  const one = await scene.start(1);
  one.budgets.save(money(100, { window: 'minute' }));
  one.close('a', 60);
  assert.equal(one.told.length, 1);
  for (const minute of [1, 2, 3, 4]) one.close(`later ${minute}`, 1, NOON + minute * 60_000);
  one.close('b', 5);
  await Promise.resolve();
  one.close('c', 15);
  assert.deepEqual(
    one.told.map(({ threshold }) => threshold),
    [50, 75],
  );
  assert.equal(one.budgets.states(NOON)[0]?.used, 80);
});
