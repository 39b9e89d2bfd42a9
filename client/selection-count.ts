/** The tokens of what is selected in a prompt, counted by the daemon while the selection changes. */
import * as vscode from 'vscode';
import { MESSAGES } from '../protocol/messages.ts';
import type { TextCount } from '../protocol/token-counts.ts';
import { coalesce } from './coalesce.ts';
import { isLoaded } from './counted-documents.ts';
import type { Daemon } from './daemon/connection.ts';
import { createEmitter, type Disposable, disposeAll, type Event } from './emitter.ts';
import { isPrompt } from './last-editor.ts';

/** The count of the selection in the active editor. */
export interface SelectionCount extends Disposable {
  /** Null where nothing is selected, and until it is counted. */
  get(): TextCount | null;
  readonly onDidChange: Event<void>;
}

/** A selection that is drawn with the mouse changes many times a second. */
const EVERY_MS = 60;

/** A larger selection is counted when it is asked for, and not at every change. UTF-16 units. */
const MOST_UNITS = 1024 * 1024;

/** In a program a selection is mostly no prompt; there Count Selection says it. */
const isMeant = (document: vscode.TextDocument): boolean => isPrompt(document) || isLoaded(document);

/** What is selected; several selections are joined by a line end. */
export const selectedText = ({ document, selections }: vscode.TextEditor): string =>
  selections
    .filter(({ isEmpty }) => !isEmpty)
    .map((selection) => document.getText(selection))
    .join('\n');

/** Follows the selection of prompts from now on. */
export function createSelectionCount(daemon: Daemon, failed: (error: Error) => void): SelectionCount {
  const changed = createEmitter<void>();
  let known: TextCount | null = null;
  let counting: vscode.CancellationTokenSource | null = null;

  const set = (count: TextCount | null) => {
    if (known === count) return;
    known = count;
    changed.fire();
  };
  const forget = () => {
    counting?.cancel();
    counting?.dispose();
    counting = null;
  };
  const count = () => {
    forget();
    const editor = vscode.window.activeTextEditor;
    const text = editor === undefined || !isMeant(editor.document) ? '' : selectedText(editor);
    if (editor === undefined || text === '' || text.length > MOST_UNITS) {
      set(null);
      return;
    }
    const own = new vscode.CancellationTokenSource();
    counting = own;
    daemon
      .request(MESSAGES.countText, { text, uri: editor.document.uri.toString() }, own.token)
      .then((found) => {
        if (counting === own) set(found);
      })
      .catch((error: Error) => {
        if (counting !== own) return;
        set(null);
        failed(error);
      });
  };
  const soon = coalesce(count, EVERY_MS);
  const note = () => {
    // What was counted is not what is selected now.
    forget();
    set(null);
    if (daemon.state === 'running') soon.request();
  };
  const parts = disposeAll([
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor && isMeant(textEditor.document)) note();
    }),
    vscode.window.onDidChangeActiveTextEditor(note),
    soon,
  ]);
  return {
    get: () => known,
    onDidChange: changed.event,
    dispose() {
      forget();
      parts.dispose();
    },
  };
}
