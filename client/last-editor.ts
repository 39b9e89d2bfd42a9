/** Remembers the editor in which the user worked before turning to a prompt: what `${selection}` means. */
import * as vscode from 'vscode';
import { RULE_SCHEME } from '../protocol/compression.ts';
import type { Disposable } from './emitter.ts';
import {
  ANSWER_SCHEME,
  AUDIT_SCHEME,
  COMPRESSED_SCHEME,
  PLAN_SCHEME,
  PROPOSAL_SCHEME,
  RUN_SELECTOR,
} from './prompt-documents.ts';
import type { Place } from './text/prompt-context.ts';

/** The last editor that is neither a prompt nor an answer. */
export interface LastEditor extends Disposable {
  /** Its file and what is selected in it now. */
  place(): Place;
}

/** Schemes of editors that hold no file: panels, logs, answers and plans. */
const NO_FILES = new Set<string>([
  ANSWER_SCHEME,
  AUDIT_SCHEME,
  COMPRESSED_SCHEME,
  PLAN_SCHEME,
  PROPOSAL_SCHEME,
  RULE_SCHEME,
  'output',
  'debug',
  'comment',
  'vscode',
]);

/** True for a prompt that one runs. */
export const isPrompt = (document: vscode.TextDocument): boolean =>
  vscode.languages.match([...RUN_SELECTOR], document) > 0;

/** Follows the active editor from now on. */
export function createLastEditor(): LastEditor {
  let last: vscode.TextEditor | null = null;
  const note = (editor: vscode.TextEditor | undefined) => {
    if (editor === undefined || NO_FILES.has(editor.document.uri.scheme) || isPrompt(editor.document)) return;
    last = editor;
  };
  for (const editor of vscode.window.visibleTextEditors) note(editor);
  note(vscode.window.activeTextEditor);
  const subscription = vscode.window.onDidChangeActiveTextEditor(note);
  return {
    place: () => {
      const uri = last?.document.uri ?? null;
      const folder = uri === null ? undefined : vscode.workspace.getWorkspaceFolder(uri);
      return {
        folder: (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath ?? null,
        file: uri === null ? null : uri.fsPath,
        selection: last === null ? '' : last.document.getText(last.selection),
      };
    },
    dispose: () => subscription.dispose(),
  };
}
