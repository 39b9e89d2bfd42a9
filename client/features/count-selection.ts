/** "Count Selection": tokens and price of the selected text, or of the document where nothing is selected. */
import * as vscode from 'vscode';
import { MESSAGES } from '../../protocol/messages.ts';
import { isCounted } from '../counted-documents.ts';
import type { FeatureHost } from '../host.ts';
import { selectedText } from '../selection-count.ts';
import { showError } from '../show-error.ts';
import { countSentence } from '../text/count-text.ts';

/** Registers the command. */
export const countSelection = (host: FeatureHost): vscode.Disposable =>
  vscode.commands.registerCommand('farthing.countSelection', () => count(host).catch(showError));

async function count({ daemon }: FeatureHost): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a file and select what to count, then run it again.'),
    );
    return;
  }
  const { document } = editor;
  const selected = selectedText(editor);
  const counted = await daemon.request(MESSAGES.countText, {
    text: selected === '' ? document.getText() : selected,
    uri: isCounted(document) ? document.uri.toString() : null,
  });
  void vscode.window.showInformationMessage(countSentence(counted, selected !== '', vscode.l10n));
}
