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
import type { PromptDocument } from '../prompts/prompt-document.ts';
import { traceOf } from '../trace.ts';
import { planHoverOf } from './code-lens.ts';
import type { HandlerContext } from './context.ts';
import { createCounts } from './counts.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { toResponseError } from './errors.ts';
import { FIX_ALL } from './fix-all.ts';
import type { HelpDependencies } from './front-matter-help.ts';
import { HANDLERS } from './handlers.ts';
import { exampleHints } from './inlay-hints.ts';
import { createLateFormats } from './late-formats.ts';
import { loadFrontMatterHelp, loadHints } from './late-modules.ts';
import { lensesOf } from './lenses.ts';
import { createPreviews } from './previews.ts';
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
  const formats = createLateFormats((error) =>
    daemon.log.error(`what reads programs could not be loaded: ${traceOf(error)}`),
  );
  let again: NodeJS.Timeout | undefined;
  const previews = createPreviews(session, daemon, () => {
    refresh();
    clearTimeout(again);
    again = setTimeout(refresh, REFRESH_AGAIN_MS);
  });
  const counts = createCounts(session, daemon, previews);
  const runner = daemon.engine.runner(session.keys);
  const suggestions = createSuggestions(session, daemon, counts);
  const context: HandlerContext = { session, daemon, previews, counts, suggestions, runner };

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
    const hasExamples = session
      .openPrompt(uri)
      ?.sections.some(({ kind }) => kind === 'example' || kind === 'examples');
    const counted = session.settings.inlayHints && hasExamples ? await counts.of(uri) : null;
    return counted === null ? [] : exampleHints(counted, range);
  });
  const help: HelpDependencies = { session, prices: daemon.prices, now: daemon.clock.now };
  connection.onCompletion(async ({ textDocument: { uri }, position }) => {
    if (!isInFrontMatter(session.openPrompt(uri), position.line)) return [];
    return (await loadFrontMatterHelp()).frontMatterCompletions(uri, position, help);
  });
  connection.onHover(async ({ textDocument: { uri }, position }) => {
    await formats.ready();
    const prompt = session.openPrompt(uri);
    if (isInFrontMatter(prompt, position.line))
      return (await loadFrontMatterHelp()).frontMatterHover(uri, position, help);
    if (prompt === null || !session.settings.codeLens || position.line !== prompt.bodyLine) return null;
    return planHoverOf(await previews.ofDocument(uri));
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

/** True between the two lines that hold a front matter. */
function isInFrontMatter(prompt: PromptDocument | null, line: number): boolean {
  const lines = prompt?.frontMatterLines ?? null;
  return lines !== null && line > lines.first && line < lines.last;
}

const isResponseError = (error: unknown): error is ReturnType<typeof toResponseError> =>
  error instanceof Error && 'data' in error && 'code' in error && !(error instanceof FarthingError);
