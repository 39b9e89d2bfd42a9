/** "Bring Back Dropped Context": the prompt again, with all turns and all of the context that it marks. */
import * as vscode from 'vscode';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { ANSWER_SCHEME } from '../prompt-documents.ts';
import { subjectOf } from '../runs.ts';
import { showError } from '../show-error.ts';
import { lacksContext, mayLackContext } from '../text/dropped-context.ts';
import { namedPrompt, runOne } from './run-prompt.ts';

/** Registers the command, and keeps the context key that its button depends on. */
export function contextCommands(host: FeatureHost): vscode.Disposable {
  const { runs } = host;
  const noteAnswers = () => {
    const answers = runs.answers().filter(({ answer }) => lacksContext(answer));
    const ids = answers.map(({ uri }) => uri.toString());
    void vscode.commands.executeCommand('setContext', 'farthing.fittedAnswers', ids);
  };
  noteAnswers();
  return disposeAll([
    runs.onDidChangeRunning(noteAnswers),
    vscode.commands.registerCommand('farthing.bringBackContext', (target: unknown) =>
      bringBack(host, target).catch(showError),
    ),
  ]);
}

async function bringBack(host: FeatureHost, target: unknown): Promise<void> {
  const prompt = promptOf(target);
  const subject = prompt?.toString();
  const own = host.runs.answers().filter(({ uri }) => subjectOf(uri).toString() === subject);
  if (own.some(({ answer }) => answer.end !== null) && !own.some(({ answer }) => mayLackContext(answer))) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing was left out of the context. Run Prompt runs it as it is.'),
    );
    return;
  }
  await runOne(host, prompt ?? target, { stagesOff: ['fitHistory', 'fitContext'] });
}

/** The prompt that is meant, also by its answer; null for none. */
function promptOf(target: unknown): vscode.Uri | null {
  const uri = namedPrompt(target) ?? vscode.window.activeTextEditor?.document.uri ?? null;
  if (uri?.scheme !== ANSWER_SCHEME) return namedPrompt(target);
  return subjectOf(uri);
}
