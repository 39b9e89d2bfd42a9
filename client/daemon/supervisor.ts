/**
 * Keeps this window connected to the daemon: connects, notices when the connection goes away, connects again after a
 * pause, and leaves it to the user after several failures in a row. Knows neither VS Code nor sockets.
 */
import { type FarthingError, farthingError, toFarthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import type { DaemonState } from '../../protocol/panel-messages.ts';
import { createEmitter, type Disposable, type Event } from '../emitter.ts';
import { createBackoff } from './backoff.ts';
import { fromDaemon } from './daemon-error.ts';
import type { CancelToken, Send, Session } from './session.ts';

/** Time, injected so that tests own it. */
export interface Timing {
  /** Milliseconds on a clock that never steps back. */
  elapsed(): number;
  /** Resolves after `milliseconds`, or as soon as the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What the supervisor needs. */
export interface SupervisorOptions {
  /** Opens a connection; rejects with a FarthingError that is fit for the user. */
  open(): Promise<Session>;
  readonly timing: Timing;
  readonly logFile: string;
  readonly log: (line: string) => void;
}

/** The daemon as this window sees it, whichever process and connection it is at the moment. */
export interface Supervisor extends Disposable {
  readonly state: DaemonState;
  /** Why it is stopped; null while it is not. */
  readonly problem: FarthingError | null;
  readonly onDidChange: Event<void>;
  /** Begins to connect; returns at once. */
  start(): void;
  /** Sends as soon as there is a daemon. Rejects with `daemonUnreachable` when it is stopped. */
  readonly send: Send;
  /** Handles a notification, of this connection and every later one. */
  on(method: string, handler: (params: unknown) => void): Disposable;
  /** Runs on every new connection before anybody's request is sent. A failure is logged and stops nothing. */
  onConnect(hook: (send: Send) => Promise<void>): Disposable;
  /** Ends the daemon and starts a new one. */
  restart(): Promise<void>;
  /** Ends the daemon and starts none until `restart`. */
  stop(): Promise<void>;
}

/** Makes a supervisor that has not started yet. */
export function createSupervisor({ open, timing, logFile, log }: SupervisorOptions): Supervisor {
  const changed = createEmitter<void>();
  const handlers = new Map<string, Set<(params: unknown) => void>>();
  const hooks = new Set<(send: Send) => Promise<void>>();
  const backoff = createBackoff();
  let state: DaemonState = 'starting';
  let problem: FarthingError | null = null;
  let session: Session | null = null;
  /** Ends the loop that runs at the moment. */
  let life = new AbortController();
  let gate = newGate();
  let inFlight = 0;
  let superseded = false;
  /** Counts what the user asked for; only the last wish is fulfilled. */
  let wishes = 0;

  const become = (next: DaemonState, why: FarthingError | null = null) => {
    if (state === 'running' || (state === 'stopped' && next !== 'stopped')) gate = newGate();
    state = next;
    problem = why;
    if (next === 'running' && session !== null) gate.resolve(session);
    if (why !== null) gate.reject(why);
    changed.fire();
  };

  const dispatch = (method: string, params: unknown) => {
    for (const handler of [...(handlers.get(method) ?? [])]) {
      try {
        handler(params);
      } catch (error) {
        log(`a handler of ${method} failed: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  };

  const sendTo = async (target: Session, ...[method, params, token]: Parameters<Send>): Promise<unknown> => {
    inFlight += 1;
    try {
      return await target.request(method, params, token);
    } catch (error) {
      const known = fromDaemon(error);
      throw known.code === 'internal' && target.isClosed() ? farthingError('daemonStopped', {}) : known;
    } finally {
      inFlight -= 1;
      leaveIfIdle();
    }
  };

  const leaveIfIdle = () => {
    if (!superseded || inFlight > 0 || session === null) return;
    // From here on requests wait for the successor.
    become('restarting');
    void session.end();
  };

  const runHooks = (target: Session) =>
    Promise.all(
      [...hooks].map((hook) =>
        hook((method, params, token) => sendTo(target, method, params, token)).catch((error) =>
          log(`setting up the connection failed: ${toFarthingError(error).message}`),
        ),
      ),
    );

  /** Lives until its signal aborts or there were too many failures in a row. */
  const keepConnected = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      let healthyMs = 0;
      let failure: FarthingError | null = null;
      try {
        const opened = await open();
        if (signal.aborted) {
          await opened.end();
          return;
        }
        session = opened;
        superseded = false;
        opened.onNotification(dispatch);
        await Promise.race([runHooks(opened), opened.closed]);
        const began = timing.elapsed();
        if (!signal.aborted && !opened.isClosed() && !superseded) become('running');
        await opened.closed;
        healthyMs = timing.elapsed() - began;
      } catch (error) {
        failure = toFarthingError(error);
      }
      // Another loop may have taken over, and the session is its own then.
      if (signal.aborted) return;
      session = null;
      if (superseded) {
        superseded = false;
        become('restarting');
        continue;
      }
      const pause = backoff.failed(healthyMs);
      const why =
        failure ?? farthingError('daemonUnreachable', { detail: 'it ends again and again', log: logFile });
      log(failure === null ? 'the connection to the daemon closed' : why.message);
      if (pause === null) {
        become('stopped', why);
        return;
      }
      become('restarting');
      await timing.sleep(pause, signal);
    }
  };

  const begin = () => {
    life = new AbortController();
    void keepConnected(life.signal);
  };

  /** Ends the loop, and the daemon where `terminate` says so. */
  const halt = async (leave: (current: Session) => Promise<void>) => {
    life.abort();
    const current = session;
    session = null;
    backoff.reset();
    if (current !== null) await leave(current);
  };

  const supervisor: Supervisor = {
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    onDidChange: changed.event,
    start: begin,
    send: async (method, params, token) => {
      const target =
        state === 'running' && session !== null ? session : await unlessCancelled(gate.promise, token);
      return sendTo(target, method, params, token);
    },
    on: (method, handler) => {
      const known = handlers.get(method) ?? new Set();
      handlers.set(method, known.add(handler));
      return { dispose: () => void known.delete(handler) };
    },
    onConnect: (hook) => {
      hooks.add(hook);
      return { dispose: () => void hooks.delete(hook) };
    },
    restart: async () => {
      become('restarting');
      const wish = ++wishes;
      await halt((current) => current.terminate(true));
      if (wish === wishes) begin();
    },
    stop: async () => {
      wishes += 1;
      become('stopped', farthingError('daemonStoppedByUser', {}));
      await halt((current) => current.terminate(false));
    },
    dispose: () => {
      wishes += 1;
      void halt((current) => current.end());
    },
  };

  supervisor.on(MESSAGES.superseded.method, () => {
    log('a newer daemon takes over; this window follows when its calls have ended');
    superseded = true;
    leaveIfIdle();
  });
  supervisor.on(MESSAGES.stopped.method, () => {
    log('the user stopped the daemon in another window or tool');
    wishes += 1;
    become('stopped', farthingError('daemonStoppedByUser', {}));
    void halt((current) => current.end());
  });
  return supervisor;
}

/** What a request waits for. */
function newGate(): PromiseWithResolvers<Session> {
  const gate = Promise.withResolvers<Session>();
  // Nobody may be waiting when the daemon is given up.
  gate.promise.catch(() => undefined);
  return gate;
}

/** What `promise` gives, unless the token is cancelled first. */
async function unlessCancelled<Value>(
  promise: Promise<Value>,
  token: CancelToken | undefined,
): Promise<Value> {
  if (token === undefined) return promise;
  const cancelled = Promise.withResolvers<never>();
  const cancel = () => cancelled.reject(farthingError('cancelled', {}));
  if (token.isCancellationRequested) cancel();
  const subscription = token.onCancellationRequested(cancel);
  try {
    return await Promise.race([promise, cancelled.promise]);
  } finally {
    subscription.dispose();
  }
}
