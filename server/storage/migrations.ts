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
  {
    name: 'what for, against what, and in vain',
    reason:
      'A call is also for a branch and tags, is measured against a baseline, may waste money, and may be an entry of the cache. Lines from before have no baseline: what they saved stays as it was written. What a failed one paid was in vain.',
    sql: `
      ALTER TABLE calls ADD COLUMN branch TEXT;
      ALTER TABLE calls ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE calls ADD COLUMN baseline_provider TEXT;
      ALTER TABLE calls ADD COLUMN baseline_model TEXT;
      ALTER TABLE calls ADD COLUMN baseline_nano INTEGER;
      ALTER TABLE calls ADD COLUMN waste_nano INTEGER DEFAULT 0;
      ALTER TABLE calls ADD COLUMN cache_entry TEXT;
      UPDATE calls SET waste_nano = cost_nano WHERE outcome <> 'answered';
      UPDATE calls SET waste_nano = (
        SELECT CASE WHEN count(cost_nano) = count(*) THEN coalesce(sum(cost_nano), 0) END FROM attempts
        WHERE call_id = calls.id AND position < (SELECT max(position) FROM attempts WHERE call_id = calls.id)
      ) WHERE outcome = 'answered';
      ALTER TABLE attempts ADD COLUMN served_model TEXT;
    `,
  },
  {
    name: 'replies by origin and value',
    reason:
      'Answers can be taken out by what they were for, and those go first that saved the least. Older entries have another form and no origin: they are left behind.',
    sql: `
      DROP TABLE replies;
      CREATE TABLE replies (
        key TEXT PRIMARY KEY,
        body BLOB NOT NULL,
        codec TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        uses INTEGER NOT NULL DEFAULT 0,
        stored_at INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        workspace TEXT,
        feature TEXT NOT NULL,
        job TEXT,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        served_model TEXT,
        prompt_hash TEXT,
        system_hash TEXT
      ) STRICT;
      CREATE INDEX replies_by_value ON replies (tokens * (uses + 1), last_used_at);
      CREATE INDEX replies_by_job ON replies (job) WHERE job IS NOT NULL;
      CREATE INDEX replies_by_model ON replies (provider, model, stored_at);
      CREATE TABLE reply_size (entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
      INSERT INTO reply_size VALUES (0, 0);
      CREATE TRIGGER reply_added AFTER INSERT ON replies BEGIN
        UPDATE reply_size SET entries = entries + 1, bytes = bytes + new.bytes;
      END;
      CREATE TRIGGER reply_removed AFTER DELETE ON replies BEGIN
        UPDATE reply_size SET entries = entries - 1, bytes = bytes - old.bytes;
      END;
      CREATE TRIGGER reply_changed AFTER UPDATE OF bytes ON replies BEGIN
        UPDATE reply_size SET bytes = bytes + new.bytes - old.bytes;
      END;
    `,
  },
  {
    name: 'budgets',
    reason:
      'Budgets, what their windows have used by ended calls, what is held for calls under way, and which thresholds were told. Used amounts are sums of ledger lines, kept so that a call need not add up a month.',
    sql: `
      CREATE TABLE budgets (
        id TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        definition TEXT NOT NULL
      ) STRICT;
      CREATE TABLE budget_use (
        budget_id TEXT NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
        window_start INTEGER NOT NULL,
        key TEXT NOT NULL,
        used INTEGER NOT NULL,
        unknown_calls INTEGER NOT NULL,
        told INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (budget_id, window_start, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE reservations (
        call_id TEXT NOT NULL,
        budget_id TEXT NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
        window_start INTEGER NOT NULL,
        key TEXT NOT NULL,
        amount INTEGER NOT NULL,
        owner_pid INTEGER NOT NULL,
        owner_token TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (call_id, budget_id, window_start, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX reservations_by_budget ON reservations (budget_id, window_start, key);
      CREATE INDEX reservations_by_owner ON reservations (owner_pid, owner_token);
    `,
  },
  {
    name: 'components',
    reason: 'Parts of calls that are dear to make again are kept by the hash of their content.',
    sql: `
      CREATE TABLE components (
        kind TEXT NOT NULL,
        hash TEXT NOT NULL,
        body BLOB NOT NULL,
        codec TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        stored_at INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        uses INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (kind, hash)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX components_by_use ON components (last_used_at);
      CREATE TABLE component_size (bytes INTEGER NOT NULL) STRICT;
      INSERT INTO component_size VALUES (0);
      CREATE TRIGGER component_added AFTER INSERT ON components BEGIN
        UPDATE component_size SET bytes = bytes + new.bytes;
      END;
      CREATE TRIGGER component_removed AFTER DELETE ON components BEGIN
        UPDATE component_size SET bytes = bytes - old.bytes;
      END;
      CREATE TRIGGER component_changed AFTER UPDATE OF bytes ON components BEGIN
        UPDATE component_size SET bytes = bytes + new.bytes - old.bytes;
      END;
    `,
  },
  {
    name: 'outcomes',
    reason:
      'What became of answers, by model and by what was asked, fading with every later one and with time; and what learners have learnt of it.',
    sql: `
      CREATE TABLE outcomes (
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        level TEXT NOT NULL,
        key TEXT NOT NULL,
        good REAL NOT NULL,
        bad REAL NOT NULL,
        observation REAL NOT NULL,
        observed_at INTEGER NOT NULL,
        PRIMARY KEY (provider, model, level, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX outcomes_by_age ON outcomes (observed_at) WHERE level = 'signature';
      CREATE TABLE learners (
        name TEXT PRIMARY KEY,
        state BLOB NOT NULL
      ) STRICT;
    `,
  },
  {
    name: 'estimated cost',
    reason:
      'What a call was expected to cost is held against what it did cost. Lines from before have no estimate.',
    sql: 'ALTER TABLE calls ADD COLUMN estimated_nano INTEGER;',
  },
  {
    name: 'limit of the cache',
    reason:
      'What somebody set as the most that answers may take holds until it is set anew, whoever starts the daemon. There is no row before that.',
    sql: `
      CREATE TABLE reply_limit (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        bytes INTEGER NOT NULL
      ) STRICT;
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
