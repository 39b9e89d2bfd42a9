/** Speaks LSP with one client over a socket on which the handshake is done. */
import type net from 'node:net';
import {
  createConnection,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { createProtocolConnection, SocketMessageWriter } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { FarthingError } from '../../protocol/errors.ts';
import { MESSAGES, type MessageName, type NotificationMessage } from '../../protocol/messages.ts';
import { createMessageReader } from '../process/message-reader.ts';
import { traceOf } from '../trace.ts';
import { codeLenses, planHoverOf } from './code-lens.ts';
import type { HandlerContext } from './context.ts';
import { createCounts } from './counts.ts';
import { toResponseError } from './errors.ts';
import { HANDLERS } from './handlers.ts';
import { exampleHints } from './inlay-hints.ts';
import { noteDiagnostics } from './notes.ts';
import { createPreviews } from './previews.ts';
import { sectionLenses } from './section-lens.ts';
import type { DaemonServices } from './services.ts';
import { createSession } from './session.ts';

/** A client as the daemon sees it. */
export interface Client {
  notify<Params>(message: NotificationMessage<Params>, params: Params): void;
  /** The ledger changed: estimates may have become "cached". */
  ledgerChanged(): void;
  disconnect(): void;
}

/**
 * VS Code drops a refresh of CodeLenses that comes while it takes in the end of a run, and an old price would stay
 * above the prompt; a second one after this many milliseconds is taken.
 */
const REFRESH_AGAIN_MS = 1000;

/** Serves the client until its socket closes; then calls `closed`. */
export function serveClient(socket: net.Socket, daemon: DaemonServices, closed: () => void): Client {
  // This entry of the package, unlike its Node entry, never ends the process when a client goes.
  const connection = createConnection(
    (logger) =>
      createProtocolConnection(createMessageReader(socket), new SocketMessageWriter(socket), logger),
    { shutdownReceived: false, initialize: () => undefined, exit: () => socket.end() },
  );
  const documents = new TextDocuments(TextDocument);
  const session = createSession(connection, documents);
  const refreshes = { codeLens: false, diagnostics: false, inlayHint: false };
  const refresh = () => {
    // A client that is gone needs no refresh.
    if (refreshes.codeLens) connection.sendRequest('workspace/codeLens/refresh').catch(() => undefined);
    if (refreshes.inlayHint) connection.sendRequest('workspace/inlayHint/refresh').catch(() => undefined);
    if (refreshes.diagnostics) connection.sendRequest('workspace/diagnostic/refresh').catch(() => undefined);
  };
  let again: NodeJS.Timeout | undefined;
  const previews = createPreviews(session, daemon, () => {
    refresh();
    clearTimeout(again);
    again = setTimeout(refresh, REFRESH_AGAIN_MS);
  });
  const counts = createCounts(session, daemon, previews);
  const runner = daemon.engine.runner(session.keys);
  const context: HandlerContext = { session, daemon, previews, counts, runner };

  connection.onInitialize((params): InitializeResult => {
    const { workspace } = params.capabilities;
    refreshes.codeLens = workspace?.codeLens?.refreshSupport === true;
    refreshes.inlayHint = workspace?.inlayHint?.refreshSupport === true;
    refreshes.diagnostics = workspace?.diagnostics?.refreshSupport === true;
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeLensProvider: {},
        hoverProvider: true,
        inlayHintProvider: true,
        diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
      },
      serverInfo: { name: 'Farthing', version: daemon.build.version },
    };
  });
  connection.onCodeLens(async ({ textDocument: { uri } }) => {
    const prompt = session.openPrompt(uri);
    if (prompt === null || !session.settings.codeLens) return [];
    const counted = session.settings.sectionCodeLens ? await counts.of(uri) : null;
    const above = codeLenses(await previews.ofDocument(uri), prompt.bodyLine);
    return counted === null ? above : [...above, ...sectionLenses(counted)];
  });
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }) => {
    const counted = session.settings.inlayHints ? await counts.of(uri) : null;
    return counted === null ? [] : exampleHints(counted, range);
  });
  connection.onHover(async ({ textDocument: { uri }, position }) => {
    const prompt = session.openPrompt(uri);
    if (prompt === null || !session.settings.codeLens || position.line !== prompt.bodyLine) return null;
    return planHoverOf(await previews.ofDocument(uri));
  });
  connection.languages.diagnostics.on(({ textDocument: { uri } }) => ({
    kind: 'full',
    items: noteDiagnostics(uri, session),
  }));
  documents.onDidChangeContent(({ document }) => previews.changed(document.uri));
  documents.onDidClose(({ document }) => previews.closed(document.uri));

  for (const [name, message] of Object.entries(MESSAGES)) {
    if (message.kind === 'request') handle(name as keyof typeof HANDLERS, message.method);
  }

  /** Whatever a handler throws is answered as an error of the catalogue; what should not happen is logged. */
  function handle(name: keyof typeof HANDLERS & MessageName, method: string): void {
    connection.onRequest(method, async (params, token) => {
      try {
        return await (HANDLERS[name] as (...all: unknown[]) => unknown)(context, params ?? {}, token);
      } catch (error) {
        const answer = isResponseError(error) ? error : toResponseError(error);
        if (answer.data?.code === 'internal') daemon.log.error(`${method} failed: ${traceOf(error)}`);
        throw answer;
      }
    });
  }

  const stopListening = daemon.log.listen((level, message) => {
    if (level !== 'debug') connection.console[level](message);
  });
  socket.on('close', () => {
    stopListening();
    clearTimeout(again);
    connection.dispose();
    closed();
  });
  documents.listen(connection);
  connection.listen();
  return {
    notify: session.notify,
    ledgerChanged() {
      session.notify(MESSAGES.ledgerChanged, {});
      previews.allChanged();
    },
    disconnect() {
      stopListening();
      socket.end();
    },
  };
}

const isResponseError = (error: unknown): error is ReturnType<typeof toResponseError> =>
  error instanceof Error && 'data' in error && 'code' in error && !(error instanceof FarthingError);
