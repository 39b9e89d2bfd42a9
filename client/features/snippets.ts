/** Tasks on selected code: explained in an answer, proposed as a diff, or opened as a file of tests. */
import * as vscode from 'vscode';
import { atMargin } from '../../protocol/code-margin.ts';
import { SELECTION_TASKS, type SelectionTask } from '../../protocol/selection-tasks.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { judge } from '../judge-answer.ts';
import { createProposals, type Proposals } from '../proposals.ts';
import { subjectOf } from '../runs.ts';
import { showError } from '../show-error.ts';
import { type Snippet, snippetFor, sourceOf } from '../snippet.ts';
import type { Answer } from '../text/answer-text.ts';
import { readCodeAnswer } from '../text/code-answer.ts';
import { withLineEnds } from '../text/code-range.ts';
import { answerName } from '../text/snippet-words.ts';

/** What was asked for, until its answer is there. */
interface Asked extends Snippet {
  /** The answer that was looked at last, so that each is looked at once; null for none. */
  readonly seen: string | null;
}

/** Registers the commands. They work on the active editor; the lightbulb names a document and a range in it. */
export function snippets(host: FeatureHost): vscode.Disposable {
  const { runs } = host;
  const proposals = createProposals(showError);
  // By the document of the answer, since it may be continued, or asked for again of another model.
  const asked = new Map<string, Asked>();

  const run = async (task: SelectionTask, target?: unknown, range?: unknown) => {
    const snippet = await snippetFor(task, target, range);
    if (snippet === null) return;
    const { document, fileName } = snippet;
    const name = answerName(task, fileName);
    const isThis = ({ uri }: { readonly uri: vscode.Uri }) =>
      subjectOf(uri).toString() === document.uri.toString() && uri.path === `/${name} answer.md`;
    const before = runs.answers().find(isThis);
    // One that is under way is only shown, and its answer is for what it was asked with.
    const isRunning = before !== undefined && before.answer.end === null;
    const source = sourceOf(snippet);
    const running = runs.run({
      subject: document.uri,
      name,
      params: { source, feature: SELECTION_TASKS[task].feature },
      asItWas: source,
    });
    const answer = runs.answers().find(isThis)?.uri.toString();
    if (!isRunning && answer !== undefined)
      asked.set(answer, { ...snippet, seen: before?.answer.end?.receipt?.callId ?? null });
    await running;
  };

  /** Answers end by a run, by Continue and by Ask a Better Model alike. */
  const look = () => {
    for (const { uri, answer } of runs.answers()) {
      const id = uri.toString();
      const snippet = asked.get(id);
      const callId = answer.end?.receipt?.callId ?? null;
      if (snippet === undefined || callId === null || callId === snippet.seen) continue;
      asked.set(id, { ...snippet, seen: callId });
      use(host, proposals, uri, answer, snippet).catch(showError);
    }
    const known = new Set(runs.answers().map(({ uri }) => uri.toString()));
    for (const id of asked.keys()) if (!known.has(id)) asked.delete(id);
  };

  const command = (task: SelectionTask) => (target: unknown, range: unknown) =>
    run(task, target, range).catch(showError);

  return disposeAll([
    proposals,
    runs.onDidChangeRunning(look),
    vscode.commands.registerCommand('farthing.explainSelection', command('explain')),
    vscode.commands.registerCommand('farthing.refactorSelection', command('refactor')),
    vscode.commands.registerCommand('farthing.writeTests', command('tests')),
    vscode.commands.registerCommand('farthing.documentSelection', command('document')),
    vscode.commands.registerCommand('farthing.fixDiagnostics', command('fix')),
    vscode.commands.registerCommand('farthing.applyProposal', (target: unknown) =>
      proposals.apply(target).catch(showError),
    ),
    vscode.commands.registerCommand('farthing.discardProposal', (target: unknown) =>
      proposals.discard(target).catch(showError),
    ),
  ]);
}

/** Makes of a whole answer what its task is for, or says what to do where it cannot be used. */
async function use(
  { daemon }: FeatureHost,
  proposals: Proposals,
  uri: vscode.Uri,
  answer: Answer,
  { task, document, fileName, text, range }: Asked,
): Promise<void> {
  const wanted = SELECTION_TASKS[task].answer;
  const read = wanted === 'text' ? null : readCodeAnswer(answer, vscode.l10n);
  if (read === null) return;
  if ('problem' in read) return offerHelp(uri, read.problem, read.help);
  if (wanted === 'file') {
    const opened = await vscode.workspace.openTextDocument({
      language: document.languageId,
      content: `${read.code.trimEnd()}\n`,
    });
    await vscode.window.showTextDocument(opened, { preview: false });
    return;
  }
  const replaced = text.slice(range.start, range.end);
  const before = text.slice(text.lastIndexOf('\n', range.start - 1) + 1, range.start);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const code = withLineEnds(atMargin(read.code, replaced, before), lineEnd);
  if (code === withLineEnds(replaced, lineEnd)) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The model left the code of {0} as it is, so there is nothing to apply.', fileName),
    );
    return;
  }
  const proposal = { task, document: document.uri, fileName, text, range, code };
  await proposals.show(uri.toString(), proposal, (outcome) => {
    const receipt = answer.end?.receipt ?? null;
    if (receipt !== null) void judge(daemon, receipt, outcome === 'applied' ? 'kept' : 'undone');
  });
}

async function offerHelp(uri: vscode.Uri, problem: string, help: 'continue' | 'better'): Promise<void> {
  const button = help === 'continue' ? vscode.l10n.t('Continue') : vscode.l10n.t('Ask a Better Model');
  const command = help === 'continue' ? 'farthing.continueAnswer' : 'farthing.askBetterModel';
  const chosen = await vscode.window.showWarningMessage(problem, button);
  if (chosen === button) await vscode.commands.executeCommand(command, uri.toString());
}
