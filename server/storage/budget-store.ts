/** Budgets in SQLite, with what is held against them and what their windows have used. */

import type { BudgetThresholdParams } from '../../protocol/messages.ts';
import type { Budgets } from '../pipeline/ports.ts';
import type { Database } from './database.ts';
import type { Settle } from './ledger-writer.ts';

/** Budgets with what the ledger and the daemon need of them. */
export interface BudgetStore extends Budgets {
  readonly settle: Settle;
  /** Keeps what this process holds from expiring; call it now and then. */
  renew(now: number): void;
}

/** What the store needs besides its database. */
export interface BudgetOptions {
  readonly isAlive: (pid: number) => boolean;
  /** Told, once for each window, of every threshold that a budget passes. */
  readonly passed: (passed: BudgetThresholdParams) => void;
}

/** Makes the store. */
export function createBudgetStore(_database: Database, _options: BudgetOptions): BudgetStore {
  return {
    reserve: () => ({ kind: 'granted', tight: [] }),
    release: () => undefined,
    states: () => [],
    save: () => undefined,
    delete: () => undefined,
    settle: () => undefined,
    renew: () => undefined,
  };
}
