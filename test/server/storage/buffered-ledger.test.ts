import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FarthingError, farthingError } from '../../../protocol/errors.ts';
import type { Ledger } from '../../../server/pipeline/ports.ts';
import { createBufferedLedger } from '../../../server/storage/buffered-ledger.ts';
import { openMemoryDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';

const FULL = farthingError('storageUnavailable', { file: 'ledger.db', detail: 'the disk is full' });

/** A buffered ledger over one that fails while `failure` is set, with all that each was told. */
function scripted(limit?: number) {
  const script: { failure: Error | null } = { failure: null };
  const written: string[] = [];
  const reports: FarthingError[] = [];
  const recoveries: { written: number; dropped: number }[] = [];
  const write = (line: string) => {
    if (script.failure !== null) throw script.failure;
    written.push(line);
  };
  const inner: Ledger = {
    open: ({ callId }) => write(`open ${callId}`),
    close: ({ callId }) => write(`close ${callId}`),
  };
  const ledger = createBufferedLedger(inner, {
    report: (problem) => reports.push(problem),
    recovered: (lines) => recoveries.push(lines),
    ...(limit === undefined ? {} : { limit }),
  });
  const open = (callId: string) => ledger.open(openedCall(callId));
  const close = (callId: string) => {
    const call = openedCall(callId);
    ledger.close(call, receiptOf(call, [attemptOf(10)]), [attemptOf(10)]);
  };
  return { script, written, reports, recoveries, ledger, open, close };
}

test('Lines go straight through while the ledger is well', () => {
  const { written, reports, recoveries, ledger, open, close } = scripted();
  open('a');
  close('a');
  assert.deepEqual(written, ['open a', 'close a']);
  assert.deepEqual([reports, recoveries, ledger.pending(), ledger.problem()], [[], [], 0, null]);
});

test('Lines that fail are kept, told once, and written in order with the next that can be', () => {
  const { script, written, reports, recoveries, ledger, open, close } = scripted();
  open('a');
  script.failure = FULL;
  close('a');
  open('b');
  open('c');
  close('b');
  assert.equal(ledger.pending(), 3);
  assert.equal(ledger.problem(), FULL.message);
  assert.deepEqual(reports, [FULL]);

  script.failure = null;
  open('d');
  // The end of b took the place of its beginning: b still comes before c.
  assert.deepEqual(written, ['open a', 'close a', 'close b', 'open c', 'open d']);
  assert.deepEqual([ledger.pending(), ledger.problem()], [0, null]);
  assert.deepEqual(recoveries, [{ written: 4, dropped: 0 }]);

  script.failure = FULL;
  open('e');
  assert.equal(reports.length, 2);
});

test('A flush writes what waits without a new line', () => {
  const { script, written, recoveries, ledger, open } = scripted();
  script.failure = FULL;
  open('a');
  ledger.flush();
  assert.equal(ledger.pending(), 1);
  script.failure = null;
  ledger.flush();
  ledger.flush();
  assert.deepEqual(written, ['open a']);
  assert.deepEqual(recoveries, [{ written: 1, dropped: 0 }]);
});

test('No more lines are kept than the limit, and those that are lost are counted', () => {
  const { script, written, recoveries, ledger, open, close } = scripted(2);
  script.failure = FULL;
  open('a');
  open('b');
  open('c');
  open('d');
  close('a');
  assert.equal(ledger.pending(), 2);
  assert.equal(ledger.problem(), `${FULL.message} 2 lines were too many to keep and are lost.`);
  script.failure = null;
  ledger.flush();
  assert.deepEqual(written, ['close a', 'open b']);
  assert.deepEqual(recoveries, [{ written: 2, dropped: 2 }]);
});

test('A line that is wrong in itself is told and does not hold back the others', () => {
  const { script, written, reports, ledger, open } = scripted();
  script.failure = new Error('the cost is not the sum');
  open('a');
  script.failure = null;
  open('b');
  assert.deepEqual(written, ['open b']);
  assert.deepEqual(
    reports.map(({ code, cause }) => [code, String(cause)]),
    [['internal', 'Error: the cost is not the sum']],
  );
  assert.deepEqual([ledger.pending(), ledger.problem()], [0, null]);
});

test('A database that cannot be written for a while has every line in the end', async () => {
  const database = await openMemoryDatabase();
  const store = createLedgerStore(database);
  const reports: FarthingError[] = [];
  const ledger = createBufferedLedger(store, { report: (problem) => reports.push(problem) });
  for (let number = 0; number < 30; number++) {
    database.connection.pragma(`query_only = ${number >= 10 && number < 20 ? 'ON' : 'OFF'}`);
    const call = openedCall(`call ${number}`);
    ledger.open(call);
    ledger.close(call, receiptOf(call, [attemptOf(10)]), [attemptOf(10)]);
  }
  assert.deepEqual(
    reports.map(({ message }) => /\((.*)\)/.exec(message)?.[1]),
    ['the file is read-only'],
  );
  assert.equal(store.totals(0).real.spend, 300);
  assert.deepEqual(
    store.recent(50).map(({ callId }) => callId),
    Array.from({ length: 30 }, (_, index) => `call ${29 - index}`),
  );
  database.close();
});
