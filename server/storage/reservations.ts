/**
 * What is held against budgets for calls under way. Each reservation has an owner, a process at one of its lives, so
 * that what a dead one held counts no more. Everything here runs inside its caller's transaction.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';

/** How long a reservation counts if its owner does not renew it, in milliseconds. */
const LIFE_MS = 120_000;

/** What is held for a call in one window of one budget. */
export interface Reservation {
  readonly callId: string;
  readonly budgetId: string;
  readonly windowStart: number;
  readonly key: string;
  readonly amount: number;
}

/** The table of reservations. What nobody renews any more or whose owner is dead counts no more, wherever it is. */
export interface Reservations {
  add(reservation: Reservation, now: number): void;
  release(callId: string): void;
  /** Takes out what this process holds against a budget. */
  forget(budgetId: string): void;
  /** Sum of what is held in a window for a key, but for one call. */
  held(place: Omit<Reservation, 'callId' | 'amount'>, but: string, now: number): number;
  /** Calls for which this process holds anything. */
  calls(): readonly string[];
  /** Keys for which anything is held. */
  keys(budgetId: string, windowStart: number, now: number): readonly string[];
  /** Takes out what counts no more, which changes no sum. */
  sweep(now: number): void;
  renew(now: number): void;
}

/** Who holds something. */
interface Owner {
  readonly pid: number;
  readonly token: string;
}

/** Makes the table's access for this process, which has the id `pid`. */
export function createReservations(
  { connection }: Database,
  { pid, isAlive }: { readonly pid: number; readonly isAlive: (pid: number) => boolean },
): Reservations {
  const own: Owner = { pid, token: randomUUID() };
  // A process with our id and another token was somebody before us.
  const lives = ({ pid, token }: Owner) => (pid === own.pid ? token === own.token : isAlive(pid));
  const add = connection.prepare(`
    INSERT INTO reservations (call_id, budget_id, window_start, key, amount, owner_pid, owner_token, expires_at)
    VALUES (:callId, :budgetId, :windowStart, :key, :amount, :pid, :token, :expiresAt)
    ON CONFLICT (call_id, budget_id, window_start, key) DO UPDATE SET amount = :amount, expires_at = :expiresAt`);
  const release = connection.prepare('DELETE FROM reservations WHERE call_id = ?');
  const forget = connection.prepare(
    'DELETE FROM reservations WHERE budget_id = ? AND owner_pid = ? AND owner_token = ?',
  );
  // What this process holds does not expire for it: a machine that slept wakes with its calls still under way.
  const held = connection.prepare<
    [Readonly<Record<string, string | number>>],
    Owner & { readonly amount: number }
  >(`
    SELECT owner_pid AS pid, owner_token AS token, sum(amount) AS amount FROM reservations
    WHERE budget_id = :budgetId AND window_start = :windowStart AND key = :key AND call_id <> :but
      AND (expires_at > :now OR (owner_pid = :pid AND owner_token = :token))
    GROUP BY owner_pid, owner_token`);
  const keys = connection.prepare<
    [Readonly<Record<string, string | number>>],
    Owner & { readonly key: string }
  >(`
    SELECT DISTINCT key, owner_pid AS pid, owner_token AS token FROM reservations
    WHERE budget_id = :budgetId AND window_start = :windowStart AND (expires_at > :now OR (owner_pid = :pid AND owner_token = :token))`);
  const calls = connection
    .prepare<[number, string], string>(
      'SELECT DISTINCT call_id FROM reservations WHERE owner_pid = ? AND owner_token = ?',
    )
    .pluck();
  const owners = connection.prepare<[], Owner>(
    'SELECT DISTINCT owner_pid AS pid, owner_token AS token FROM reservations',
  );
  const disown = connection.prepare('DELETE FROM reservations WHERE owner_pid = ? AND owner_token = ?');
  const expire = connection.prepare(
    'DELETE FROM reservations WHERE expires_at <= ? AND NOT (owner_pid = ? AND owner_token = ?)',
  );
  const renew = connection.prepare(
    'UPDATE reservations SET expires_at = ? WHERE owner_pid = ? AND owner_token = ?',
  );
  return {
    add: (reservation, now) => void add.run({ ...reservation, ...own, expiresAt: Math.round(now) + LIFE_MS }),
    release: (callId) => void release.run(callId),
    forget: (budgetId) => void forget.run(budgetId, own.pid, own.token),
    held: (place, but, now) =>
      held
        .all({ ...place, but, now, ...own })
        .filter(lives)
        .reduce((sum, { amount }) => sum + amount, 0),
    calls: () => calls.all(own.pid, own.token),
    keys: (budgetId, windowStart, now) =>
      keys
        .all({ budgetId, windowStart, now, ...own })
        .filter(lives)
        .map(({ key }) => key),
    sweep(now) {
      expire.run(Math.round(now), own.pid, own.token);
      for (const owner of owners.all()) if (!lives(owner)) disown.run(owner.pid, owner.token);
    },
    renew: (now) => void renew.run(Math.round(now) + LIFE_MS, own.pid, own.token),
  };
}
