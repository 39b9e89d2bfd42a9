import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore, type LedgerStore } from '../../../server/storage/ledger-store.ts';
import { MIGRATIONS, migrate, NewerShapeError } from '../../../server/storage/migrations.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import { type Connection, loadSqlite } from '../../../server/storage/sqlite-module.ts';
import { originOf, replyOf, textOf } from '../../contracts/reply-store.ts';
import { attemptOf, openedCall, receiptOf, usageOf } from '../../support/ledger-fixtures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const connect = await loadSqlite();
const blank = (): Connection => connect(':memory:', 0);
const version = (connection: Connection) => connection.pragma('user_version', { simple: true });
const schema = (connection: Connection) =>
  connection.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();

/** Rows as the first shape knows them, written by hand as that version would have. */
const FIRST_ROWS = `
  INSERT INTO calls (id, started_at, feature, user, job, provider, model, simulated, outcome, input_tokens,
    output_tokens, cost_nano, price_version, saved_nano, total_ms, owner_pid)
  VALUES ('old', 5, 'prompt file', 'ada', 'file:///a', 'OpenAI', 'gpt-5', 0, 'answered', 10, 7, 30, 'test@1', 0, 9, 1);
  INSERT INTO attempts (call_id, position, provider, model, outcome, input_tokens, cached_input_tokens,
    cache_write_tokens, output_tokens, reasoning_tokens, usage_source, approximate, cost_nano, price_version,
    first_text_ms, total_ms, error_code)
  VALUES ('old', 0, 'OpenAI', 'gpt-5', 'answered', 10, 0, 0, 7, 0, 'provider', 0, 30, 'test@1',
    1.5, 9, NULL);
  INSERT INTO decisions (call_id, position, stage, action, why, saved_tokens, saved_nano)
  VALUES ('old', 0, 'exactCache', 'miss', 'It was not asked before.', NULL, NULL);
  INSERT INTO calls (id, started_at, feature, user, provider, model, simulated, outcome, cost_nano, saved_nano,
    error_code, error_message, owner_pid)
  VALUES ('failed', 5, 'prompt file', 'ada', 'OpenAI', 'gpt-5', 0, 'failed', 4, 0, 'cutStream', 'It broke off.', 1),
    ('retried', 5, 'prompt file', 'ada', 'OpenAI', 'gpt-5', 0, 'answered', 9, 0, NULL, NULL, 1),
    ('interrupted', 1, 'prompt file', 'ada', 'OpenAI', 'gpt-5', 0, 'interrupted', NULL, 0, NULL, NULL, 1),
    ('running', 1, 'prompt file', 'ada', 'OpenAI', 'gpt-5', 0, 'running', NULL, NULL, NULL, NULL, 1);
  INSERT INTO attempts (call_id, position, provider, model, outcome, input_tokens, cached_input_tokens,
    cache_write_tokens, output_tokens, reasoning_tokens, usage_source, approximate, cost_nano, price_version,
    first_text_ms, total_ms, error_code)
  VALUES ('failed', 0, 'OpenAI', 'gpt-5', 'failed', 1, 0, 0, 1, 0, 'counted', 0, 4, 'test@1', 1.5, 9, 'cutStream'),
    ('retried', 0, 'OpenAI', 'gpt-5', 'failed', 1, 0, 0, 1, 0, 'counted', 0, 2, 'test@1', NULL, 9, 'network'),
    ('retried', 1, 'OpenAI', 'gpt-5', 'answered', 1, 0, 0, 1, 0, 'provider', 0, 7, 'test@1', 1.5, 9, NULL);`;

/** The shape that brought branch, tags, baseline, waste and the served model. */
const FULL_LINES = MIGRATIONS.findIndex(({ name }) => name === 'what for, against what, and in vain') + 1;

/** A row as that shape and those after it know it. */
const FULL_ROWS = `
  INSERT INTO calls (id, started_at, feature, user, branch, tags, provider, model, simulated, outcome, cost_nano,
    price_version, baseline_provider, baseline_model, baseline_nano, saved_nano, waste_nano, cache_entry, owner_pid)
  VALUES ('full', 2, 'prompt file', 'ada', 'main', '["billing"]', 'OpenAI', 'gpt-5', 0, 'answered', 5, 'test@1',
    'OpenAI', 'gpt-5-pro', 50, 45, 0, 'entry', 1);
  INSERT INTO attempts (call_id, position, provider, model, served_model, outcome, input_tokens, cached_input_tokens,
    cache_write_tokens, output_tokens, reasoning_tokens, usage_source, approximate, cost_nano, price_version,
    first_text_ms, total_ms, error_code)
  VALUES ('full', 0, 'OpenAI', 'gpt-5', 'gpt-5-2025-08-07', 'answered', 1, 0, 0, 1, 0, 'provider', 0, 5, 'test@1',
    1.5, 9, NULL);`;

