/** The ledger in SQLite. */
import type { LedgerReader } from '../pipeline/ports.ts';
import type { Database } from './database.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { createLedgerWriter, type LedgerWriter } from './ledger-writer.ts';

/** What the ledger's store is. */
export type LedgerStore = LedgerWriter & LedgerReader;

/**
 * Makes the ledger on an open database; `pid` names the process its open lines belong to.
 * Its methods throw FarthingError storageUnavailable when SQLite fails, and `close` an Error for a wrong sum.
 */
export function createLedgerStore(database: Database, pid: number = process.pid): LedgerStore {
  return { ...createLedgerWriter(database, pid), ...createLedgerReader(database) };
}
