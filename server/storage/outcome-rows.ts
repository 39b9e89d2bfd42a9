/** The rows behind the outcome store: reading, writing, and forgetting what has faded. */
import type { Database } from './database.ts';

/** What a count is of: a model's calls of a signature, of a kind, or all of them (key ""). */
export interface OutcomeKey {
  readonly provider: string;
  readonly model: string;
  readonly level: 'signature' | 'kind' | 'all';
  readonly key: string;
}

/** A count as it was when something was last added to it. */
export interface OutcomeRow {
  readonly good: number;
  readonly bad: number;
  /** Number of the observation, among all of the model, that was added last. */
  readonly observation: number;
  /** Epoch milliseconds. */
  readonly observedAt: number;
}

/** The rows. Its methods throw FarthingError storageUnavailable when SQLite fails. */
export interface OutcomeRows {
  find(key: OutcomeKey): OutcomeRow | undefined;
  learner(name: string): Uint8Array | null;
  /** Writes all in one transaction. */
  write(
    entries: readonly { readonly key: OutcomeKey; readonly row: OutcomeRow }[],
    learners: ReadonlyMap<string, Uint8Array>,
  ): void;
  /** Takes out signatures that have not been observed for a year, and the oldest beyond the most that are kept. */
  forgetOld(now: number): void;
}

/** After a year an outcome counts a sixtieth. */
const OLDEST_MS = 365 * 24 * 3_600_000;
/** Some 6 MB. */
const MOST_SIGNATURES = 50_000;

/** Makes them on a database. */
export function createOutcomeRows(database: Database): OutcomeRows {
  const { connection } = database;
  const find = connection.prepare<OutcomeKey, OutcomeRow>(`
    SELECT good, bad, observation, observed_at AS observedAt FROM outcomes
    WHERE provider = :provider AND model = :model AND level = :level AND key = :key`);
  const store = connection.prepare(`
    INSERT INTO outcomes (provider, model, level, key, good, bad, observation, observed_at)
    VALUES (:provider, :model, :level, :key, :good, :bad, :observation, :observedAt)
    ON CONFLICT (provider, model, level, key) DO UPDATE SET good = :good, bad = :bad, observation = :observation,
      observed_at = :observedAt`);
  const learner = connection
    .prepare<[string], Uint8Array>('SELECT state FROM learners WHERE name = ?')
    .pluck();
  const storeLearner = connection.prepare(
    'INSERT INTO learners VALUES (:name, :state) ON CONFLICT (name) DO UPDATE SET state = :state',
  );
  const lastKept = connection
    .prepare<[number], number>(`
      SELECT observed_at FROM outcomes WHERE level = 'signature' ORDER BY observed_at DESC LIMIT 1 OFFSET ?`)
    .pluck();
  const forget = connection.prepare("DELETE FROM outcomes WHERE level = 'signature' AND observed_at < ?");

  const write = connection.transaction<OutcomeRows['write']>((entries, learners) => {
    for (const { key, row } of entries) store.run({ ...key, ...row });
    for (const [name, state] of learners) storeLearner.run({ name, state });
  });

  return {
    find: (key) => database.run(() => find.get(key)),
    learner: (name) => {
      const state = database.run(() => learner.get(name));
      return state === undefined ? null : new Uint8Array(state);
    },
    write: (entries, learners) => database.run(() => write.immediate(entries, learners)),
    forgetOld: (now) =>
      database.run(() => {
        const oldest = Math.max(Math.round(now) - OLDEST_MS, lastKept.get(MOST_SIGNATURES - 1) ?? 0);
        forget.run(oldest);
      }),
  };
}
