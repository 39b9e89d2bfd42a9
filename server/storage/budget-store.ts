/** Budgets in SQLite, with what is held against them and what their windows have used. */
import type { Budget, BudgetState } from '../../protocol/budgets.ts';
import type { BudgetThresholdParams } from '../../protocol/messages.ts';
import type { Budgets, ReservationRequest, Verdict } from '../pipeline/ports.ts';
import { createBudgetDefinitions } from './budget-definitions.ts';
import type { Use } from './budget-shares.ts';
import { createBudgetUse } from './budget-use.ts';
import { type Want, wantsOf, watching } from './budget-wants.ts';
import { createBudgetWindows, type TimeWindow } from './budget-windows.ts';
import type { Database } from './database.ts';
import type { Settle } from './ledger-writer.ts';
import { createReservations } from './reservations.ts';

/** Budgets with what the ledger and the daemon need of them. */
export interface BudgetStore extends Budgets {
  readonly settle: Settle;
  /** Keeps what this process holds from expiring, and takes out what the dead held; call it now and then. */
  renew(now: number): void;
  /** Adds up all windows anew, after the ledger's lines were changed otherwise than by closing a call. */
  recount(): void;
}

/** What the store needs besides its database. */
export interface BudgetOptions {
  readonly now: () => number;
  readonly isAlive: (pid: number) => boolean;
  /** Told, once for each window, of every threshold that a budget passes. */
  readonly passed: (passed: BudgetThresholdParams) => void;
  /** Owner of what is held. */
  readonly pid?: number;
}

/**
 * Makes the store. Verdicts say so when SQLite fails, `renew` waits for its next turn and does what a `release` could
 * not; all else throws FarthingError storageUnavailable then.
 */
