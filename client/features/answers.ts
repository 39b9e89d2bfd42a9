/** Answer documents and what can be done with them: cancel, copy. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { ANSWER_SCHEME } from '../prompt-documents.ts';
import { answerDocument, FORGOTTEN_ANSWER } from '../text/answer-text.ts';

/** Provides the documents, registers the commands, and keeps the context keys that their buttons depend on. */
export function answers({ runs }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const setContext = (key: string, value: unknown) =>
    void vscode.commands.executeCommand('setContext', key, value);
  const noteRunning = () => {
    const running = runs.running();
    setContext('farthing.running', running.length > 0);
    setContext(
      'farthing.runningAnswers',
      running.map(({ answer }) => answer.toString()),
    );
  };
  noteRunning();
  return disposeAll([
    changed,
    runs.onDidChangeAnswer((uri) => changed.fire(uri)),
    runs.onDidChangeRunning(noteRunning),
    vscode.workspace.registerTextDocumentContentProvider(ANSWER_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => {
        const answer = runs.answer(uri);
        return answer === null ? FORGOTTEN_ANSWER : answerDocument(answer);
      },
    }),
    vscode.commands.registerCommand('farthing.cancelRun', (target: unknown) => runs.cancel(toCancel(target))),
    vscode.commands.registerCommand('farthing.copyAnswer', async (target: unknown) => {
      const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
      const text = uri === undefined ? '' : (runs.answer(uri)?.text ?? '');
      if (text === '') {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open an answer first, then copy it.'));
        return;
      }
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Answer copied'), 3000);
    }),
  ]);

  /** What a command names, else what is active where that runs; undefined for the run that began last. */
  function toCancel(target: unknown): vscode.Uri | undefined {
    if (target instanceof vscode.Uri) return target;
    if (typeof target === 'string') return vscode.Uri.parse(target);
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    return runs
      .running()
      .find(({ answer, subject }) => [answer, subject].some((uri) => uri.toString() === active))?.answer;
  }
}
