/** "Explain This Call": what a run of a prompt would do and cost, in a document that follows the prompt. */
import * as vscode from 'vscode';
import { toFarthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { planReport } from '../../protocol/plan.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { PLAN_SCHEME, promptName } from '../prompt-documents.ts';
import { showBeside } from '../show-beside.ts';
import { showError } from '../show-error.ts';
import { namedPrompt } from './run-prompt.ts';

/** Provides the documents and registers the command, which takes a prompt's URI; by default the active one's. */
export function explainCall({ daemon, estimates }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();

  const planOf = async (prompt: vscode.Uri): Promise<string> => {
    // Opening it also gives its text to the daemon, where it was not open.
    await vscode.workspace.openTextDocument(prompt);
    const source = { kind: 'document', uri: prompt.toString() } as const;
    return planReport(promptName(prompt.path), await daemon.request(MESSAGES.preview, { source }));
  };

  const open = async (target: unknown) => {
    const prompt = namedPrompt(target);
    if (prompt === null) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a prompt first, then explain its call.'));
      return;
    }
    const uri = planUri(prompt);
    await showBeside(uri);
    changed.fire(uri);
  };

  return disposeAll([
    changed,
    vscode.workspace.registerTextDocumentContentProvider(PLAN_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) =>
        planOf(vscode.Uri.parse(uri.query)).catch((error: unknown) => toFarthingError(error).message),
    }),
    estimates.onDidChange(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === PLAN_SCHEME) changed.fire(uri);
    }),
    vscode.commands.registerCommand('farthing.explainCall', (target: unknown) =>
      open(target).catch(showError),
    ),
  ]);
}

/** The document that shows the plan of a prompt. */
const planUri = (prompt: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({
    scheme: PLAN_SCHEME,
    path: `/${promptName(prompt.path)} plan.md`,
    query: prompt.toString(),
  });
