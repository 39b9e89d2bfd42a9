/** "New Example Prompt": something to look at and to run before there is a prompt of one's own. */
import * as vscode from 'vscode';
import type { FeatureHost } from '../host.ts';
import { showError } from '../show-error.ts';
import { EXAMPLE_PROMPT } from '../text/example-prompt.ts';

/** Registers the command. */
export const example = (_: FeatureHost): vscode.Disposable =>
  vscode.commands.registerCommand('farthing.newExample', () => open().catch(showError));

async function open(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'prompt', content: EXAMPLE_PROMPT });
  await vscode.window.showTextDocument(document);
}
