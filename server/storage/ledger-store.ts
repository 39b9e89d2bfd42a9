/** The ledger in SQLite. */
import type { LedgerReader } from '../pipeline/ports.ts';
import type { Database } from './database.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { createLedgerWriter, type LedgerWriter, type Settle } from './ledger-writer.ts';

/** What the ledger's store is. */
export type LedgerStore = LedgerWriter & LedgerReader;

/**
 * Makes the ledger on an open database.
 * Its methods throw FarthingError storageUnavailable when SQLite fails, and `close` an Error for a wrong sum.
 */
export function createLedgerStore(
  database: Database,
  { pid = process.pid, settle = () => () => undefined }: LedgerOptions = {},
): LedgerStore {
  return { ...createLedgerWriter(database, pid, settle), ...createLedgerReader(database) };
}

/** What the store needs besides its database. */
export interface LedgerOptions {
  /** Owner of the lines that are open. */
  readonly pid?: number;
  /** See `createLedgerWriter`. */
  readonly settle?: Settle;
}
