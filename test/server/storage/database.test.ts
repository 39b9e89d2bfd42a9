import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FarthingError } from '../../../protocol/errors.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { MIGRATIONS } from '../../../server/storage/migrations.ts';
import { loadSqlite } from '../../../server/storage/sqlite-module.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOON = Date.UTC(2026, 10, 1, 12);

/** Opens `file` and says what was reported. */
async function open(file: string): Promise<{ database: Database; reports: FarthingError[] }> {
  const reports: FarthingError[] = [];
  const database = await openDatabase(file, { now: () => NOON, report: (problem) => reports.push(problem) });
  return { database, reports };
}

/** Writes a ledger with `calls` calls and closes it. */
async function writeLedger(file: string, calls: number): Promise<void> {
  const { database } = await open(file);
  const ledger = createLedgerStore(database);
  for (let number = 0; number < calls; number++) {
    const call = openedCall(`call ${number}`);
    ledger.close(call, receiptOf(call, [attemptOf(10)]), [attemptOf(10)]);
  }
  database.close();
}

const calls = (database: Database): number => createLedgerStore(database).totals(0).real.calls;

test('A path that is not absolute is refused, and no file is left where the program runs', async () => {
  for (const file of [undefined, 'undefined', './ledger.db', '', ':memory:'])
    await assert.rejects(open(file as string), {
      name: 'TypeError',
      message: `a database needs an absolute path, not "${file}"`,
    });
  assert.equal(existsSync('undefined'), false);
});

test('A new file gets its folder, is for its user alone, and keeps what is written', async (context) => {
  const file = join(temporaryFolder(context), 'state', 'deep', 'ledger.db');
  await writeLedger(file, 3);
  const { database, reports } = await open(file);
  assert.equal(database.problem, null);
  assert.deepEqual(reports, []);
  assert.equal(calls(database), 3);
  if (process.platform !== 'win32') {
    assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(`${file}-wal`).mode & 0o777, 0o600);
  }
  database.close();
  assert.equal(existsSync(`${file}-wal`), false);
});

test('A file that others could read is closed to them', {
  skip: process.platform === 'win32',
}, async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  writeFileSync(file, '', { mode: 0o644 });
  const { database } = await open(file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  database.close();
});

for (const [what, damage] of [
  ['is no database', (file: string) => writeFileSync(file, 'garbage, not a database. '.repeat(500))],
  ['was cut to half', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ['was cut within its header', (file: string) => truncateSync(file, 50)],
] as const)
  test(`A file that ${what} is set aside, whole, and a new one begun`, async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, 'ledger.db');
    await writeLedger(file, 200);
    damage(file);
    const damaged = readFileSync(file);

    const { database, reports } = await open(file);
    assert.equal(database.problem, null);
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['storageSetAside'],
    );
    const aside = `${file}.damaged-20261101T120000Z`;
    assert.match(String(reports[0]?.message), new RegExp(`It is kept as ${aside}`));
    assert.deepEqual(readFileSync(aside), damaged);
    assert.equal(calls(database), 0);
    database.close();
  });

test('A damaged file never takes the name of one that was set aside before', async (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, 'ledger.db');
  for (const content of ['first', 'second', 'third']) {
    writeFileSync(file, content.repeat(1000));
    const { database } = await open(file);
    database.close();
  }
  const kept = readdirSync(folder).filter((name) => name.includes('damaged'));
  assert.deepEqual(kept.map((name) => readFileSync(join(folder, name), 'utf8').slice(0, 5)).sort(), [
    'first',
    'secon',
    'third',
  ]);
});

test('Damage inside a file that was not closed is found when it is opened', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  await writeLedger(file, 500);
  overwriteMiddle(file);
  // What a daemon leaves that was ended by force.
  writeFileSync(`${file}-wal`, 'unfinished');
  const { database, reports } = await open(file);
  assert.deepEqual(
    reports.map(({ code }) => code),
    ['storageSetAside'],
  );
  assert.equal(calls(database), 0);
  database.close();
});

test('Damage found while working is told, and the file set aside when it is closed', async (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, 'ledger.db');
  await writeLedger(file, 500);
  overwriteMiddle(file);
  const { database, reports } = await open(file);
  assert.deepEqual(reports, []);
  const ledger = createLedgerStore(database);
  assert.throws(
    () => [ledger.totals(0), ledger.recent(50), ledger.pastOutputTokens('job', 'model', false, 5)],
    {
      code: 'storageUnavailable',
      message: /the file is damaged/,
    },
  );
  database.close();
  assert.deepEqual(
    reports.map(({ code }) => code),
    ['storageSetAside'],
  );
  assert.equal(existsSync(file), false);
});

