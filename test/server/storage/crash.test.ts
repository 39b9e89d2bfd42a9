import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FarthingError } from '../../../protocol/errors.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('./writing-child.ts', import.meta.url));

test('A daemon that is killed while it writes loses no line it had written', async (context) => {
  const file = join(temporaryFolder(context), 'ledger.db');
  const child = spawn(process.execPath, [CHILD, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  context.after(() => child.kill('SIGKILL'));
  let last = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    // More than one checkpoint of the write-ahead log, so that the kill may hit the database file too.
    if (last === 2000) child.kill('SIGKILL');
  }
  await exit;
  assert.ok(last >= 2000, `the child wrote ${last} lines`);

  const reports: FarthingError[] = [];
  const database = await openDatabase(file, { now: Date.now, report: (problem) => reports.push(problem) });
  assert.deepEqual(reports, []);
  assert.equal(database.connection.pragma('integrity_check', { simple: true }), 'ok');
  const ledger = createLedgerStore(database);
  // A call that was begun or even committed but not yet said may come on top.
  const interrupted = ledger.recoverInterrupted(() => false);
  const { calls, knownSpend, unknownPriceCalls } = ledger.totals(0).real;
  const ended = calls - interrupted;
  assert.ok(ended === last + 1 || ended === last + 2, `${ended} lines of ${last + 1}`);
  assert.equal(unknownPriceCalls, interrupted);
  assert.equal(knownSpend, (ended * (ended - 1)) / 2);
  const attempts = database.connection.prepare<[], number>('SELECT count(*) FROM attempts').pluck().get();
  assert.equal(attempts, ended);
  database.close();
});

test('A daemon of this test that is given no file writes none', async (context) => {
  const folder = temporaryFolder(context);
  const child = spawn(process.execPath, [CHILD], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.deepEqual(readdirSync(folder), []);
});
