/** The cache of components in SQLite: compressed bytes by kind and hash, the longest unused going first. */
import type { ComponentCache, ComponentKind } from '../pipeline/ports.ts';
import { packBytes, unpackBytes } from './body.ts';
import type { Database } from './database.ts';

/** What components may take, in bytes, if nobody says otherwise. */
const DEFAULT_LIMIT = 64 * 1024 * 1024;

/** Rows that are taken out at a time. */
const AT_A_TIME = 100;

interface Row {
  readonly body: Buffer;
  readonly codec: string;
}

interface Oldest {
  readonly kind: ComponentKind;
  readonly hash: string;
  readonly bytes: number;
}

/** Makes the store; its methods throw FarthingError storageUnavailable when SQLite fails. `limit` is in bytes. */
export function createComponentStore(database: Database, limit = DEFAULT_LIMIT): ComponentCache {
  const { connection } = database;
  const find = connection.prepare<[ComponentKind, string], Row>(
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

  const put = connection.transaction((row: Readonly<Record<string, unknown>>) => {
    store.run(row);
    for (let over = (size.get() ?? 0) - limit; over > 0; over = (size.get() ?? 0) - limit)
      for (const { kind, hash, bytes } of oldest.all(AT_A_TIME)) {
        remove.run(kind, hash);
        over -= bytes;
        if (over <= 0) break;
      }
  });

  return {
    get: (kind, hash, now) =>
      database.run(() => {
        const row = find.get(kind, hash);
        if (row === undefined) return null;
        const bytes = unpackBytes(row);
        if (bytes === null) remove.run(kind, hash);
        else markUsed.run(Math.round(now), kind, hash);
        return bytes === null ? null : Uint8Array.from(bytes);
      }),
    put(kind, hash, bytes, now) {
      const { body, codec } = packBytes(bytes);
      if (body.byteLength > limit) return;
      const row = { kind, hash, body, codec, bytes: body.byteLength, now: Math.round(now) };
      database.run(() => put.immediate(row));
    },
    clear: (kind) => database.run(() => clear.run(kind).changes),
  };
}
