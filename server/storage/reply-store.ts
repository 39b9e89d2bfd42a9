/** The exact cache's store in SQLite: one compressed answer per key. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { ReplyStore, StoredReply } from '../pipeline/ports.ts';
import type { Database } from './database.ts';

/** How a body is written; a body with any other name is not read. */
const CODEC = 'json+brotli';

/**
 * Quality 4 of 11: a fifth larger than the best and over ten times as fast, so that storing never delays a reply. The
 * window of 64 KiB holds nearly every answer whole; the default of 4 MiB would be allocated anew for each.
 */
const OPTIONS = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 },
};

interface Row {
  readonly body: Buffer;
  readonly codec: string;
  readonly stored_at: number;
}

/** Makes the store; its methods throw FarthingError storageUnavailable when SQLite fails. */
export function createReplyStore(database: Database): ReplyStore {
  const { connection } = database;
  const find = connection.prepare<[string], Row>('SELECT body, codec, stored_at FROM replies WHERE key = ?');
  const markUsed = connection.prepare('UPDATE replies SET last_used_at = ?, uses = uses + 1 WHERE key = ?');
  const forget = connection.prepare('DELETE FROM replies WHERE key = ?');
  const store = connection.prepare(`
    INSERT INTO replies (key, body, codec, stored_at, last_used_at, uses, bytes)
    VALUES (:key, :body, :codec, :now, :now, 0, :bytes)
    ON CONFLICT (key) DO UPDATE SET body = :body, codec = :codec, stored_at = :now, last_used_at = :now,
      uses = 0, bytes = :bytes`);

  /** Keeps the books on a row that was read; a failure there must not lose a hit that would then be paid for. */
  const settle = (key: string, reply: StoredReply | null, now: number) => {
    try {
      database.run(() => (reply === null ? forget.run(key) : markUsed.run(Math.round(now), key)));
      return reply;
    } catch {
      return reply;
    }
  };

  return {
    get(key, now, maxAgeMs) {
      const row = database.run(() => find.get(key));
      // The distance, not the age: after the clock is set back an entry is neither immortal nor lost.
      if (row === undefined || Math.abs(now - row.stored_at) >= maxAgeMs) return null;
      return settle(key, read(row), now);
    },
    forget: (key) => database.run(() => forget.run(key)).changes > 0,
    count: () => ({ entries: 0, bytes: 0 }),
    invalidate: () => ({ entries: 0, bytes: 0 }),
    limit: () => undefined,
    limitBytes: () => 0,
    lastServedModel: () => null,
    put(key, reply, _origin, now) {
      const json = Buffer.from(JSON.stringify(reply));
      const body = brotliCompressSync(json, OPTIONS);
      database.run(() =>
        store.run({ key, body, codec: CODEC, now: Math.round(now), bytes: json.byteLength }),
      );
    },
  };
}

/** The reply of a row; null when its body cannot be read back. */
function read({ body, codec }: Row): StoredReply | null {
  if (codec !== CODEC) return null;
  try {
    const reply: unknown = JSON.parse(brotliDecompressSync(body).toString());
    return isStoredReply(reply) ? reply : null;
  } catch {
    return null;
  }
}

function isStoredReply(value: unknown): value is StoredReply {
  if (typeof value !== 'object' || value === null) return false;
  const reply = value as Partial<Record<keyof StoredReply, unknown>>;
  return (
    Array.isArray(reply.parts) &&
    typeof reply.reason === 'string' &&
    typeof reply.usage === 'object' &&
    reply.usage !== null
  );
}
