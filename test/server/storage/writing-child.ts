/** A daemon that does nothing but write its ledger, until it is killed; says each line that is committed. */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../server/storage/database.ts';
import { createLedgerStore } from '../../../server/storage/ledger-store.ts';
import { attemptOf, openedCall, receiptOf } from '../../support/ledger-fixtures.ts';

const report = (problem: Error) => {
  throw problem;
};
const database = await openDatabase(String(process.argv[2]), { now: Date.now, report });
const ledger = createLedgerStore(database);
// Bounded, so that it ends even when nobody kills it.
for (let number = 0; number < 200_000; number++) {
  const call = openedCall(`call ${number}`);
  ledger.open(call);
  ledger.close(call, receiptOf(call, [attemptOf(number)]), [attemptOf(number)]);
  // At once and not through a stream: what was said before the kill must have been said.
  writeSync(1, `${number}\n`);
}
