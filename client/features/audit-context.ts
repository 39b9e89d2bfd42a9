/** "Audit Always-Loaded Context": what every turn of an agent loads from the workspace, in a document. */
import * as vscode from 'vscode';
import { auditReport } from '../../protocol/audit-report.ts';
import { toFarthingError } from '../../protocol/errors.ts';
import { MESSAGES } from '../../protocol/messages.ts';
import { findContextFiles } from '../context-files.ts';
import { disposeAll } from '../emitter.ts';
import type { FeatureHost } from '../host.ts';
import { AUDIT_SCHEME } from '../prompt-documents.ts';
import { showError } from '../show-error.ts';
import { linkedFile } from '../text/linked-file.ts';

const AUDIT = vscode.Uri.from({ scheme: AUDIT_SCHEME, path: '/always-loaded context.md' });

/** Provides the document and registers the command; the document is made anew with each call of it. */
export function auditContext({ daemon, configuration }: FeatureHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const isOpen = () => vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === AUDIT.toString());

  const report = async () => {
    const found = await findContextFiles();
    return auditReport(await daemon.request(MESSAGES.auditContext, found), linkedFile);
  };

  const open = async () => {
    if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a folder first, then audit what agents load from it.'),
      );
      return;
    }
    const wasOpen = isOpen();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(AUDIT), { preview: true });
    if (wasOpen) changed.fire(AUDIT);
  };

  return disposeAll([
    changed,
    vscode.workspace.registerTextDocumentContentProvider(AUDIT_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => report().catch((error: unknown) => toFarthingError(error).message),
    }),
    // Another model has other tokens and prices.
    configuration.onDidChange(() => {
      if (isOpen()) changed.fire(AUDIT);
    }),
    vscode.commands.registerCommand('farthing.auditContext', () => open().catch(showError)),
  ]);
}
