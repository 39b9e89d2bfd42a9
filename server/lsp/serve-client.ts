/** Speaks LSP with one client over a socket on which the handshake is done. */
import type net from 'node:net';
import {
  CodeActionKind,
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
import type { HandlerContext } from './context.ts';
import { createCounts } from './counts.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { toResponseError } from './errors.ts';
import { FIX_ALL } from './fix-all.ts';
import { HANDLERS } from './handlers.ts';
import { completionsAt, hoverAt } from './help-at.ts';
import { inlayHintsOf } from './inlay-hints.ts';
import { createLateFormats } from './late-formats.ts';
import { loadHints } from './late-modules.ts';
import { lensesOf } from './lenses.ts';
import { createPreviews } from './previews.ts';
import { createRefreshes } from './refreshes.ts';
import type { DaemonServices } from './services.ts';
import { createSession } from './session.ts';
import { createSuggestions } from './suggestions.ts';

/** A client as the daemon sees it. */
export interface Client {
  notify<Params>(message: NotificationMessage<Params>, params: Params): void;
  /** The ledger changed: estimates may have become "cached". */
  ledgerChanged(): void;
  disconnect(): void;
}

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
  const refreshes = createRefreshes(connection);
  const formats = createLateFormats((error) =>
    daemon.log.error(`what reads programs could not be loaded: ${traceOf(error)}`),
  );
  const previews = createPreviews(session, daemon, refreshes.send);
  const counts = createCounts(session, daemon, previews);
  const runner = daemon.engine.runner(session.keys);
  const suggestions = createSuggestions(session, daemon, counts);
  const context: HandlerContext = { session, daemon, previews, counts, suggestions, runner };

  connection.onInitialize((params): InitializeResult => {
    refreshes.readCapabilities(params.capabilities);
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeLensProvider: {},
        hoverProvider: true,
        completionProvider: { triggerCharacters: [':', '.'] },
        inlayHintProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
        diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
      },
      serverInfo: { name: 'Farthing', version: daemon.build.version },
    };
  });
  connection.onCodeLens(async ({ textDocument: { uri } }) => {
    await formats.ready();
    return lensesOf(context, uri);
  });
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }) => {
    await formats.ready();
    return inlayHintsOf(context, uri, range);
  });
  connection.onCompletion(({ textDocument: { uri }, position }) => completionsAt(context, uri, position));
  connection.onHover(async ({ textDocument: { uri }, position }) => {
    await formats.ready();
    return hoverAt(context, uri, position);
  });
  connection.languages.diagnostics.on(async ({ textDocument: { uri } }, token) => {
    await formats.ready();
    return { kind: 'full', items: await diagnosticsOf(context, uri, token) };
  });
  connection.onCodeAction(async (params) => {
    await formats.ready();
    const found = await suggestions.of(params.textDocument.uri);
    return found === null ? [] : (await loadHints()).suggestionActions(found, params);
  });
  documents.onDidChangeContent(({ document }) => {
    const loading = formats.changed(document);
    if (loading === null) previews.changed(document.uri);
    else void loading.then(() => previews.changed(document.uri));
  });
  documents.onDidClose(({ document }) => previews.closed(document.uri));

  for (const [name, message] of Object.entries(MESSAGES)) {
    if (message.kind === 'request') handle(name as keyof typeof HANDLERS, message.method);
  }

  /** Whatever a handler throws is answered as an error of the catalogue; what should not happen is logged. */
  function handle(name: keyof typeof HANDLERS & MessageName, method: string): void {
    connection.onRequest(method, async (params, token) => {
      try {
        await formats.ready(params);
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
    refreshes.stop();
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
