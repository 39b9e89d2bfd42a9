/**
 * A session over vscode-languageclient, the only importer of it. Each connection gets a client of its own, so that
 * documents are opened anew and nothing of an older connection is left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  SocketMessageWriter,
} from 'vscode-languageclient/node';
import { farthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { type OpenDaemonOptions, openDaemon } from '../../server/process/connect.ts';
import { createMessageReader } from '../../server/process/message-reader.ts';
import { PROMPT_SELECTOR } from '../prompt-documents.ts';
import type { Session } from './session.ts';

/** How long a daemon may take to end when it was asked to, in milliseconds. */
const PATIENCE_MS = 3000;

/** What is asked of a client's options, and nothing that shows a message: failures are the supervisor's to tell. */
const OPTIONS: LanguageClientOptions = {
  documentSelector: [...PROMPT_SELECTOR],
  diagnosticCollectionName: 'farthing',
  revealOutputChannelOn: RevealOutputChannelOn.Never,
  initializationFailedHandler: () => false,
  errorHandler: {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => ({ action: CloseAction.DoNotRestart, handled: true, message: 'The connection closed.' }),
  },
};

/** The package's client without its pop-ups, some of which no option turns off. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Finds or starts the daemon and initializes LSP on it. Rejects with `daemonUnreachable`. */
export async function openSession(
  options: OpenDaemonOptions,
  outputChannel: vscode.LogOutputChannel,
): Promise<Session> {
  const { socket, pid, build } = await openDaemon(options);
  let open = true;
  let deliver: ((method: string, params: unknown) => void) | null = null;
  const early: (readonly [method: string, params: unknown])[] = [];
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      open = false;
      resolve();
    });
  });
  socket.on('error', (error) => outputChannel.debug(`daemon socket: ${error.message}`));

  const client = new QuietClient(
    'farthing',
    'Farthing',
    () =>
      Promise.resolve({
        reader: createMessageReader(socket),
        writer: new SocketMessageWriter(socket),
        detached: true,
      }),
    { ...OPTIONS, outputChannel },
  );
  for (const message of Object.values(MESSAGES)) {
    if (message.kind !== 'notification') continue;
    client.onNotification(message.method, (params: unknown) => {
      if (deliver === null) early.push([message.method, params]);
      else deliver(message.method, params);
    });
  }

  try {
    await client.start();
  } catch (error) {
    socket.destroy();
    const detail = error instanceof Error ? error.message : String(error);
    throw farthingError('daemonUnreachable', { detail, log: options.paths.logFile }, { cause: error });
  }
  outputChannel.info(`Connected to daemon ${pid}, ${build.version} (${build.hash}).`);

  const end = async () => {
    try {
      if (open) await client.stop();
    } catch (error) {
      outputChannel.debug(`leaving the daemon: ${error instanceof Error ? error.message : String(error)}`);
    }
    socket.destroy();
    await closed;
  };

  return {
    request: (method, params, token) =>
      token === undefined
        ? client.sendRequest(method, params)
        : client.sendRequest(method, params, token as vscode.CancellationToken),
    onNotification: (handler) => {
      deliver = handler;
      for (const [method, params] of early.splice(0)) handler(method, params);
    },
    closed,
    isClosed: () => !open,
    end,
    terminate: async (startsAgain) => {
      const asked = client.sendRequest(MESSAGES.stop.method, { startsAgain }).catch((error: unknown) => {
        outputChannel.debug(`stopping the daemon: ${error instanceof Error ? error.message : String(error)}`);
      });
      const ended = await Promise.race([
        asked.then(() => closed).then(() => true),
        sleep(PATIENCE_MS, false, { ref: false }),
      ]);
      if (!ended) {
        outputChannel.warn(`Daemon ${pid} did not end in ${PATIENCE_MS / 1000} s; its process is stopped.`);
        stopProcess(pid, outputChannel);
      }
      await end();
    },
  };
}

function stopProcess(pid: number, log: vscode.LogOutputChannel): void {
  try {
    process.kill(pid);
  } catch (error) {
    log.warn(`Daemon ${pid}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
