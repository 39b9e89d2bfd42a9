/** Farthing is there, starts with a prompt in the workspace, and keeps every promise of its manifest. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from './until.ts';

export function activation(): void {
  suite('Activation', () => {
    test('a workspace with a prompt activates Farthing by itself', async () => {
      const extension = vscode.extensions.getExtension('farthing.farthing');
      assert.ok(extension !== undefined, 'Farthing is not installed');
      await until('the activation', () => extension.isActive);
    });

    test('every command of the manifest is registered', async () => {
      const manifest = vscode.extensions.getExtension('farthing.farthing')?.packageJSON as {
        readonly contributes: { readonly commands: readonly { readonly command: string }[] };
      };
      const registered = new Set(await vscode.commands.getCommands(true));
      const promised = manifest.contributes.commands.map(({ command }) => command);
      assert.ok(promised.length > 0);
      assert.deepEqual(
        promised.filter((command) => !registered.has(command)),
        [],
      );
    });

    test('a file that ends in .prompt.md is a prompt, and the example is one too', async () => {
      const [file] = await vscode.workspace.findFiles('**/*.prompt.md', null, 1);
      assert.ok(file !== undefined, 'there is no prompt in the workspace');
      assert.equal((await vscode.workspace.openTextDocument(file)).languageId, 'prompt');
      await vscode.commands.executeCommand('farthing.newExample');
      assert.equal(vscode.window.activeTextEditor?.document.languageId, 'prompt');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });
}
