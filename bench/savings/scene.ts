/** The daemon's core over the replay's provider and clock, on a database file of its own; see `server/core.ts`. */
import type { FarthingError } from '../../protocol/errors.ts';
import { createEngine, type Engine } from '../../server/calls/engine.ts';
import { createLosslessCompressor } from '../../server/calls/lossless-compressor.ts';
import { answerGates } from '../../server/gates/checks.ts';
import { createFlights } from '../../server/pipeline/flights.ts';
import { createHealth } from '../../server/pipeline/health.ts';
import type { Clock, PriceBook, Router } from '../../server/pipeline/ports.ts';
import type { Next } from '../../server/pipeline/stage.ts';
import { createRouter } from '../../server/routing/router.ts';
import { createBudgetStore } from '../../server/storage/budget-store.ts';
import { createBufferedLedger } from '../../server/storage/buffered-ledger.ts';
import { createComponentStore } from '../../server/storage/component-store.ts';
import { openDatabase } from '../../server/storage/database.ts';
import { createLedgerStore } from '../../server/storage/ledger-store.ts';
import { createOutcomeStore } from '../../server/storage/outcome-store.ts';
import { createReplyStore } from '../../server/storage/reply-store.ts';
import { createWriteBehindReplies } from '../../server/storage/write-behind.ts';
import type { DisposableTokenCounter } from '../../server/tokens/counter.ts';
import { createRandom } from '../../test/support/random.ts';

/** Time that only the replay moves. */
export interface SimulatedClock extends Clock {
  set(now: number): void;
}

/** A clock at `start`, in epoch milliseconds. Whoever sleeps is woken by an abort alone: nothing here takes long. */
export function createSimulatedClock(start: number): SimulatedClock {
  let now = start;
  return {
    now: () => now,
    elapsed: () => now - start,
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    set(later) {
      now = later;
    },
  };
}

/** A core and its end. */
export interface Scene {
  readonly engine: Engine;
  readonly router: Router;
  close(): void;
}

interface SceneParts {
  readonly databaseFile: string;
  readonly clock: Clock;
  readonly prices: PriceBook;
  readonly counter: DisposableTokenCounter;
  readonly provider: Next;
}

const report = (problem: FarthingError): never => {
  throw problem;
};

/** Opens it; nothing is learnt, kept or recorded yet. */
export async function openScene({
  databaseFile,
  clock,
  prices,
  counter,
  provider,
}: SceneParts): Promise<Scene> {
  const database = await openDatabase(databaseFile, { now: clock.now, report });
  const budgets = createBudgetStore(database, {
    now: clock.now,
    isAlive: () => true,
    passed: () => undefined,
  });
  const store = createLedgerStore(database, { settle: budgets.settle });
  const ledger = createBufferedLedger(store, { report, later: setImmediate });
  const replies = createWriteBehindReplies(createReplyStore(database, setImmediate), report);
  const outcomes = createOutcomeStore(database, { now: clock.now, later: setImmediate, report });
  const router = createRouter(outcomes, clock);
  const engine = createEngine({
    clock,
    random: createRandom(1),
    user: 'bench',
    ledger,
    ledgerReader: store,
    budgets,
    replies,
    flights: createFlights(),
    health: createHealth({ clock, changed: () => undefined }),
    router,
    gates: answerGates,
    components: createComponentStore(database),
    compressor: createLosslessCompressor(counter.measure),
    prices,
    counter,
    provider: () => provider,
  });
  return {
    engine,
    router,
    close() {
      ledger.flush();
      replies.flush();
      router.flush();
      outcomes.flush();
      database.close();
    },
  };
}
