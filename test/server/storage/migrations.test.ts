import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { MIGRATIONS, migrate, NewerShapeError } from '../../../server/storage/migrations.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import { type Connection, loadSqlite } from '../../../server/storage/sqlite-module.ts';
import { originOf, replyOf, textOf } from '../../contracts/reply-store.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';
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
  INSERT INTO decisions VALUES ('old', 0, 'exactCache', 'miss', 'It was not asked before.', NULL, NULL);`;

for (let steps = 0; steps < MIGRATIONS.length; steps++)
  test(`A file after ${steps} of ${MIGRATIONS.length} migrations is brought up to date with its rows`, async (context) => {
    const file = join(temporaryFolder(context), 'ledger.db');
    const old = connect(file, 0);
    migrate(old, MIGRATIONS.slice(0, steps));
    if (steps > 0) old.exec(FIRST_ROWS);
    old.close();

    const report = (problem: Error) => {
      throw problem;
    };
    const database = await openDatabase(file, { now: Date.now, report });
    const ledger = createLedgerStore(database);
    assert.equal(ledger.totals(0).real.spend, steps > 0 ? 30 : 0);
    assert.deepEqual(ledger.pastOutputTokens('file:///a', 'gpt-5', false, 5), steps > 0 ? [7] : []);
    const call = openedCall('new');
    ledger.close(call, receiptOf(call, [attemptOf(12)]), [attemptOf(12)]);
    assert.equal(ledger.totals(0).real.spend, steps > 0 ? 42 : 12);
    const replies = createReplyStore(database);
    replies.put('key', replyOf('yes'), originOf(), 5);
    assert.equal(textOf(replies.get('key', 5, 10)), 'yes');

    const direct = blank();
    migrate(direct);
    assert.deepEqual(schema(database.connection), schema(direct));
    database.close();
  });

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
