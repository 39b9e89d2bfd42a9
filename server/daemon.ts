/** The composition root: the core, its clients, and when the daemon begins and ends. */
import v8 from 'node:v8';
import { MESSAGES, type NotificationMessage } from '../protocol/messages.ts';
import type { Build } from '../protocol/version.ts';
import { createRunningCalls } from './calls/running-calls.ts';
import { systemClock } from './clock.ts';
import { openCore } from './core.ts';
import { createLog, type Log } from './log.ts';
import { type Client, serveClient } from './lsp/serve-client.ts';
import type { DaemonServices } from './lsp/services.ts';
import { listen } from './process/listen.ts';
import { createStateFolder, type StatePaths } from './process/state-folder.ts';
import { createEndpointProbe } from './providers/endpoint-probe.ts';
import { traceOf } from './trace.ts';

/** How a daemon is to run. */
export interface DaemonConfiguration {
  readonly paths: StatePaths;
  readonly build: Build;
  /** How long it stays without clients and calls, in milliseconds. */
  readonly idleMs: number;
}

/** A daemon that runs. */
export interface Daemon {
  /** Cancels and records the calls under way, then ends. */
  stop(why: string): void;
  /** Resolves when the daemon has ended and everything is written. */
  readonly ended: Promise<void>;
}

/** Clients are told of changes of the ledger at most this often, in milliseconds. */
const TELL_EVERY_MS = 50;

/** How often the daemon looks whether its socket is still its own, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/** Time for the last answers to leave before their connections close, in milliseconds. */
const ANSWER_LEAVES_MS = 20;

/** Starts the daemon. Resolves with null when another one already serves this state folder. */
export async function startDaemon({ paths, build, idleMs }: DaemonConfiguration): Promise<Daemon | null> {
  // V8's middle compiler takes 30 MB to make code a little faster that waits for the network anyway.
  v8.setFlagsFromString('--no-maglev');
  createStateFolder(paths);
  const log = createLog(paths.logFile);
  const clients = new Set<Client>();
  const notices: string[] = [];
  const report = (error: Error) => {
    log.error(`${error.message}${error.cause === undefined ? '' : `\n${traceOf(error)}`}`);
    notices.push(error.message);
    for (const client of clients)
      client.notify(MESSAGES.notice, { severity: 'error', message: error.message });
  };

  const tell = <Params>(message: NotificationMessage<Params>, params: Params) => {
    for (const client of clients) client.notify(message, params);
  };
  const budgetsChanged = coalesce(TELL_EVERY_MS, () => tell(MESSAGES.budgetsChanged, {}));
  const healthChanged = coalesce(TELL_EVERY_MS, () => tell(MESSAGES.healthChanged, {}));
  const ledgerChanged = coalesce(TELL_EVERY_MS, () => {
    for (const client of clients) client.ledgerChanged();
    budgetsChanged.signal();
  });
  const core = await openCore(paths.database, {
    report,
    ledgerChanged: ledgerChanged.signal,
    healthChanged: healthChanged.signal,
    thresholdPassed: (passed) => tell(MESSAGES.budgetThreshold, passed),
  });

  const lifetime = createLifetime({
    idleMs,
    isBusy: () => clients.size > 0 || calls.count() > 0,
    end: () => end('idle'),
  });
  const calls = createRunningCalls(() => lifetime.look());
  const begun = systemClock.elapsed();
  const services: DaemonServices = {
    ...core,
    endpoints: createEndpointProbe({ clock: systemClock }),
    budgetsChanged: budgetsChanged.signal,
    // Whoever follows the ledger estimates anew, too.
    cacheChanged: ledgerChanged.signal,
    calls,
    clock: systemClock,
    log,
    build,
    paths,
    clients: () => clients.size,
    uptimeMs: () => systemClock.elapsed() - begun,
    stop(startsAgain) {
      if (!startsAgain) for (const client of clients) client.notify(MESSAGES.stopped, {});
      stop('a client asked for it');
    },
  };

  const listener = await listen({
    paths,
    build,
    lookEveryMs: Math.min(idleMs, LOOK_EVERY_MS),
    log: (line) => log.warn(line),
    onClient(socket) {
      const client = serveClient(socket, services, () => {
        clients.delete(client);
        log.info(`a client left; ${clients.size} remain`);
        lifetime.look();
      });
      clients.add(client);
      lifetime.look();
      log.info(`a client came; ${clients.size} now`);
      for (const message of notices) client.notify(MESSAGES.notice, { severity: 'error', message });
    },
    onTakeOver: (successor) => drain(`build ${successor.version} takes over`, successor),
    onLost: () => drain('the socket is not ours any more', build),
  });
  if (listener === null) {
    core.close();
    return null;
  }
  const interrupted = core.recoverInterrupted();
  log.info(
    `daemon ${build.version} (${build.hash.slice(0, 8)}) listens${interrupted > 0 ? `; ${interrupted} calls of a daemon that died` : ''}`,
  );
  lifetime.look();

  const { promise: ended, resolve: markEnded } = Promise.withResolvers<void>();
  let ending = false;

  /** Ends: everything is written and closed, then the process has nothing left to do. */
  function end(why: string): void {
    if (ending) return;
    ending = true;
    for (const client of clients) client.disconnect();
    log.info(`daemon ends: ${why}`);
    listener?.close();
    lifetime.dispose();
    ledgerChanged.dispose();
    budgetsChanged.dispose();
    healthChanged.dispose();
    core.close();
    markEnded();
  }

  function endWhenIdle(why: string): void {
    void calls.idle().then(() => setTimeout(end, ANSWER_LEAVES_MS, why));
  }

  function stop(why: string): void {
    listener?.close();
    calls.refuseNew();
    calls.cancelAll();
    endWhenIdle(why);
  }

  /** Gives up the socket, lets calls finish, and sends clients to the successor. */
  function drain(why: string, successor: Build): void {
    log.info(`daemon drains: ${why}`);
    listener?.close();
    calls.refuseNew();
    for (const client of clients) client.notify(MESSAGES.superseded, { successor });
    endWhenIdle(why);
  }

  watchForFaults(log);
  return { stop, ended };
}

/** Calls `act` soon after a signal, once for all signals until then. */
function coalesce(milliseconds: number, act: () => void) {
  let timer: NodeJS.Timeout | null = null;
  return {
    signal(): void {
      timer ??= setTimeout(() => {
        timer = null;
        act();
      }, milliseconds);
    },
    dispose(): void {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** A daemon that just started waits at least this long for the client it was started for, in milliseconds. */
const FIRST_CLIENT_MS = 30_000;

/** Ends the daemon when it has had nothing to do for `idleMs`. Look again whenever that may have changed. */
function createLifetime(options: {
  readonly idleMs: number;
  readonly isBusy: () => boolean;
  readonly end: () => void;
}) {
  let timer: NodeJS.Timeout | null = null;
  let wasBusy = false;
  const dispose = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    look(): void {
      dispose();
      const busy = options.isBusy();
      wasBusy ||= busy;
      const patience = wasBusy ? options.idleMs : Math.max(options.idleMs, FIRST_CLIENT_MS);
      if (!busy) timer = setTimeout(options.end, patience);
    },
    dispose,
  };
}

/** A fault nobody caught is written down, and the daemon goes on: other windows have calls under way. */
function watchForFaults(log: Log): void {
  const note = (kind: string) => (error: unknown) => log.error(`${kind}: ${traceOf(error)}`);
  process.on('uncaughtException', note('uncaught exception'));
  process.on('unhandledRejection', note('unhandled rejection'));
}
