/** A daemon that does nothing but write its ledger, until it is killed; says each line that is committed. */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';

const report = (problem: Error) => {
  throw problem;
};

async function write(file: string): Promise<void> {
  const database = await openDatabase(file, { now: Date.now, report });
  const ledger = createLedgerStore(database);
  // Bounded, so that it ends even when nobody kills it.
  for (let number = 0; number < 200_000; number++) {
    const call = openedCall(`call ${number}`);
    ledger.open(call);
    ledger.close(call, receiptOf(call, [attemptOf(number)]), [attemptOf(number)]);
    // At once and not through a stream: what was said before the kill must have been said.
    writeSync(1, `${number}\n`);
  }
}

// A test runner that is given a whole folder starts it without a file.
const [file] = process.argv.slice(2);
if (file !== undefined) await write(file);
