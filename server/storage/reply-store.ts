/**
 * The exact cache's store in SQLite: one compressed answer per key. Its value is the tokens that it saves with each
 * use, times its uses; beyond the limit the least valuable go, of equal ones the longest unused.
 */
import type { ReplyFilter, ReplyOrigin, ReplyStore, StoredReply } from '../pipeline/ports.ts';
import type { Body } from './body.ts';
import type { Database } from './database.ts';
import { makeRoom } from './make-room.ts';
import { filterSql } from './reply-filter.ts';
import { packReply, unpackReply } from './stored-reply.ts';

/** Before anybody set a limit, in bytes: the default of the setting. */
const DEFAULT_LIMIT = 256_000_000;

/** Rows that are looked up at a time to be taken out. */
const HANDFUL = 200;

/** Handfuls that one step takes out, within 60 ms on a file: the daemon stands still meanwhile. */
const HANDFULS_A_STEP = 5;

interface Row extends Body {
  readonly stored_at: number;
}

interface Size {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Makes the store; its methods throw FarthingError storageUnavailable when SQLite fails. Where much must go, as after
 * a lower limit, `later` runs one step after another; left out, all goes at once.
 */
export function createReplyStore(
  database: Database,
  later: (step: () => void) => void = (step) => step(),
): ReplyStore {
  const { connection } = database;
  const find = connection.prepare<[string], Row>('SELECT body, codec, stored_at FROM replies WHERE key = ?');
  const maker = connection.prepare<[string], { provider: string; model: string }>(
    'SELECT provider, model FROM replies WHERE key = ?',
  );
  const markUsed = connection.prepare(
    'UPDATE replies SET last_used_at = max(last_used_at, ?), uses = uses + 1 WHERE key = ?',
  );
  const forget = connection.prepare('DELETE FROM replies WHERE key = ?');
  const store = connection.prepare(`
    INSERT INTO replies (key, body, codec, bytes, tokens, uses, stored_at, last_used_at, workspace, feature, job,
      provider, model, served_model, prompt_hash, system_hash)
    VALUES (:key, :body, :codec, :bytes, :tokens, 0, :now, :now, :workspace, :feature, :job, :provider, :model,
      :servedModel, :promptHash, :systemHash)
    ON CONFLICT (key) DO UPDATE SET body = :body, codec = :codec, bytes = :bytes, tokens = :tokens, uses = 0,
      stored_at = :now, last_used_at = :now, workspace = :workspace, feature = :feature, job = :job,
      provider = :provider, model = :model, served_model = :servedModel, prompt_hash = :promptHash,
      system_hash = :systemHash`);
  const size = connection.prepare<[], Size>('SELECT entries, bytes FROM reply_size');
  const noSize = connection.prepare('UPDATE reply_size SET entries = 0, bytes = 0');
  const leastValuable = connection.prepare<[number], { key: string; bytes: number }>(
    'SELECT key, bytes FROM replies ORDER BY tokens * (uses + 1), last_used_at LIMIT ?',
  );
  const lastServed = connection
    .prepare<[string, string], string | null>(`
      SELECT served_model FROM replies WHERE provider = ? AND model = ? AND served_model IS NOT NULL
      ORDER BY stored_at DESC, rowid DESC LIMIT 1`)
    .pluck();
  const limitKept = connection.prepare<[], number>('SELECT bytes FROM reply_limit').pluck();
  const keepLimit = connection.prepare(
    'INSERT INTO reply_limit (only, bytes) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET bytes = excluded.bytes',
  );
  let most = database.run(() => limitKept.get()) ?? DEFAULT_LIMIT;
  let evictsLater = false;

  const sizeNow = (): Size => size.get() ?? { entries: 0, bytes: 0 };

  const evictSome = connection.transaction(() =>
    makeRoom(
      {
        over: () => sizeNow().bytes - most,
        victims: () => leastValuable.all(HANDFUL),
        remove: ({ key }) => forget.run(key),
        emptied: () => noSize.run(),
      },
      HANDFULS_A_STEP,
    ),
  );

  const put = connection.transaction((row: Readonly<Record<string, unknown>>) => {
    store.run(row);
    evictSome();
  });

  /** Does what can wait: where nothing can be written, a hit is still a hit and settings still apply. */
  const tryTo = (action: () => unknown): void => {
    try {
      database.run(action);
    } catch {
      // The next answer that is stored tries to write too, and says why it cannot.
    }
  };

  const evictRest = (): void => {
    if (evictsLater || sizeNow().bytes <= most) return;
    evictsLater = true;
    later(() => {
      evictsLater = false;
      tryTo(() => {
        evictSome.immediate();
        evictRest();
      });
    });
  };

  const peek = (key: string, now: number, maxAgeMs: number): StoredReply | null => {
    const row = database.run(() => find.get(key));
    // The distance, not the age: after the clock is set back an entry is neither immortal nor lost.
    if (row === undefined || Math.abs(now - row.stored_at) >= maxAgeMs) return null;
    const reply = unpackReply(row);
    if (reply === null) tryTo(() => forget.run(key));
    return reply;
  };

  const count = (filter: ReplyFilter): Size => {
    if (Object.values(filter).every((value) => value === undefined)) return sizeNow();
    const { where, values } = filterSql(filter);
    const sums = connection.prepare<[Readonly<Record<string, string | null>>], Size>(
      `SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM replies WHERE ${where}`,
    );
    return sums.get(values) ?? { entries: 0, bytes: 0 };
  };

  const invalidate = connection.transaction((filter: ReplyFilter): Size => {
    const before = sizeNow();
    const { where, values } = filterSql(filter);
    connection.prepare(`DELETE FROM replies WHERE ${where}`).run(values);
    const after = sizeNow();
    return { entries: before.entries - after.entries, bytes: before.bytes - after.bytes };
  });

  return {
    peek,
    get(key, now, maxAgeMs) {
      const reply = peek(key, now, maxAgeMs);
      if (reply !== null) tryTo(() => markUsed.run(Math.round(now), key));
      return reply;
    },
    put(key, reply, origin, now) {
      const { body, codec } = packReply(reply);
      // It would take out all others and then itself; what it replaces is out of date all the same.
      if (body.byteLength > most) {
        database.run(() => forget.run(key));
        return;
      }
      const tokens = reply.usage.inputTokens + reply.usage.outputTokens;
      const row = {
        key,
        body,
        codec,
        bytes: body.byteLength,
        tokens,
        now: Math.round(now),
        ...originRow(origin),
      };
      database.run(() => put.immediate(row));
      tryTo(evictRest);
    },
    answeredBy: (key) => database.run(() => maker.get(key)) ?? null,
    forget: (key) => database.run(() => forget.run(key)).changes > 0,
    count: (filter) => database.run(() => count(filter)),
    invalidate: (filter) => database.run(() => invalidate.immediate(filter)),
    limit(bytes) {
      most = Math.max(0, Math.floor(bytes));
      tryTo(() => limitKept.get() === most || keepLimit.run(most));
      tryTo(evictRest);
    },
    limitBytes: () => most,
    lastServedModel: (provider, model) => database.run(() => lastServed.get(provider, model)) ?? null,
  };
}

/** The columns that replies are found by; a name for each, since SQLite wants to see every one. */
const originRow = (origin: ReplyOrigin) => ({
  workspace: origin.workspace,
  feature: origin.feature,
  job: origin.job,
  provider: origin.provider,
  model: origin.model,
  servedModel: origin.servedModel,
  promptHash: origin.promptHash,
  systemHash: origin.systemHash,
});
