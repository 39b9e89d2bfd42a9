import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { FarthingError } from '../../../protocol/errors.ts';
import type { Outcomes } from '../../../server/pipeline/ports.ts';
import { type Database, openDatabase, openMemoryDatabase } from '../../../server/storage/database.ts';
import { createOutcomeStore, type OutcomeStore } from '../../../server/storage/outcome-store.ts';
import { observationOf } from '../../contracts/outcomes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY = 24 * 3_600_000;
const { at: NOON } = observationOf();

interface Stored {
  readonly store: OutcomeStore;
  readonly writes: (() => void)[];
  readonly problems: FarthingError[];
}

/** A store whose writes wait until the test lets them go. */
function storeOn(database: Database, now = NOON): Stored {
  const writes: (() => void)[] = [];
  const problems: FarthingError[] = [];
  const store = createOutcomeStore(database, {
    now: () => now,
    later: (write) => void writes.push(write),
    report: (problem) => void problems.push(problem),
  });
  return { store, writes, problems };
}

async function memory(context: TestContext): Promise<Database> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  return database;
}

const good = (outcomes: Outcomes, signature = 'a') =>
  outcomes.counts(signature, 'explain', 'OpenAI', 'gpt-5-mini').signature.good;

const rows = ({ connection }: Database) =>
  connection.prepare<[], number>('SELECT count(*) FROM outcomes').pluck().get();

test('Outcomes and learners are there after the daemon was closed and started again', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  const report = (problem: Error) => {
    throw problem;
  };
  const first = await openDatabase(file, { now: Date.now, report });
  const { store } = storeOn(first);
  store.observe(observationOf());
  store.saveLearner('lesser', new Uint8Array([1, 2]));
  store.flush();
  first.close();

  const second = await openDatabase(file, { now: Date.now, report });
  context.after(() => second.close());
  const again = storeOn(second).store;
  assert.equal(good(again), 1);
  assert.deepEqual(again.learnerState('lesser'), new Uint8Array([1, 2]));
  again.observe(observationOf());
  assert.ok(good(again) > 1.9);
});

test('An outcome counts at once and is written later, many in one write', async (context) => {
  const database = await memory(context);
  const { store, writes } = storeOn(database);
  store.observe(observationOf());
  store.observe(observationOf({ signature: 'b' }));
  assert.equal(good(store, 'b'), 1);
  assert.equal(rows(database), 0);
  assert.equal(writes.length, 1);
  writes.pop()?.();
  // Two signatures, their kind, and all.
  assert.equal(rows(database), 4);
  store.observe(observationOf());
  assert.equal(writes.length, 1);
});

test('Outcomes that cannot be written are told of once, still count, and are written when they can be', async (context) => {
  const database = await memory(context);
  const { store, problems } = storeOn(database);
  database.connection.pragma('query_only = ON');
  store.observe(observationOf());
  store.flush();
  store.flush();
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['storageUnavailable'],
  );
  assert.equal(good(store), 1);
  database.connection.pragma('query_only = OFF');
  store.flush();
  assert.equal(rows(database), 3);
  assert.equal(problems.length, 1);
});

test('A start forgets signatures that were not met for a year, and keeps what the model did at all', async (context) => {
  const database = await memory(context);
  const { store } = storeOn(database);
  store.observe(observationOf({ at: NOON - 366 * DAY }));
  store.observe(observationOf({ signature: 'young', at: NOON - 364 * DAY }));
  store.flush();
  const later = storeOn(database).store;
  assert.equal(good(later), 0);
  assert.ok(good(later, 'young') > 0);
  assert.equal(rows(database), 3);
});

test('More signatures than are held in memory are all counted', async (context) => {
  const { store } = storeOn(await memory(context));
  for (let index = 0; index < 10_050; index++) store.observe(observationOf({ signature: `s${index}` }));
  assert.ok(good(store, 's10049') === 1);
  assert.ok(good(store, 's0') > 0);
});
