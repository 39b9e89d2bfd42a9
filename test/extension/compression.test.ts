/** Compression suggestions in the editor: hints, fixes, the diff, and that nothing is applied to a text that changed. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { recordMessages, recordWarnings } from './dialogs.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

const LOOSE = 'List the towns of Kent.   \n\n\n\n\nOne on a line.   \n';
const TIGHT = 'List the towns of Kent.\n\nOne on a line.\n';

const codesOf = (uri: vscode.Uri) =>
  vscode.languages
    .getDiagnostics(uri)
    .flatMap(({ code }) => (typeof code === 'object' ? [String(code.value)] : []));

const diffTab = () =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(
      ({ input }) =>
        input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'farthing-compressed',
    );

export function compression(scene: Scene): void {
  suite('Compression', () => {
    teardown(scene.endTest);

    test('places that could be shorter are hints, and "fix all" takes the lossless ones', async () => {
      await scene.set('compression.minimumTokens', 1);
      const prompt = await scene.openPrompt(LOOSE);
      await until('the hints', () => codesOf(prompt.uri).includes('blank-lines'));
      const hints = vscode.languages.getDiagnostics(prompt.uri);
      assert.ok(hints.every(({ severity }) => severity === vscode.DiagnosticSeverity.Hint));
      const kind = vscode.CodeActionKind.SourceFixAll.append('farthing').value;
      const everything = new vscode.Range(0, 0, 9, 0);
      const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        prompt.uri,
        everything,
        kind,
      );
      assert.ok(fix?.edit !== undefined);
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(prompt.getText(), TIGHT);
      await until('no hints', () => codesOf(prompt.uri).length === 0);
      await scene.set('compression.minimumTokens', undefined);
    });

    test('Compress Prompt shows a diff, and applies the chosen changes in one step of undo', async () => {
      const prompt = await scene.openPrompt(LOOSE);
      await vscode.commands.executeCommand('farthing.compressPrompt', prompt.uri);
      const tab = await until('the diff', diffTab);
      const { modified } = tab.input as vscode.TabInputTextDiff;
      const compressed = await vscode.workspace.openTextDocument(modified);
      assert.equal(compressed.getText(), TIGHT);
      await vscode.commands.executeCommand('farthing.applyCompression');
      assert.equal(prompt.getText(), TIGHT);
      await until('no diff', () => diffTab() === undefined);
      await vscode.commands.executeCommand('undo');
      assert.equal(prompt.getText(), LOOSE);
    });

    test('a prompt that changed meanwhile is left alone, and the diff is made anew', async () => {
      using messages = recordWarnings();
      const prompt = await scene.openPrompt(LOOSE);
      await vscode.commands.executeCommand('farthing.compressPrompt', prompt.uri);
      const tab = await until('the diff', diffTab);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(prompt.uri, new vscode.Position(0, 0), 'First: ');
      await vscode.workspace.applyEdit(edit);
      await vscode.commands.executeCommand('farthing.applyCompression');
      assert.equal(prompt.getText(), `First: ${LOOSE}`);
      assert.match(messages.shown[0]?.message ?? '', /^The prompt changed meanwhile\. Nothing was applied/);
      const { modified } = tab.input as vscode.TabInputTextDiff;
      await until('the new diff', () =>
        vscode.workspace.textDocuments.find(
          (document) =>
            document.uri.toString() === modified.toString() && document.getText() === `First: ${TIGHT}`,
        ),
      );
      await vscode.commands.executeCommand('farthing.discardCompression');
      assert.equal(prompt.getText(), `First: ${LOOSE}`);
    });

    test('where nothing could be shorter, it says so', async () => {
      using messages = recordMessages();
      const prompt = await scene.openPrompt(TIGHT);
      await vscode.commands.executeCommand('farthing.compressPrompt', prompt.uri);
      assert.match(messages.shown[0]?.message ?? '', /^Nothing in this prompt could be shorter/);
    });
  });
}
