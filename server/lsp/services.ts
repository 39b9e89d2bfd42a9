/** What the connections share. */
import type { Build } from '../../protocol/version.ts';
import type { EndpointProbe } from '../calls/endpoint-probe.ts';
import type { Engine } from '../calls/engine.ts';
import type { RunningCalls } from '../calls/running-calls.ts';
import type { Log } from '../log.ts';
import type {
  Budgets,
  Clock,
  ComponentCache,
  Health,
  LedgerReader,
  MeterOf,
  PriceBook,
  ReplyStore,
  Router,
  TokenCounter,
} from '../pipeline/ports.ts';
import type { StatePaths } from '../process/state-folder.ts';

/** What the daemon gives to every connection. */
export interface DaemonServices {
  readonly engine: Engine;
  readonly ledger: LedgerReader;
  readonly budgets: Budgets;
  readonly replies: ReplyStore;
  readonly components: Pick<ComponentCache, 'clear'>;
  readonly health: Health;
  readonly router: Pick<Router, 'learn'>;
  /** Counts at once what is being written. */
  readonly meter: MeterOf;
  readonly prices: PriceBook;
  readonly counter: Pick<TokenCounter, 'countText'>;
  readonly endpoints: EndpointProbe;
  readonly calls: RunningCalls;
  readonly clock: Clock;
  readonly log: Log;
  readonly build: Build;
  readonly paths: StatePaths;
  readonly clients: () => number;
  readonly uptimeMs: () => number;
  readonly storageProblem: () => string | null;
  /** Tells all clients that budgets changed. */
  readonly budgetsChanged: () => void;
  /** Tells all clients that answers were taken out of the cache: a run may cost again. */
  readonly cacheChanged: () => void;
  /** Ends the daemon once this message is answered; unless it `startsAgain`, clients are told to start none. */
  readonly stop: (startsAgain: boolean) => void;
}
