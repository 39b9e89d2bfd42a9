/** All that is said of an open prompt in the editor: notes on what it says, and hints at what could be shorter. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CancellationToken, type Diagnostic, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { HandlerContext } from './context.ts';
import { loadHints } from './late-modules.ts';
import { noteDiagnostics } from './notes.ts';

/** How long nobody may type before a prompt is read for hints, in milliseconds: an editor asks with every key press. */
const QUIET_MS = 300;

/**
 * Waits until nobody types. Throws what LSP has for a document that changed meanwhile: the editor keeps the hints that
 * it has, which move with the text, and asks again.
 */
export async function diagnosticsOf(
  { session, suggestions }: Pick<HandlerContext, 'session' | 'suggestions'>,
  uri: string,
  token: CancellationToken,
): Promise<Diagnostic[]> {
  const shown = session.settings.compressionSuggest;
  if (shown === 'none' || session.openPrompt(uri) === null) return noteDiagnostics(uri, session);
  const version = session.documents.get(uri)?.version;
  await sleep(QUIET_MS);
  const changed = () => token.isCancellationRequested || session.documents.get(uri)?.version !== version;
  if (changed()) throw outOfDate();
  const [found, { suggestionDiagnostics }] = await Promise.all([suggestions.of(uri), loadHints()]);
  if (changed()) throw outOfDate();
  const notes = noteDiagnostics(uri, session);
  return found === null
    ? notes
    : [...notes, ...suggestionDiagnostics(found, shown, session.settings.compressionMinimumTokens)];
}

const outOfDate = () =>
  new ResponseError(LSPErrorCodes.ServerCancelled, 'the document changed', { retriggerRequest: true });
