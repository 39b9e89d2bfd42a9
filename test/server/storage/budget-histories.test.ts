/** Budgets of several processes under random histories, held against a plain model of what they should say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BudgetStore, createBudgetStore } from '../../../server/storage/budget-store.ts';
import { openMemoryDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore, type LedgerStore } from '../../../server/storage/ledger-store.ts';
import { makeBudget, NOON, requestOf } from '../../support/budget-fixtures.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';

const LIMIT = 100;
/** Process ids: few, so that a new process often has that of a dead one. */
const PIDS = [11, 12, 13];
const LIFE_MS = 120_000;

const which = fc.nat(20);
const pid = fc.constantFrom(...PIDS);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('reserve'), pid, amount: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('settle'), which, share: fc.integer({ min: 0, max: 100 }) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('release'), which }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rollBack'), which }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('kill'), pid }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('restart'), pid }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('renew'), pid }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('wait'), milliseconds: fc.constantFrom(1, 60_000, LIFE_MS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('ask'), pid, amount: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('recount'), pid }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('save'), pid }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A process at one of its lives. */
interface Life {
  readonly pid: number;
  readonly budgets: BudgetStore;
  readonly ledger: LedgerStore;
}

/** What the model knows of a call under way. */
interface Held {
  readonly callId: string;
  readonly by: Life;
  readonly amount: number;
  expiresAt: number;
}

test('Whatever processes do to a budget that refuses, die of and sleep through, it is never exceeded and says what a plain model says', async (context) => {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  let history = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      for (const table of ['reservations', 'budget_use', 'budgets', 'attempts', 'calls'])
        database.connection.exec(`DELETE FROM ${table}`);
      history += 1;
      run(steps);
    }),
    { numRuns: 300 },
  );

  function run(steps: readonly Step[]): void {
    let now = NOON;
    let used = 0;
    let calls = 0;
    let failing = false;
    const alive = new Map<number, Life>();
    let held: Held[] = [];
    const budget = makeBudget({ unit: 'money', limit: LIMIT, window: 'month' });

    const begin = (id: number): void => {
      const budgets = createBudgetStore(database, {
        pid: id,
        now: () => now,
        isAlive: (one) => alive.has(one),
        passed: () => undefined,
      });
      const ledger = createLedgerStore(database, {
        pid: id,
        settle(...settled) {
          const committed = budgets.settle(...settled);
          if (failing) throw new Error('rolled back');
          return committed;
        },
      });
      alive.set(id, { pid: id, budgets, ledger });
    };
    const close = ({ callId, by }: Held, nano: number) => {
      const call = openedCall(callId, { startedAt: NOON });
      const attempts = [attemptOf(nano)];
      by.ledger.close(call, receiptOf(call, attempts), attempts);
    };
    /**
     * What counts for one process: what it holds itself does not expire for it, and what its id held before it is of a
     * dead one. Of other ids it knows only that they live, until the time is over.
     */
    const counts = (life: Life, { by, expiresAt }: Held) =>
      by === life || (by.pid !== life.pid && alive.has(by.pid) && expiresAt > now);
    const heldFor = (life: Life) =>
      held.filter((one) => counts(life, one)).reduce((sum, { amount }) => sum + amount, 0);
    const mine = (index: number) => {
      const living = held.filter(({ by }) => alive.get(by.pid) === by);
      return living[index % Math.max(1, living.length)];
    };
    const forget = (one: Held) => {
      held = held.filter((other) => other !== one);
    };

    const take = (one: Step): void => {
      const life = 'pid' in one ? alive.get(one.pid) : undefined;
      if ('amount' in one && life !== undefined) {
        calls += 1;
        const callId = `${history}.${calls}`;
        const expected = used + heldFor(life) + one.amount <= LIMIT ? 'granted' : 'refused';
        const request = requestOf(callId, one.amount);
        const verdict = one.what === 'ask' ? life.budgets.ask(request) : life.budgets.reserve(request);
        assert.equal(verdict.kind, expected);
        if (one.what === 'reserve' && expected === 'granted')
          held.push({ callId, by: life, amount: one.amount, expiresAt: now + LIFE_MS });
      } else if ('which' in one) {
        const call = mine(one.which);
        if (call === undefined) return;
        if (one.what === 'rollBack') {
          failing = true;
          assert.throws(() => close(call, call.amount), /rolled back/);
          failing = false;
          return;
        }
        forget(call);
        if (one.what === 'release') call.by.budgets.release(call.callId);
        if (!('share' in one)) return;
        const nano = Math.floor((call.amount * one.share) / 100);
        close(call, nano);
        used += nano;
      } else if ('milliseconds' in one) {
        now += one.milliseconds;
        // A minute passes with its timers; the longest wait is slept through, and they do not run.
        if (one.milliseconds === 60_000) for (const one of alive.values()) renew(one);
      } else if (one.what === 'kill') {
        if (life !== undefined) alive.delete(life.pid);
      } else if (one.what === 'restart') begin(one.pid);
      else if (life === undefined) return;
      else if (one.what === 'renew') renew(life);
      else if (one.what === 'recount') life.budgets.recount();
      else if (one.what === 'save') life.budgets.save(budget);
    };
    const renew = (life: Life) => {
      life.budgets.renew(now);
      for (const one of held) if (one.by === life) one.expiresAt = now + LIFE_MS;
      held = held.filter((one) => counts(life, one));
    };

    for (const id of PIDS) begin(id);
    alive.get(11)?.budgets.save(budget);
    for (const one of steps) {
      take(one);
      for (const life of alive.values()) {
        const verdict = life.budgets.ask(requestOf('look', LIMIT * 2));
        assert.ok(verdict.kind === 'refused');
        assert.deepEqual([verdict.state.used, verdict.state.reserved], [used, heldFor(life)]);
      }
      const lines = database.connection.prepare<[], number>('SELECT coalesce(sum(cost_nano), 0) FROM calls');
      assert.equal(used, lines.pluck().get());
      // Only a process that overslept lets others in before it: its timers run as long as it does.
      const overslept = held.some(({ by, expiresAt }) => alive.get(by.pid) === by && expiresAt <= now);
      if (!overslept && !slept(steps)) {
        const all = held.filter(({ by }) => alive.get(by.pid) === by);
        assert.ok(used + all.reduce((sum, { amount }) => sum + amount, 0) <= LIMIT);
      }
    }
    for (const call of held.filter(({ by }) => alive.get(by.pid) === by)) close(call, 0);
    alive.clear();
    begin(99);
    alive.get(99)?.budgets.renew(now);
    const left = database.connection.prepare<[], number>('SELECT count(*) FROM reservations').pluck().get();
    assert.equal(left, 0, 'nothing is held afterwards');
  }
});

const slept = (steps: readonly Step[]): boolean =>
  steps.some((one) => 'milliseconds' in one && one.milliseconds === LIFE_MS);
