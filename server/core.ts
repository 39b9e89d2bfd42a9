/**
 * The daemon without its edges to the outside: storage, prices, counting, providers, and the engine over them. Whoever
 * serves it (the daemon, a benchmark, a test) says what it wants to hear of.
 */
import os from 'node:os';
import type { FarthingError } from '../protocol/errors.ts';
import type { BudgetThresholdParams } from '../protocol/messages.ts';
import { createEngine, type Engine } from './calls/engine.ts';
import { createLosslessCompressor } from './calls/lossless-compressor.ts';
import { systemClock } from './clock.ts';
import { answerGates } from './gates/checks.ts';
import { withCommandCheck } from './gates/command-check.ts';
import { createFlights } from './pipeline/flights.ts';
import { createHealth } from './pipeline/health.ts';
import type {
  Budgets,
  ComponentCache,
  Health,
  Ledger,
  LedgerReader,
  MeterOf,
  PriceBook,
  ReplyStore,
  Router,
  TokenCounter,
} from './pipeline/ports.ts';
import { createPriceBook } from './prices/price-book.ts';
import { isAlive } from './process/start-lock.ts';
import { createOpenAIProvider } from './providers/openai-provider.ts';
import { createRouter } from './routing/router.ts';
import { createBudgetStore } from './storage/budget-store.ts';
import { createBufferedLedger } from './storage/buffered-ledger.ts';
import { createComponentStore } from './storage/component-store.ts';
import { openDatabase } from './storage/database.ts';
import { createLedgerStore } from './storage/ledger-store.ts';
import { createOutcomeStore } from './storage/outcome-store.ts';
import { createReplyStore } from './storage/reply-store.ts';
import { createWriteBehindReplies } from './storage/write-behind.ts';
import { createTokenCounter } from './tokens/counter.ts';
import { createCommandRunner } from './workspace/command-runner.ts';

/** Whom the core tells, and of what. */
export interface CoreEvents {
  /** A problem of storage, once for each. */
  readonly report: (problem: FarthingError) => void;
  readonly ledgerChanged: () => void;
  readonly healthChanged: () => void;
  readonly thresholdPassed: (passed: BudgetThresholdParams) => void;
}

/** Everything that answers calls and keeps account of them. */
export interface Core {
  readonly engine: Engine;
  readonly ledger: LedgerReader;
  readonly budgets: Budgets;
  readonly replies: ReplyStore;
  /** For stages that embed, summarize, fit or run tools. */
  readonly components: ComponentCache;
  readonly health: Health;
  readonly router: Router;
  /** Counts at once what is being written. */
  readonly meter: MeterOf;
  readonly prices: PriceBook;
  readonly counter: Pick<TokenCounter, 'countText'>;
  /** What is wrong with the ledger, a sentence for the user; null when it is well. */
  storageProblem(): string | null;
  /** Marks the calls of daemons that died; says how many there were. */
  recoverInterrupted(): number;
  /** Writes what waits and closes the database. */
  close(): void;
}

/** How often what is held against budgets is kept from expiring, in milliseconds. */
const RENEW_EVERY_MS = 30_000;

/** How long calls have the database between two steps in which the cache shrinks, in milliseconds. */
const EVICT_EVERY_MS = 50;

/** Opens the core on a database file. */
export async function openCore(databaseFile: string, events: CoreEvents): Promise<Core> {
  const clock = systemClock;
  const database = await openDatabase(databaseFile, { now: clock.now, report: events.report });
  const budgets = createBudgetStore(database, { now: clock.now, isAlive, passed: events.thresholdPassed });
  const renewing = setInterval(() => budgets.renew(clock.now()), RENEW_EVERY_MS).unref();
  const store = createLedgerStore(database, { settle: budgets.settle });
  const buffered = createBufferedLedger(store, { report: events.report, later: setImmediate });
  const replies = createWriteBehindReplies(
    createReplyStore(database, (step) => setTimeout(step, EVICT_EVERY_MS).unref()),
    events.report,
  );
  const health = createHealth({ clock, changed: events.healthChanged });
  const outcomes = createOutcomeStore(database, {
    now: clock.now,
    later: setImmediate,
    report: events.report,
  });
  const router = createRouter(outcomes, clock);
  const prices = await createPriceBook();
  const counter = createTokenCounter();
  const components = createComponentStore(database);
  const commands = createCommandRunner({ clock });
  const engine = createEngine({
    clock,
    random: Math.random,
    user: os.userInfo().username,
    ledger: observe(buffered, events.ledgerChanged),
    ledgerReader: store,
    budgets,
    replies,
    flights: createFlights(),
    health,
    router,
    gates: withCommandCheck(answerGates, commands, clock),
    components,
    compressor: createLosslessCompressor(counter.measure),
    prices,
    counter,
    provider: (keys) => createOpenAIProvider({ keys, counter, prices, clock }),
  });
  return {
    engine,
    ledger: store,
    budgets,
    replies,
    components,
    health,
    router,
    meter: counter.meter,
    prices,
    counter,
    storageProblem: () => buffered.problem() ?? database.problem,
    recoverInterrupted() {
      const interrupted = store.recoverInterrupted(isAlive);
      if (interrupted > 0) budgets.recount();
      return interrupted;
    },
    close() {
      commands.close();
      clearInterval(renewing);
      buffered.flush();
      replies.flush();
      router.flush();
      outcomes.flush();
      database.close();
      void counter.dispose();
    },
  };
}

/** Tells `changed` of every line that the ledger takes. */
function observe(ledger: Ledger, changed: () => void): Ledger {
  return {
    open(call) {
      ledger.open(call);
      changed();
    },
    close(call, receipt, attempts) {
      ledger.close(call, receipt, attempts);
      changed();
    },
  };
}
