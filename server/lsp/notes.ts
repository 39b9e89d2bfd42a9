/** What was noticed in a prompt, as diagnostics: information only, since none of it keeps the prompt from running. */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { FarthingError } from '../../protocol/errors.ts';
import type { PromptNote } from '../../protocol/messages.ts';
import { inspectPrompt } from '../calls/prepare-call.ts';
import type { Session } from './session.ts';

/**
 * The notes on an open document. None where it cannot be inspected: the line above the prompt says why, and what is
 * wrong with its YAML the editor says itself.
 */
export function noteDiagnostics(uri: string, session: Session): Diagnostic[] {
  try {
    return inspectPrompt({ kind: 'document', uri }, session).notes.map(toDiagnostic);
  } catch (error) {
    if (error instanceof FarthingError && error.code !== 'internal') return [];
    throw error;
  }
}

const toDiagnostic = ({ line, message }: PromptNote): Diagnostic => ({
  // A range past the end of a line is cut to it (LSP 3.17, Position).
  range: { start: { line, character: 0 }, end: { line, character: Number.MAX_SAFE_INTEGER } },
  severity: DiagnosticSeverity.Information,
  source: 'Farthing',
  message,
});
