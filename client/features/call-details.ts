/** "Show Call": everything the ledger has on one call, in a document of its own. */
import * as vscode from 'vscode';
import { callReport } from '../../protocol/call-report.ts';
import { toFarthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { CALL_SCHEME } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import { answerOf } from './answers.ts';

/** Provides the documents and registers the command, which takes a call's id or the document of its answer. */
export function callDetails({ daemon, runs }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const unfinished = new Map<string, vscode.Uri>();

  /** Null where the ledger has no such call. */
  const reportOf = async (uri: vscode.Uri): Promise<string | null> => {
    const details = await daemon.request(MESSAGES.callDetails, { callId: uri.query });
    if (details?.line.outcome === 'running') unfinished.set(uri.toString(), uri);
    else unfinished.delete(uri.toString());
    return details === null ? null : callReport(details);
  };

  const open = async (callId: string) => {
    const uri = vscode.Uri.from({
      scheme: CALL_SCHEME,
      path: `/call ${callId.slice(0, 8)}.md`,
      query: callId,
    });
    if ((await reportOf(uri)) === null) {
      void vscode.window.showInformationMessage(vscode.l10n.t('The ledger has no line of this call.'));
      return;
    }
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    changed.fire(uri);
  };

  return disposeAll([
    changed,
    vscode.workspace.registerTextDocumentContentProvider(CALL_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => {
        try {
          return (await reportOf(uri)) ?? vscode.l10n.t('The ledger has no line of this call.');
        } catch (error) {
          return toFarthingError(error).message;
        }
      },
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => unfinished.delete(uri.toString())),
    daemon.on(MESSAGES.ledgerChanged, () => {
      for (const uri of unfinished.values()) changed.fire(uri);
    }),
    vscode.commands.registerCommand('farthing.showCall', async (target: unknown) => {
      const callId = idOf(target);
      if (callId !== undefined) return open(callId).catch(showError);
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open an answer, or choose a call in the Costs view.'),
      );
    }),
  ]);

  /** A call's id as it is, or that of the answer that is named or active. */
  function idOf(target: unknown): string | undefined {
    if (typeof target === 'string') return target;
    const uri = answerOf(target);
    return uri === undefined ? undefined : runs.answer(uri)?.end?.receipt?.callId;
  }
}
