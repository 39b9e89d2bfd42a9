/** "Explain Selection": sends the selected code and shows the explanation as any other answer. */
import * as vscode from 'vscode';
import { farthingError } from '../../protocol/errors.ts';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';

/** Registers the command. */
export const explainSelection = (host: FeatureHost): vscode.Disposable =>
  vscode.commands.registerCommand('farthing.explainSelection', () => explain(host).catch(showError));

async function explain(host: FeatureHost): Promise<void> {
  if (!vscode.workspace.isTrusted) throw farthingError('untrusted', {});
  const editor = vscode.window.activeTextEditor;
  const code = editor?.document.getText(editor.selection) ?? '';
  if (editor === undefined || code.trim() === '') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Select the code to explain, then run it again.'),
    );
    return;
  }
  const { uri, languageId } = editor.document;
  const fileName = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const source = { kind: 'selection', code, languageId, fileName } as const;
  await host.runs.run({
    subject: uri,
    name: `explain ${fileName}`,
    params: { source, feature: 'explain selection' },
    asItWas: source,
  });
}
