/** Budgets in SQLite, with what is held against them and what their windows have used. */
import { type Budget, type BudgetState, budgetKeys } from '../../protocol/budgets.ts';
import type { BudgetThresholdParams } from '../../protocol/messages.ts';
import type { Budgets, ReservationRequest, Verdict, WorstCase } from '../pipeline/ports.ts';
import { createBudgetDefinitions } from './budget-definitions.ts';
import { createBudgetUse, type Use } from './budget-use.ts';
import { createBudgetWindows, type TimeWindow } from './budget-windows.ts';
import type { Database } from './database.ts';
import type { Settle } from './ledger-writer.ts';
import { createReservations } from './reservations.ts';

/** Budgets with what the ledger and the daemon need of them. */
export interface BudgetStore extends Budgets {
  readonly settle: Settle;
  /** Keeps what this process holds from expiring; call it now and then. */
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
}

/** What a call wants of one key of a budget. */
interface Want {
  readonly budget: Budget;
  readonly window: TimeWindow;
  readonly key: string;
  /** Null when it cannot be known. */
  readonly amount: number | null;
}

/** Makes the store. Its methods throw FarthingError storageUnavailable when SQLite fails. */
export function createBudgetStore(database: Database, { now, isAlive, passed }: BudgetOptions): BudgetStore {
  const { connection } = database;
  const definitions = createBudgetDefinitions(database);
  const windowOf = createBudgetWindows();
  const use = createBudgetUse(database);
  const reservations = createReservations(database, isAlive);
  const inWindow = (budget: Budget, at: number) => windowOf(budget.window, budget.timeZone, at);

  const stateOf = (
    budget: Budget,
    window: TimeWindow,
    { key, used, unknownCalls }: Use,
    but = '',
  ): BudgetState => ({
    budget,
    key,
    windowStart: window.start,
    windowEnd: window.end,
    used,
    reserved: reservations.held(budget.id, window.start, key, but),
    unknownCalls,
  });

  const wantsOf = ({ worstCases, startedAt, onlyRefusing }: ReservationRequest): readonly Want[] =>
    definitions
      .all()
      .filter(({ paused, action }) => !paused && (action === 'refuse' || !onlyRefusing))
      .flatMap((budget) => {
        const window = inWindow(budget, startedAt);
        return [...amountsOf(budget, worstCases)].map(([key, amount]) => ({ budget, window, key, amount }));
      });

  /** The budgets that have no room for what is wanted, the strictest first. */
  const lacking = (wants: readonly Want[], callId: string) =>
    wants
      .map((want) => ({
        ...want,
        state: stateOf(want.budget, want.window, use.of(want.budget, want.window, want.key), callId),
      }))
      .filter(
        ({ budget, amount, state }) => amount === null || state.used + state.reserved + amount > budget.limit,
      )
      .sort((one, other) => STRICTNESS[other.budget.action] - STRICTNESS[one.budget.action]);

  const judge = (wants: readonly Want[], { callId }: ReservationRequest, force: boolean): Verdict => {
    let without = lacking(wants, callId);
    // Only when it matters: what the dead held makes room.
    if (without.length > 0 && reservations.sweep(now()) > 0) without = lacking(wants, callId);
    const [strictest] = without;
    if (strictest?.budget.action === 'refuse')
      return { kind: 'refused', state: strictest.state, unpriced: strictest.amount === null };
    if (strictest?.budget.action === 'downgrade' && !force)
      return { kind: 'downgrade', state: strictest.state };
    return { kind: 'granted', tight: without.map(({ state }) => state) };
  };

  const reserve = connection.transaction((request: ReservationRequest, force: boolean): Verdict => {
    reservations.release(request.callId);
    const wants = wantsOf(request);
    const verdict = judge(wants, request, force);
    if (verdict.kind !== 'granted') return verdict;
    for (const { budget, window, key, amount } of wants) {
      const place = { callId: request.callId, budgetId: budget.id, windowStart: window.start, key };
      reservations.add({ ...place, amount: amount ?? 0 }, now());
    }
    return verdict;
  });
  const ask = connection.transaction(
    (request: ReservationRequest, force: boolean): Verdict => judge(wantsOf(request), request, force),
  );

  const settle: Settle = (call, _receipt, attempts) => {
    reservations.release(call.callId);
    if (call.simulated || attempts.length === 0) return;
    for (const budget of definitions.all()) {
      const window = inWindow(budget, call.startedAt);
      for (const own of use.add(budget, window, call, attempts)) {
        const threshold = budget.paused ? null : use.passed(budget, window, own);
        if (threshold !== null) {
          const state = stateOf(budget, window, own);
          // After the ledger's transaction: whoever hears of it may ask at once.
          queueMicrotask(() => passed({ state, threshold }));
        }
      }
    }
  };

  const save = connection.transaction((budget: Budget) => {
    definitions.save(budget);
    use.forget(budget.id);
  });

  /** As they are, or as they were when they could last be read. */
  const known = (): readonly Budget[] => {
    try {
      return database.run(() => definitions.all());
    } catch {
      return definitions.last();
    }
  };

  /** What a verdict is where the database fails: what cannot be kept must not be exceeded, but a mere warning stops nobody. */
  const orGranted = (request: ReservationRequest, decide: () => Verdict): Verdict => {
    try {
      return database.run(decide);
    } catch (thrown) {
      const subjects = request.worstCases.map(({ subject }) => subject);
      if (watched(known(), subjects, ({ action }) => action === 'refuse')) throw thrown;
      return { kind: 'granted', tight: [] };
    }
  };

  const states = connection.transaction((at: number): readonly BudgetState[] => {
    reservations.sweep(now());
    return definitions.all().flatMap((budget) => {
      const window = inWindow(budget, at);
      const used = use.all(budget, window);
      const own = budget.scope === 'everything' ? '' : budget.value;
      const keys = new Set([...reservations.keys(budget.id, window.start), ...(own === null ? [] : [own])]);
      const unused = [...keys]
        .filter((key) => !used.some((one) => one.key === key))
        .map((key) => ({ key, used: 0, unknownCalls: 0 }));
      return [...used, ...unused].map((one) => stateOf(budget, window, one));
    });
  });

  return {
    watches: (subjects) => watched(known(), subjects, () => true),
    reserve: (request, force = false) => orGranted(request, () => reserve.immediate(request, force)),
    ask: (request, force = false) => orGranted(request, () => ask(request, force)),
    release: (callId) => database.run(() => reservations.release(callId)),
    states: (at) => database.run(() => states.immediate(at)),
    save: (budget) => database.run(() => save.immediate(budget)),
    delete: (id) => database.run(() => definitions.delete(id)),
    settle,
    renew: (at) => database.run(() => reservations.renew(at)),
    recount: () =>
      database.run(() => {
        for (const { id } of definitions.all()) use.forget(id);
      }),
  };
}

const STRICTNESS = { warn: 0, downgrade: 1, refuse: 2 } as const;

/** What a call wants of each key of a budget: the most that it can use on any of its ways. */
function amountsOf(budget: Budget, worstCases: readonly WorstCase[]): ReadonlyMap<string, number | null> {
  const amounts = new Map<string, number | null>();
  for (const { subject, nano, tokens } of worstCases)
    for (const key of budgetKeys(budget, subject)) {
      const amount = { money: nano, requests: 1, tokens }[budget.unit];
      const most = amounts.get(key) ?? 0;
      amounts.set(key, amount === null || amounts.get(key) === null ? null : Math.max(most, amount));
    }
  return amounts;
}

const watched = (
  budgets: readonly Budget[],
  subjects: readonly WorstCase['subject'][],
  matters: (budget: Budget) => boolean,
): boolean =>
  budgets.some(
    (budget) =>
      !budget.paused && matters(budget) && subjects.some((subject) => budgetKeys(budget, subject).length > 0),
  );
