/** Shows a document beside what the user is working in. */
import * as vscode from 'vscode';

/** Shows a document without taking the focus: where it is open already, else beside what is active. */
export async function showBeside(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const open = vscode.window.tabGroups.all.find((group) =>
    group.tabs.some(
      ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
    ),
  );
  await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
}
