/** The command line's connection to the daemon: the protocol's messages, typed, over one socket. */
import type net from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  CancellationTokenSource,
  createProtocolConnection,
  ResponseError,
  SocketMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { FarthingError, farthingError } from '../../protocol/errors.ts';
import type { ErrorData, NotificationMessage, RequestMessage } from '../../protocol/messages.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import { currentBuild } from '../process/build.ts';
import { type DaemonConnection, findDaemon, openDaemon } from '../process/connect.ts';
import { createMessageReader } from '../process/message-reader.ts';
import type { Terminal } from './terminal.ts';

/** A failed request with what was used until then. */
export class RequestFailed extends FarthingError {
  readonly receipt: Receipt | null;
  constructor(message: string, { code, retryAfterMs, receipt }: ErrorData) {
    super(code, message, retryAfterMs === null ? {} : { retryAfterMs });
    this.receipt = receipt;
  }
}

/** The daemon as a command uses it. */
export interface DaemonClient extends AsyncDisposable {
  readonly pid: number;
  /** Rejects with a RequestFailed that says what to do next; `daemonStopped` when the connection breaks. */
  request<Params, Result>(
    message: RequestMessage<Params, Result>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<Result>;
  /** A standard LSP request, or a notification where the method is one. */
  raw(method: string, params: unknown): Promise<unknown>;
  on<Params>(message: NotificationMessage<Params>, handler: (params: Params) => void): void;
  /** Resolves when the daemon has closed the connection. */
  readonly closed: Promise<void>;
}

/** Connects to the daemon, starting it where none runs. */
export async function connectClient({ paths, environment }: Terminal): Promise<DaemonClient> {
  const build = currentBuild(environment);
  return connectTo(await openDaemon({ paths, build, command: daemonCommand() }));
}

/** Connects to a daemon that runs; null when none does. */
export async function findClient({ paths, environment }: Terminal): Promise<DaemonClient | null> {
  const found = await findDaemon(paths, currentBuild(environment));
  return found === null ? null : connectTo(found);
}

/** How this very program is run as a daemon. */
export function daemonCommand() {
  const main = import.meta.url.endsWith('.ts') ? '../main.ts' : './main.js';
  return {
    runtime: process.execPath,
    arguments: [fileURLToPath(new URL(main, import.meta.url)), 'daemon', 'serve'],
  };
}

/** Begins LSP on a connection. */
export async function connectTo({ socket, pid }: DaemonConnection): Promise<DaemonClient> {
  const client = speak(socket, pid);
  await client.start();
  return client;
}

function speak(socket: net.Socket, pid: number): DaemonClient & { start(): Promise<void> } {
  const connection = createProtocolConnection(createMessageReader(socket), new SocketMessageWriter(socket));
  const { promise: closed, resolve: markClosed } = Promise.withResolvers<void>();
  socket.on('close', () => markClosed());
  connection.onClose(() => markClosed());
  // An error of the socket is followed by its close, which ends the requests.
  connection.onError(() => undefined);
  connection.listen();

  const send = async (method: string, params: unknown, signal?: AbortSignal): Promise<unknown> => {
    const source = new CancellationTokenSource();
    const cancel = () => source.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const broken = closed.then(() => {
      throw farthingError('daemonStopped', {});
    });
    try {
      return await Promise.race([connection.sendRequest(method, params, source.token), broken]);
    } catch (error) {
      throw toRequestFailed(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      broken.catch(() => undefined);
    }
  };

  return {
    pid,
    closed,
    async start() {
      await send('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
      await connection.sendNotification('initialized', {});
    },
    raw: (method, params) =>
      method.startsWith('textDocument/did')
        ? connection.sendNotification(method, params)
        : send(method, params),
    request: (message, params, signal) => send(message.method, params, signal) as never,
    on(message, handler) {
      connection.onNotification(message.method, handler);
    },
    async [Symbol.asyncDispose]() {
      connection.dispose();
      socket.end();
      await closed;
    },
  };
}

function toRequestFailed(error: unknown): unknown {
  if (!(error instanceof ResponseError))
    return error instanceof FarthingError ? error : farthingError('daemonStopped', {}, { cause: error });
  const data = error.data as ErrorData | undefined;
  return data?.code === undefined
    ? farthingError('internal', {}, { cause: error })
    : new RequestFailed(error.message, data);
}
