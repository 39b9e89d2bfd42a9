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

/** The table of reservations. */
export interface Reservations {
  add(reservation: Reservation, now: number): void;
  release(callId: string): void;
  /** Sum of what is held in a window for a key, but for one call. */
  held(budgetId: string, windowStart: number, key: string, but: string): number;
  /** Keys for which anything is held. */
  keys(budgetId: string, windowStart: number): readonly string[];
  /** Takes out what nobody renews any more or whose owner is dead; says how many. */
  sweep(now: number): number;
  renew(now: number): void;
}

/** Makes the table's access for this process. */
export function createReservations(
  { connection }: Database,
  isAlive: (pid: number) => boolean,
): Reservations {
  const owner = { pid: process.pid, token: randomUUID() };
  const add = connection.prepare(`
    INSERT INTO reservations (call_id, budget_id, window_start, key, amount, owner_pid, owner_token, expires_at)
    VALUES (:callId, :budgetId, :windowStart, :key, :amount, :pid, :token, :expiresAt)
    ON CONFLICT (call_id, budget_id, window_start, key) DO UPDATE SET amount = :amount, expires_at = :expiresAt`);
  const release = connection.prepare('DELETE FROM reservations WHERE call_id = ?');
  const held = connection
    .prepare<[string, number, string, string], number>(`
      SELECT coalesce(sum(amount), 0) FROM reservations
      WHERE budget_id = ? AND window_start = ? AND key = ? AND call_id <> ?`)
    .pluck();
  const keys = connection
    .prepare<[string, number], string>(
      'SELECT DISTINCT key FROM reservations WHERE budget_id = ? AND window_start = ?',
    )
    .pluck();
  const owners = connection.prepare<[], { pid: number; token: string }>(
    'SELECT DISTINCT owner_pid AS pid, owner_token AS token FROM reservations',
  );
  const disown = connection.prepare('DELETE FROM reservations WHERE owner_pid = ? AND owner_token = ?');
  const expire = connection.prepare('DELETE FROM reservations WHERE expires_at <= ?');
  const renew = connection.prepare(
    'UPDATE reservations SET expires_at = ? WHERE owner_pid = ? AND owner_token = ?',
  );
  return {
    add: (reservation, now) =>
      void add.run({ ...reservation, ...owner, expiresAt: Math.round(now) + LIFE_MS }),
    release: (callId) => void release.run(callId),
    held: (budgetId, windowStart, key, but) => held.get(budgetId, windowStart, key, but) ?? 0,
    keys: (budgetId, windowStart) => keys.all(budgetId, windowStart),
    sweep(now) {
      let gone = expire.run(Math.round(now)).changes;
      for (const { pid, token } of owners.all()) {
        // A process with our id and another token was somebody before us.
        const lives = pid === owner.pid ? token === owner.token : isAlive(pid);
        if (!lives) gone += disown.run(pid, token).changes;
      }
      return gone;
    },
    renew: (now) => void renew.run(Math.round(now) + LIFE_MS, owner.pid, owner.token),
  };
}
