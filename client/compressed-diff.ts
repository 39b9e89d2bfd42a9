/** The diff of a prompt and its shorter self. */
import * as vscode from 'vscode';
import { COMPRESSED_SCHEME, promptName } from './prompt-documents.ts';

/** The right side of the diff. */
export const compressedUri = (prompt: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({
    scheme: COMPRESSED_SCHEME,
    path: prompt.path,
    query: prompt.toString(),
  });

/** Shows a prompt beside what it would be. */
export const openDiff = (prompt: vscode.Uri): Thenable<unknown> =>
  vscode.commands.executeCommand(
    'vscode.diff',
    prompt,
    compressedUri(prompt),
    vscode.l10n.t('{0}: as it is ↔ compressed', promptName(prompt.path)),
  );

/** Closes it wherever it is open. */
export async function closeDiff(prompt: vscode.Uri): Promise<void> {
  const shown = compressedUri(prompt).toString();
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === shown);
  await vscode.window.tabGroups.close(tabs);
}
