/**
 * The database's shape, as the list of steps that led to it. Only ever append: a step that was released is never
 * changed. SQLite's user_version counts the steps a file has been through.
 */
import type { Connection } from './sqlite-module.ts';

/** One step. */
export interface Migration {
  readonly name: string;
  readonly reason: string;
  readonly sql: string;
}

/** Every step, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'ledger',
    reason:
      'One line per call, one per request sent, and why: everything a receipt says, and no text of a prompt.',
    sql: `
      CREATE TABLE calls (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        started_at INTEGER NOT NULL,
        feature TEXT NOT NULL,
        user TEXT NOT NULL,
        job TEXT,
        workspace TEXT,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        simulated INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        cached_input_tokens INTEGER NOT NULL DEFAULT 0,
        cache_write_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        reasoning_tokens INTEGER NOT NULL DEFAULT 0,
        usage_source TEXT NOT NULL DEFAULT 'provider',
        approximate INTEGER NOT NULL DEFAULT 0,
        cost_nano INTEGER,
        price_version TEXT,
        saved_nano INTEGER,
        first_text_ms REAL,
        total_ms REAL,
        finish_reason TEXT,
        error_code TEXT,
        error_message TEXT,
        owner_pid INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE attempts (
        call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        outcome TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        cached_input_tokens INTEGER NOT NULL,
        cache_write_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        reasoning_tokens INTEGER NOT NULL,
        usage_source TEXT NOT NULL,
        approximate INTEGER NOT NULL,
        cost_nano INTEGER,
        price_version TEXT,
        first_text_ms REAL,
        total_ms REAL NOT NULL,
        error_code TEXT,
        PRIMARY KEY (call_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE decisions (
        call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        stage TEXT NOT NULL,
        action TEXT NOT NULL,
        why TEXT NOT NULL,
        saved_tokens INTEGER,
        saved_nano INTEGER,
        PRIMARY KEY (call_id, position)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'exact cache',
    reason:
      'The same request gets the same answer for nothing; answers are text, so they are kept compressed.',
    sql: `
      CREATE TABLE replies (
        key TEXT PRIMARY KEY,
        body BLOB NOT NULL,
        codec TEXT NOT NULL,
        stored_at INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        uses INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    name: 'ledger indexes',
    reason:
      "The panel asks for a day after every call, an estimate for a job's past runs, a start for open lines.",
    sql: `
      CREATE INDEX calls_by_start ON calls (started_at);
      CREATE INDEX answered_calls_by_job ON calls (job, model) WHERE outcome = 'answered';
      CREATE INDEX running_calls ON calls (owner_pid) WHERE outcome = 'running';
    `,
  },
];

/** Thrown for a file that a newer Farthing has changed: this one must not write to it. */
export class NewerShapeError extends Error {}

/**
 * Takes the database from whatever shape it has to the last of `steps`, all or nothing.
 * @throws NewerShapeError when it has been through more steps than there are
 */
export function migrate(connection: Connection, steps: readonly Migration[] = MIGRATIONS): void {
  if (shapeOf(connection) === steps.length) return;
  const upgrade = connection.transaction(() => {
    // Asked again under the lock: another daemon may have been faster.
    const done = shapeOf(connection);
    if (done > steps.length) throw new NewerShapeError(`shape ${done} is newer than ${steps.length}`);
    for (const step of steps.slice(done)) connection.exec(step.sql);
    connection.pragma(`user_version = ${steps.length}`);
  });
  upgrade.immediate();
}

const shapeOf = (connection: Connection): number =>
  Number(connection.pragma('user_version', { simple: true }));
