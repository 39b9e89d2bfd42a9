/**
 * The cache of components in SQLite: compressed bytes by kind and hash, the longest unused going first. It is for stages
 * that make parts of a call at a price, in money or in time, and meet the same part again in another call.
 */
import type { ComponentCache, ComponentKind } from '../pipeline/ports.ts';
import { type Body, packBytes, unpackBytes } from './body.ts';
import type { Database } from './database.ts';
import { makeRoom } from './make-room.ts';

/** What components may take, in bytes, if nobody says otherwise. */
const DEFAULT_LIMIT = 64 * 1024 * 1024;

/** Rows that are taken out at a time. */
const AT_A_TIME = 100;

interface Oldest {
  readonly kind: ComponentKind;
  readonly hash: string;
  readonly bytes: number;
}

/** Makes the store; its methods throw FarthingError storageUnavailable when SQLite fails. `limit` is in bytes. */
export function createComponentStore(database: Database, limit = DEFAULT_LIMIT): ComponentCache {
  const { connection } = database;
  const find = connection.prepare<[ComponentKind, string], Body>(
    'SELECT body, codec FROM components WHERE kind = ? AND hash = ?',
  );
  const markUsed = connection.prepare(
    'UPDATE components SET last_used_at = max(last_used_at, ?), uses = uses + 1 WHERE kind = ? AND hash = ?',
  );
  const remove = connection.prepare('DELETE FROM components WHERE kind = ? AND hash = ?');
  const store = connection.prepare(`
    INSERT INTO components (kind, hash, body, codec, bytes, stored_at, last_used_at)
    VALUES (:kind, :hash, :body, :codec, :bytes, :now, :now)
    ON CONFLICT (kind, hash) DO UPDATE SET body = :body, codec = :codec, bytes = :bytes, stored_at = :now,
      last_used_at = :now`);
  const size = connection.prepare<[], number>('SELECT bytes FROM component_size').pluck();
  const oldest = connection.prepare<[number], Oldest>(
    'SELECT kind, hash, bytes FROM components ORDER BY last_used_at LIMIT ?',
  );
  const clear = connection.prepare('DELETE FROM components WHERE kind = ?');

  const noSize = connection.prepare('UPDATE component_size SET bytes = 0');

  const put = connection.transaction((row: Readonly<Record<string, unknown>>) => {
    store.run(row);
    makeRoom({
      over: () => (size.get() ?? 0) - limit,
      victims: () => oldest.all(AT_A_TIME),
      remove: ({ kind, hash }) => remove.run(kind, hash),
      emptied: () => noSize.run(),
    });
  });

  /** Keeps the books on a row that was read; a failure there must not lose what is dear to make again. */
  const settle = (kind: ComponentKind, hash: string, found: boolean, now: number): void => {
    try {
      database.run(() => (found ? markUsed.run(Math.round(now), kind, hash) : remove.run(kind, hash)));
    } catch {
      // The next component that is stored tries to write too, and says why it cannot.
    }
  };

  return {
    get(kind, hash, now) {
      const row = database.run(() => find.get(kind, hash));
      if (row === undefined) return null;
      const bytes = unpackBytes(row);
      settle(kind, hash, bytes !== null, now);
      return bytes === null ? null : new Uint8Array(bytes);
    },
    put(kind, hash, bytes, now) {
      const { body, codec } = packBytes(bytes);
      if (body.byteLength > limit) {
        database.run(() => remove.run(kind, hash));
        return;
      }
      const row = { kind, hash, body, codec, bytes: body.byteLength, now: Math.round(now) };
      database.run(() => put.immediate(row));
    },
    clear: (kind) => database.run(() => clear.run(kind).changes),
  };
}
