/**
 * Ticks the steps of the walkthrough: what was done, as context keys. VS Code's own events miss most of it: the language
 * of an editor is known to that editor alone, and a press on a CodeLens runs a command of no name.
 */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { isPrompt } from '../last-editor.ts';

/** Keeps the context keys that the steps in package.json wait for. */
export function walkthrough({ budgets, runs }: FeatureHost): vscode.Disposable {
  const opened = createNote('farthing.promptOpened');
  const answered = createNote('farthing.promptAnswered');
  const budgeted = createNote('farthing.budgetKept');
  const noteEditor = () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document !== undefined && isPrompt(document)) opened();
  };
  const noteRuns = () => {
    const isDone = runs.answers().some(({ answer }) => answer.end?.problem === null);
    if (isDone && runs.running().length === 0) answered();
  };
  const noteBudgets = () => {
    if ((budgets.states() ?? []).length > 0) budgeted();
  };
  noteEditor();
  noteBudgets();
  return disposeAll([
    vscode.window.onDidChangeActiveTextEditor(noteEditor),
    runs.onDidChangeRunning(noteRuns),
    budgets.onDidChange(noteBudgets),
  ]);
}

/**
 * Notes that something was done, by turns as "odd" and "even": what holds already when VS Code first reads the
 * walkthrough ticks nothing any more, and only its change does.
 */
function createNote(key: string): () => void {
  let turn: 'odd' | 'even' = 'even';
  return () => {
    turn = turn === 'odd' ? 'even' : 'odd';
    void vscode.commands.executeCommand('setContext', key, turn);
  };
}