export function createBudgetStore(
  database: Database,
  { now, isAlive, passed, pid = process.pid }: BudgetOptions,
): BudgetStore {
  const { connection } = database;
  const definitions = createBudgetDefinitions(database);
  const findWindow = createBudgetWindows();
  const use = createBudgetUse(database);
  const reservations = createReservations(database, { pid, isAlive });
  // Whole milliseconds, as the ledger keeps them.
  const windowOf = (budget: Budget, at: number) => findWindow(budget.window, budget.timeZone, Math.round(at));

  const stateOf = (budget: Budget, { start, end }: TimeWindow, own: Use, but = ''): BudgetState => ({
    budget,
    key: own.key,
    windowStart: start,
    windowEnd: end,
    used: own.used,
    reserved: reservations.held({ budgetId: budget.id, windowStart: start, key: own.key }, but, now()),
    unknownCalls: own.unknownCalls,
  });

  /**
   * The calls of this process that hold something, with what they asked for: a budget may be edited meanwhile. It
   * follows what is committed, since a transaction that is rolled back does not bring its lines back.
   */
  const holding = new Map<string, ReservationRequest>();
  const hold = (callId: string, wants: readonly Want[]) => {
    for (const { budget, window, key, amount } of wants)
      reservations.add({ callId, budgetId: budget.id, windowStart: window.start, key, amount }, now());
  };
  const reserve = connection.transaction((request: ReservationRequest, force: boolean): Verdict => {
    const { callId } = request;
    reservations.release(callId);
    const wants = wantsOf(definitions.all(), request, windowOf);
    const verdict = judge(
      wants,
      ({ budget, window, key }) => stateOf(budget, window, use.of(budget, window, key)),
      force,
    );
    if (verdict.kind === 'granted') hold(callId, wants);
    return verdict;
  });
  const ask = connection.transaction((request: ReservationRequest, force: boolean): Verdict => {
    const wants = wantsOf(definitions.all(), request, windowOf);
    return judge(
      wants,
      ({ budget, window, key }) => stateOf(budget, window, use.peek(budget, window, key), request.callId),
      force,
    );
  });

  const settle: Settle = (call, _receipt, attempts) => {
    if (holding.has(call.callId)) reservations.release(call.callId);
    const news: BudgetThresholdParams[] = [];
    if (!call.simulated && attempts.length > 0)
      for (const budget of definitions.all()) {
        const window = windowOf(budget, call.startedAt);
        for (const own of use.add(budget, window, call, attempts)) {
          const threshold = budget.paused ? null : use.passed(budget, window, own);
          if (threshold !== null) news.push({ state: stateOf(budget, window, own), threshold });
        }
      }
    return () => {
      holding.delete(call.callId);
      news.forEach(passed);
    };
  };

  const recount = (budget: Budget) => use.recount(budget, windowOf(budget, now()));
  const recountAll = connection.transaction(() => definitions.all().forEach(recount));
  /**
   * The threshold that a budget has passed since its limit is another one. Of a budget of each only the one that used the
   * most is told of: the others are with their next calls, and not all at once.
   */
  const passedByChange = (budget: Budget): BudgetThresholdParams | null => {
    const window = windowOf(budget, now());
    const [most] = use.all(budget, window);
    const threshold = most === undefined || budget.paused ? null : use.passed(budget, window, most);
    return most === undefined || threshold === null
      ? null
      : { state: stateOf(budget, window, most), threshold };
  };
  const save = connection.transaction((budget: Budget): BudgetThresholdParams | null => {
    const before = definitions.all().find(({ id }) => id === budget.id);
    definitions.save(budget);
    recount(budget);
    if (before === undefined || !holdsAlike(before, budget)) {
      // What is held was of another unit, window or scope.
      reservations.forget(budget.id);
      for (const request of holding.values()) hold(request.callId, wantsOf([budget], request, windowOf));
    }
    // Who sets up a new one sees how it stands.
    return before === undefined ? null : passedByChange(budget);
  });
  const renew = connection.transaction((at: number) => {
    for (const callId of reservations.calls()) if (!holding.has(callId)) reservations.release(callId);
    reservations.renew(at);
    reservations.sweep(at);
  });

  const states = connection.transaction((at: number): readonly BudgetState[] => {
    reservations.sweep(now());
    return definitions.all().flatMap((budget) => {
      const window = windowOf(budget, at);
      const used = use.all(budget, window);
      const keys = new Set(reservations.keys(budget.id, window.start, now()));
      if (budget.value !== null) keys.add(budget.value);
      // One that has counted nothing yet is there to be seen and edited.
      if (keys.size === 0 && used.length === 0) keys.add('');
      const unused = [...keys]
        .filter((key) => !used.some((one) => one.key === key))
        .map((key) => ({ key, used: 0, unknownCalls: 0 }));
      return [...used, ...unused].map((one) => stateOf(budget, window, one));
    });
  });

  /** As they are, or as they were when they could last be read. */
  const known = (): readonly Budget[] => {
    try {
      return database.run(() => definitions.all());
    } catch {
      return definitions.last();
    }
  };

  /** Where the database fails, what cannot be kept must not be exceeded, but a mere warning stops nobody. */
  const orUnkept = (request: ReservationRequest, decide: () => Verdict): Verdict => {
    try {
      return database.run(decide);
    } catch (cause) {
      const subjects = request.worstCases.map(({ subject }) => subject);
      const refusing = watching(known(), subjects).find(({ action }) => action === 'refuse');
      return { kind: 'unkept', budget: refusing ?? null, cause };
    }
  };

  /** What is held outlives several renewals: one that fails, as while another program writes, costs nothing. */
  const orNextTurn = (write: () => void): void => {
    try {
      database.run(write);
    } catch {
      return;
    }
  };

  return {
    watches: (subjects) => watching(known(), subjects).length > 0,
    reserve(request, force = false) {
      const verdict = orUnkept(request, () => reserve.immediate(request, force));
      if (verdict.kind === 'granted') holding.set(request.callId, request);
      else if (verdict.kind !== 'unkept') holding.delete(request.callId);
      return verdict;
    },
    ask: (request, force = false) => orUnkept(request, () => ask(request, force)),
    release(callId) {
      holding.delete(callId);
      orNextTurn(() => reservations.release(callId));
    },
    states: (at) => database.run(() => states.immediate(at)),
    save(budget) {
      const news = database.run(() => save.immediate(budget));
      if (news !== null) passed(news);
    },
    delete: (id) => database.run(() => definitions.delete(id)),
    settle,
    renew: (at) => orNextTurn(() => renew.immediate(at)),
    recount: () => database.run(() => recountAll.immediate()),
  };
}

/** True when calls hold the same in the same places, whichever of the two a budget is. */
const holdsAlike = (one: Budget, other: Budget): boolean =>
  (['scope', 'value', 'unit', 'window', 'timeZone', 'action', 'paused'] as const).every(
    (field) => one[field] === other[field],
  );

const STRICTNESS = { warn: 0, downgrade: 1, refuse: 2 } as const;

/**
 * What the budgets say, the strictest first. Where what a call may cost is not known, one that refuses cannot be kept,
 * and the others have room as long as there is any beyond what is known.
 */
function judge(wants: readonly Want[], stateOf: (want: Want) => BudgetState, force: boolean): Verdict {
  const without = wants
    .map((want) => ({ ...want, state: stateOf(want) }))
    .map((want) => ({
      ...want,
      isFull:
        want.state.used + want.state.reserved + Math.max(want.amount, want.isKnown ? 0 : 1) >
        want.budget.limit,
    }))
    .filter(({ isKnown, isFull }) => isFull || !isKnown)
    .sort((one, other) => STRICTNESS[other.budget.action] - STRICTNESS[one.budget.action]);
  const [strictest] = without;
  if (strictest?.budget.action === 'refuse')
    return { kind: 'refused', state: strictest.state, unpriced: !strictest.isKnown };
  const full = without.find(({ budget, isFull }) => budget.action === 'downgrade' && isFull);
  if (full !== undefined && !force) return { kind: 'downgrade', state: full.state };
  return { kind: 'granted', tight: without.map(({ state }) => state) };
}
