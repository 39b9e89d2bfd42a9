/** Runs the contracts of the stores on all that implements them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createComponentStore } from '../../server/storage/component-store.ts';
import { type Database, openDatabase, openMemoryDatabase } from '../../server/storage/database.ts';
import { createLedgerStore } from '../../server/storage/ledger-store.ts';
import { createOutcomeStore } from '../../server/storage/outcome-store.ts';
import { createReplyStore } from '../../server/storage/reply-store.ts';
import { createWriteBehindReplies } from '../../server/storage/write-behind.ts';
import { createMemoryComponentCache } from '../support/memory-component-cache.ts';
import { createMemoryOutcomes } from '../support/memory-outcomes.ts';
import { createMemoryReplyStore } from '../support/memory-reply-store.ts';
import { createMemoryLedger } from '../support/memory-stores.ts';
import { componentCacheContract } from './component-cache.ts';
import { ledgerContract } from './ledger.ts';
import { outcomesContract } from './outcomes.ts';
import { replyEvictionContract } from './reply-eviction.ts';
import { replyInvalidationContract } from './reply-invalidation.ts';
import { type ReplyStoreUnderTest, replyStoreContract } from './reply-store.ts';

/** A new database in a file, and how to be rid of both. */
async function inFile(): Promise<{ database: Database; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-contract-'));
  const report = (problem: Error) => {
    throw problem;
  };
  const database = await openDatabase(join(folder, 'ledger.db'), { now: Date.now, report });
  const close = () => {
    database.close();
    rmSync(folder, { recursive: true });
  };
  return { database, close };
}

async function inMemory(): Promise<{ database: Database; close: () => void }> {
  const database = await openMemoryDatabase();
  return { database, close: () => database.close() };
}

/** All that a store of the exact cache does. */
function replies(name: string, make: () => Promise<ReplyStoreUnderTest>): void {
  replyStoreContract(name, make);
  replyEvictionContract(name, make);
  replyInvalidationContract(name, make);
}

for (const [name, make] of [
  ['in a SQLite file', inFile],
  ['in SQLite in memory', inMemory],
] as const) {
  ledgerContract(name, async () => {
    const { database, close } = await make();
    return { ledger: createLedgerStore(database), close };
  });
  replies(name, async () => {
    const { database, close } = await make();
    return { store: createReplyStore(database), close };
  });
  const behind = async () => {
    const { database, close } = await make();
    const report = (problem: Error) => {
      throw problem;
    };
    const store = createWriteBehindReplies(createReplyStore(database), report);
    return {
      store,
      close: () => {
        store.flush();
        close();
      },
    };
  };
  replyStoreContract(`${name}, written behind`, behind);
  replyInvalidationContract(`${name}, written behind`, behind);
  componentCacheContract(name, async (limit) => {
    const { database, close } = await make();
    return { cache: createComponentStore(database, limit), close };
  });
  outcomesContract(name, async (now) => {
    const { database, close } = await make();
    const report = (problem: Error) => {
      throw problem;
    };
    // Written at once, so that every line goes through SQLite.
    const outcomes = createOutcomeStore(database, { now, later: (write) => write(), report });
    return { outcomes, close };
  });
}

const nothing = () => undefined;
ledgerContract('of the tests', async () => ({ ledger: createMemoryLedger(), close: nothing }));
replies('of the tests', async () => ({ store: createMemoryReplyStore(), close: nothing }));
outcomesContract('of the tests', async (now) => ({ outcomes: createMemoryOutcomes(now), close: nothing }));
componentCacheContract('of the tests', async (limit) => ({
  cache: createMemoryComponentCache(limit),
  close: nothing,
}));