for (const [what, prepare, detail] of [
  ['there is a folder in its place', (file: string) => mkdirSync(file, { mode: 0o755 }), 'it is not a file'],
  [
    'its folder is a file',
    (file: string) => writeFileSync(join(file, '..'), ''),
    'a part of its path is a file',
  ],
] as const)
  test(`Where ${what} the database is in memory and says so`, async (context) => {
    const file = join(temporaryFolder(context), 'state', 'ledger.db');
    if (what.includes('folder in')) mkdirSync(join(file, '..'));
    prepare(file);
    const { database, reports } = await open(file);
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['storageUnavailable'],
    );
    assert.match(String(database.problem), new RegExp(`ledger\\.db cannot be written \\(${detail}\\)`));
    assert.equal(calls(database), 0);
    database.close();
  });

test('A file of a newer Farthing is left alone', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  await writeLedger(file, 3);
  const before = await open(file);
  before.database.connection.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  before.database.close();

  const { database, reports } = await open(file);
  assert.match(String(database.problem), /a newer Farthing has written it/);
  assert.equal(reports.length, 1);
  assert.deepEqual(
    readdirSync(join(file, '..')).filter((name) => name.includes('damaged')),
    [],
  );
  database.close();
});

/** Each makes every write fail, the way it does in the world, and gives back what undoes it. */
const OBSTACLES: readonly (readonly [
  string,
  RegExp,
  (database: Database, file: string) => Promise<() => void>,
])[] = [
  [
    'held by another program',
    /another program holds it/,
    async (_, file) => {
      const other = await open(file);
      other.database.connection.exec('BEGIN EXCLUSIVE');
      return () => other.database.close();
    },
  ],
  [
    'read-only',
    /the file is read-only/,
    async ({ connection }) => {
      connection.pragma('query_only = ON');
      return () => void connection.pragma('query_only = OFF');
    },
  ],
];

for (const [what, message, obstruct] of OBSTACLES)
  test(`A write to a file that is ${what} fails with that reason, and reading goes on`, async (context) => {
    const file = join(temporaryFolder(context), 'ledger.db');
    await writeLedger(file, 3);
    const { database } = await open(file);
    const ledger = createLedgerStore(database);
    const undo = await obstruct(database, file);
    assert.throws(() => ledger.open(openedCall('new')), { code: 'storageUnavailable', message });
    assert.equal(ledger.totals(0).real.calls, 3);
    undo();
    ledger.open(openedCall('new'));
    assert.equal(ledger.totals(0).real.calls, 4);
    database.close();
  });

test('A write to a full disk fails with that reason, and reading goes on', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  const { database } = await open(file);
  const ledger = createLedgerStore(database);
  const pages = Number(database.connection.pragma('page_count', { simple: true }));
  database.connection.pragma(`max_page_count = ${pages}`);
  const job = `file:///${'long'.repeat(5000)}`;
  const large = openedCall('large', {
    attribution: { feature: 'prompt file', user: 'ada', job, workspace: null, branch: null, tags: [] },
  });
  assert.throws(() => ledger.open(large), { code: 'storageUnavailable', message: /the disk is full/ });
  assert.equal(ledger.totals(0).real.calls, 0);
  database.connection.pragma(`max_page_count = ${pages + 100}`);
  ledger.open(large);
  assert.equal(ledger.totals(0).real.calls, 1);
  database.close();
});

test('A runtime that would die of the native module is refused before it is loaded', async () => {
  const versions = { ...process.versions, node: '20.19.0', napi: '9' };
  await assert.rejects(loadSqlite(versions), { code: 'runtimeTooOld', message: /found Node 20\.19\.0/ });
});

/** Pages that the header and the schema are in. */
const SCHEMA_PAGES = 20;

/** Overwrites a few pages in the middle of the file, but not its header and its schema. */
function overwriteMiddle(file: string): void {
  const { size } = statSync(file);
  const descriptor = openSync(file, 'r+');
  const noise = Buffer.alloc(8 * 4096, 0xa5);
  for (let start = SCHEMA_PAGES * 4096; start < size - 4096; start += noise.length)
    writeSync(descriptor, noise, 0, Math.min(noise.length, size - 4096 - start), start);
  closeSync(descriptor);
}
