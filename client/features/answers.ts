/** Answer documents and what can be done with them: cancel, continue, copy. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { judge } from '../judge-answer.ts';
import { ANSWER_SCHEME } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import {
  type Answer,
  answerDocument,
  cacheEntryOf,
  FORGOTTEN_ANSWER,
  foldedLines,
  ruleLine,
} from '../text/answer-text.ts';

/** Provides the documents, registers the commands, and keeps the context keys that their buttons depend on. */
export function answers({ runs, daemon }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const setContext = (key: string, value: unknown) =>
    void vscode.commands.executeCommand('setContext', key, value);
  const noteAnswers = () => {
    const running = runs.running();
    setContext('farthing.running', running.length > 0);
    setContext(
      'farthing.runningAnswers',
      running.map(({ answer }) => answer.toString()),
    );
    const idsOf = (fits: (answer: Answer) => boolean) =>
      runs.answers().flatMap(({ uri, answer }) => (fits(answer) ? [uri.toString()] : []));
    setContext(
      'farthing.continuableAnswers',
      idsOf(({ end }) => end?.continuable === true),
    );
    setContext(
      'farthing.forgettableAnswers',
      idsOf((answer) => cacheEntryOf(answer) !== null),
    );
  };
  noteAnswers();
  return disposeAll([
    changed,
    runs.onDidChangeAnswer((uri) => changed.fire(uri)),
    runs.onDidChangeRunning(noteAnswers),
    vscode.workspace.registerTextDocumentContentProvider(ANSWER_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => {
        const answer = runs.answer(uri);
        return answer === null ? FORGOTTEN_ANSWER : answerDocument(answer);
      },
    }),
    vscode.languages.registerFoldingRangeProvider({ scheme: ANSWER_SCHEME }, { provideFoldingRanges }),
    vscode.languages.registerCodeLensProvider({ scheme: ANSWER_SCHEME }, { provideCodeLenses }),
    vscode.commands.registerCommand('farthing.continueAnswer', (target: unknown) =>
      resume(target).catch(showError),
    ),
    vscode.commands.registerCommand('farthing.cancelRun', (target: unknown) => runs.cancel(toCancel(target))),
    vscode.commands.registerCommand('farthing.copyAnswer', async (target: unknown) => {
      const uri = answerOf(target);
      const answer = uri === undefined ? null : runs.answer(uri);
      const text = answer?.text ?? '';
      if (text === '') {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open an answer first, then copy it.'));
        return;
      }
      await vscode.env.clipboard.writeText(text);
      if (answer?.end?.receipt) void judge(daemon, answer.end.receipt, 'kept');
      vscode.window.setStatusBarMessage(vscode.l10n.t('Answer copied'), 3000);
    }),
  ]);

  /** Under the text of an answer that broke off, its sentence says to continue: that is what is pressed. */
  function provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const line = ruleLine(document.getText());
    if (line === null || runs.answer(document.uri)?.end?.continuable !== true) return [];
    return [
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        title: `$(debug-continue) ${vscode.l10n.t('Continue')}`,
        tooltip: vscode.l10n.t('Ask the model for the rest of this answer'),
        command: 'farthing.continueAnswer',
        arguments: [document.uri.toString()],
      }),
    ];
  }

  async function resume(target: unknown): Promise<void> {
    const uri = answerOf(target);
    if (uri !== undefined && (await runs.resume(uri))) return;
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open an answer that broke off first, then continue it.'),
    );
  }

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

/** The document that a command names, as text or as a Uri; by default the active one. */
export function answerOf(target: unknown): vscode.Uri | undefined {
  if (typeof target === 'string') return vscode.Uri.parse(target);
  return target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
}

/**
 * How the answer was made. VS Code folds by itself, without the focus, what is of the kind "imports"; package.json
 * asks for that in Markdown, where nothing else is of this kind.
 */
function provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
  const lines = foldedLines(document.getText());
  return lines === null
    ? []
    : [new vscode.FoldingRange(lines.start, lines.end, vscode.FoldingRangeKind.Imports)];
}
