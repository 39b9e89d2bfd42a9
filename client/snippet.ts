/** A piece of code and what is to be done with it, as it was when the user asked for it. */
import * as vscode from 'vscode';
import { farthingError } from '../protocol/errors.ts';
import {
  SELECTION_TASKS,
  type SelectionDiagnostic,
  type SelectionSource,
  type SelectionTask,
} from '../protocol/selection-tasks.ts';
import { codeOf } from './selected-code.ts';
import { surroundingsOf, type TextRange, withLineFeeds } from './text/code-range.ts';

/** A piece of code. */
export interface Snippet {
  readonly task: SelectionTask;
  readonly document: vscode.TextDocument;
  readonly fileName: string;
  /** All of the document's text. */
  readonly text: string;
  readonly range: TextRange;
}

/**
 * What a task is to work on: by default of the active editor, else the range of the document that a command names.
 * Null, with a sentence to the user, where there is nothing. Throws untrusted in Restricted Mode.
 */
export async function snippetFor(
  task: SelectionTask,
  target: unknown,
  range: unknown,
): Promise<Snippet | null> {
  if (!vscode.workspace.isTrusted) throw farthingError('untrusted', {});
  const named = typeof target === 'string' && range instanceof vscode.Range ? { target, range } : null;
  const editor = vscode.window.activeTextEditor;
  const document =
    named === null
      ? editor?.document
      : await vscode.workspace.openTextDocument(vscode.Uri.parse(named.target));
  const say = (message: string): null => {
    void vscode.window.showInformationMessage(message);
    return null;
  };
  const selectFirst = () => say(vscode.l10n.t('Select the code to work on, then run it again.'));
  if (document === undefined || document.uri.scheme.startsWith('farthing-')) return selectFirst();
  const selections = named === null ? (editor?.selections ?? []) : [named.range];
  const [selection] = selections;
  if (selection === undefined) return selectFirst();
  if (selections.filter(({ isEmpty }) => !isEmpty).length > 1)
    return say(vscode.l10n.t('Several pieces of code are selected. Select one, then run it again.'));
  const fileName = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
  const isWritable =
    document.isUntitled || vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) !== false;
  if (SELECTION_TASKS[task].answer === 'replacement' && !isWritable)
    return say(
      vscode.l10n.t('{0} cannot be changed here. Open the file itself, then run it again.', fileName),
    );
  const code = await codeOf(document, selection);
  if (code === null) return selectFirst();
  const snippet = { task, document, fileName, text: document.getText(), range: code };
  if (task === 'fix' && diagnosticsOf(snippet).length === 0)
    return say(
      vscode.l10n.t('There are no problems in this code. Select code with a problem, then run it again.'),
    );
  return snippet;
}

/** What is sent for it: without folders, and with "\n" at the end of each line. */
export function sourceOf(snippet: Snippet): SelectionSource {
  const { task, document, fileName, text, range } = snippet;
  return {
    kind: 'selection',
    code: withLineFeeds(text.slice(range.start, range.end)),
    languageId: document.languageId,
    fileName,
    task,
    around: surroundingsOf(text, range),
    ...(task === 'fix' ? { diagnostics: diagnosticsOf(snippet) } : {}),
  };
}

/** What is reported within the range, errors first. What Farthing itself notes is about prompts. */
function diagnosticsOf({ document, range }: Snippet): readonly SelectionDiagnostic[] {
  const [first, last] = [document.positionAt(range.start), document.positionAt(range.end)];
  const lines = new vscode.Range(first, last);
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((one) => one.source?.toLowerCase() !== 'farthing' && lines.intersection(one.range) !== undefined)
    .toSorted((a, b) => a.severity - b.severity || a.range.start.compareTo(b.range.start))
    .map(({ severity, message, range: place }) => ({
      severity: SEVERITIES[severity],
      message,
      line: Math.max(1, place.start.line - first.line + 1),
    }));
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies Readonly<
  Record<vscode.DiagnosticSeverity, SelectionDiagnostic['severity']>
>;
