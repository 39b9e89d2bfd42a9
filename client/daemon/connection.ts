/** The daemon as features see it: typed requests and notifications over the supervised connection. */
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { FarthingError } from '../../protocol/errors.ts';
import type { NotificationMessage, ParamsOf, RequestMessage, ResultOf } from '../../protocol/messages.ts';
import type { DaemonState } from '../../protocol/panel-messages.ts';
import { currentBuild } from '../../server/process/build.ts';
import { statePaths } from '../../server/process/state-folder.ts';
import type { Disposable, Event } from '../emitter.ts';
import { daemonProgram } from './daemon-files.ts';
import type { Send } from './session.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

type AnyRequest = RequestMessage<unknown, unknown>;
type AnyNotification = NotificationMessage<unknown>;

/** Sends one of the contract's requests; rejects with a FarthingError. */
export type TypedRequest = <M extends AnyRequest>(
  message: M,
  params: ParamsOf<M>,
  token?: vscode.CancellationToken,
) => Promise<ResultOf<M>>;

/** The daemon, whichever process it is at the moment. */
export interface Daemon extends Disposable {
  readonly state: DaemonState;
  /** Why it is stopped; null while it is not. */
  readonly problem: FarthingError | null;
  readonly onDidChange: Event<void>;
  readonly logFile: string;
  /** Begins to connect; returns at once. */
  start(): void;
  /** Sends as soon as there is a daemon. */
  readonly request: TypedRequest;
  on<M extends AnyNotification>(message: M, handler: (params: ParamsOf<M>) => void): Disposable;
  /** Runs on every new connection before anybody's request is sent. */
  onConnect(hook: (request: TypedRequest) => Promise<void>): Disposable;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the daemon's connection; nothing is started yet. */
export function createDaemon(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Daemon {
  const build = currentBuild(process.env);
  const paths = statePaths({
    environment: process.env,
    platform: process.platform,
    home: os.homedir(),
    temporary: os.tmpdir(),
  });
  const supervisor = createSupervisor({
    logFile: paths.logFile,
    log: (line) => log.info(line),
    timing: {
      elapsed: () => performance.now(),
      sleep: (milliseconds, signal) =>
        sleep(milliseconds, undefined, { signal }).catch((error) => {
          if (!signal.aborted) throw error;
        }),
    },
    open: async () => {
      const program = await daemonProgram({
        extensionPath: context.extensionPath,
        storagePath: context.globalStorageUri.fsPath,
        platform: process.platform,
        hash: build.hash,
        log: (line) => log.info(line),
      });
      // The protocol's packages take longer to load than everything else; activation does not wait for them.
      const { openSession } = await import('./language-session.ts');
      return openSession(
        {
          paths,
          build,
          command: { runtime: process.execPath, arguments: [program, 'daemon', 'serve'] },
          log: (line) => log.info(line),
        },
        log,
      );
    },
  });
  return typed(supervisor, paths.logFile);
}

function typed(supervisor: Supervisor, logFile: string): Daemon {
  const requestOver =
    (send: Send): TypedRequest =>
    async (message, params, token) =>
      // The contract says what the daemon answers; both sides are built from it.
      (await send(message.method, params, token)) as ResultOf<typeof message>;
  return {
    get state() {
      return supervisor.state;
    },
    get problem() {
      return supervisor.problem;
    },
    onDidChange: supervisor.onDidChange,
    logFile,
    start: supervisor.start,
    request: requestOver(supervisor.send),
    on: (message, handler) =>
      supervisor.on(message.method, (params) => handler(params as ParamsOf<typeof message>)),
    onConnect: (hook) => supervisor.onConnect((send) => hook(requestOver(send))),
    restart: supervisor.restart,
    stop: supervisor.stop,
    dispose: supervisor.dispose,
  };
}