for (let steps = 0; steps < MIGRATIONS.length; steps++)
  test(`A file after ${steps} of ${MIGRATIONS.length} migrations is brought up to date with its rows`, async (context) => {
    const file = join(temporaryFolder(context), 'ledger.db');
    const old = connect(file, 0);
    // As a file gets old: each version writes its rows and the next takes them over.
    migrate(old, MIGRATIONS.slice(0, Math.min(steps, 1)));
    if (steps > 0) old.exec(FIRST_ROWS);
    migrate(old, MIGRATIONS.slice(0, steps));
    const isFull = steps >= FULL_LINES;
    if (isFull) old.exec(FULL_ROWS);
    old.close();

    const report = (problem: Error) => {
      throw problem;
    };
    const database = await openDatabase(file, { now: Date.now, report });
    const ledger = createLedgerStore(database);
    const since = 5;
    assert.equal(ledger.totals(since).real.spend, steps > 0 ? 43 : 0);
    assert.equal(ledger.totals(since).real.waste, steps > 0 ? 6 : 0);
    if (steps > 0) assertFirstRows(ledger);
    if (isFull) assertFullRows(ledger);
    // The line that was under way when its version ended.
    assert.equal(
      ledger.recoverInterrupted(() => false),
      steps > 0 ? 1 : 0,
    );
    assert.equal(ledger.totals(0).real.waste, steps > 0 ? null : 0);
    assert.deepEqual(ledger.pastOutputTokens('file:///a', 'gpt-5', false, 5), steps > 0 ? [7] : []);
    const call = openedCall('new');
    ledger.close(call, receiptOf(call, [attemptOf(12)]), [attemptOf(12)]);
    assert.equal(ledger.totals(since).real.spend, steps > 0 ? 55 : 12);
    const replies = createReplyStore(database);
    replies.put('key', replyOf('yes'), originOf(), 5);
    assert.equal(textOf(replies.get('key', 5, 10)), 'yes');

    const direct = blank();
    migrate(direct);
    assert.deepEqual(schema(database.connection), schema(direct));
    database.close();
  });

function assertFirstRows(ledger: LedgerStore): void {
  const waste = (callId: string) => ledger.call(callId)?.line.wasteNano;
  assert.deepEqual(['old', 'failed', 'retried', 'interrupted', 'running'].map(waste), [0, 4, 2, null, null]);
  const { line, ...details } = ledger.call('old') ?? {};
  assert.deepEqual([line?.costNano, line?.savedNano, line?.cacheEntry], [30, 0, null]);
  assert.deepEqual(details, {
    user: 'ada',
    branch: null,
    tags: [],
    baseline: null,
    estimate: null,
    attempts: [
      {
        provider: 'OpenAI',
        model: 'gpt-5',
        servedModel: null,
        outcome: 'answered',
        usage: usageOf(10, 7),
        cost: { nano: 30, priceVersion: 'test@1' },
        firstTextMs: 1.5,
        totalMs: 9,
        errorCode: null,
      },
    ],
    decisions: [{ stage: 'exactCache', action: 'miss', why: 'It was not asked before.' }],
  });
}

function assertFullRows(ledger: LedgerStore): void {
  const details = ledger.call('full');
  assert.deepEqual([details?.branch, details?.tags], ['main', ['billing']]);
  assert.deepEqual(details?.baseline, { provider: 'OpenAI', model: 'gpt-5-pro', nano: 50 });
  assert.deepEqual(
    details?.attempts.map(({ servedModel }) => servedModel),
    ['gpt-5-2025-08-07'],
  );
  assert.deepEqual([details?.line.wasteNano, details?.line.cacheEntry], [0, 'entry']);
}

test('Migrating twice changes nothing', () => {
  const connection = blank();
  migrate(connection);
  const before = schema(connection);
  migrate(connection);
  assert.deepEqual(schema(connection), before);
  assert.equal(version(connection), MIGRATIONS.length);
});

test('A migration that fails leaves the shape and the version as they were', () => {
  const connection = blank();
  migrate(connection, MIGRATIONS.slice(0, 1));
  const before = schema(connection);
  const broken = {
    name: 'broken',
    reason: 'for the test',
    sql: 'CREATE TABLE half (a); CREATE TABLE calls (a)',
  };
  assert.throws(() => migrate(connection, [...MIGRATIONS, broken]), /already exists/);
  assert.deepEqual(schema(connection), before);
  assert.equal(version(connection), 1);
});

test('A shape that is newer than the list is not touched', () => {
  const connection = blank();
  migrate(connection);
  assert.throws(() => migrate(connection, MIGRATIONS.slice(0, 2)), NewerShapeError);
  assert.equal(version(connection), MIGRATIONS.length);
});

test('Every migration has a name of its own and a reason', () => {
  assert.equal(new Set(MIGRATIONS.map(({ name }) => name)).size, MIGRATIONS.length);
  for (const { reason } of MIGRATIONS) assert.match(reason, /\w{3}.*\.$/s);
});

test('The ledger has no column that could hold a prompt or an answer', () => {
  const connection = blank();
  migrate(connection);
  const columns = ['calls', 'attempts', 'decisions'].flatMap((table) =>
    connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table),
  );
  const texts = columns.filter((name) => /prompt|message|text|body|content|answer|reply/.test(name));
  // The catalogue's sentence about an error, and a duration.
  assert.deepEqual([...new Set(texts)].sort(), ['error_message', 'first_text_ms']);
});
