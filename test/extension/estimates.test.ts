/** What stands above a prompt before it is run, and when that changes. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { recordMessages } from './dialogs.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

const tokensIn = (title: string): number =>
  Number(/([\d,]+) tokens/.exec(title)?.[1]?.replaceAll(',', '') ?? Number.NaN);

export function estimates(scene: Scene): void {
  suite('Estimates', () => {
    teardown(scene.endTest);

    test('above a prompt stand Run, its tokens, what a run would cost, and the model', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      const lens = await scene.lensLike(
        prompt,
        /^\$\(play\) Run · \d+ tokens · est\. \$0\.\d+ · gpt-5-mini$/,
      );
      assert.equal(lens.command, 'farthing.runPrompt');
      assert.deepEqual(lens.arguments, [prompt.uri.toString()]);
    });

    test('an edit changes the count and the cost', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      const before = await scene.lensLike(prompt, /tokens · est\./);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(prompt.uri, new vscode.Position(1, 0), 'word '.repeat(1000));
      await vscode.workspace.applyEdit(edit);
      const after = await scene.lensLike(prompt, /1,0\d\d tokens · est\./);
      assert.ok(tokensIn(after.title) - tokensIn(before.title) >= 1000);
      // 400 assumed output tokens at $10 a million, and about 1,010 of input at $1.
      assert.match(after.title, /est\. \$0\.0050\d/);
    });

    test('another model in the settings is estimated at once', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      await scene.lensLike(prompt, /gpt-5-mini$/);
      await scene.set('model', 'gpt-4.1');
      try {
        await scene.lensLike(prompt, /gpt-4\.1$/);
      } finally {
        await scene.set('model', undefined);
      }
      await scene.lensLike(prompt, /gpt-5-mini$/);
    });

    test('a model in the front matter comes before the setting', async () => {
      const prompt = await scene.openPrompt('---\nmodel: gpt-4.1\n---\nSay hello.\n');
      await scene.lensLike(prompt, /gpt-4\.1$/);
    });

    test('front matter that cannot be read is said, with its line', async () => {
      const prompt = await scene.openPrompt('---\ndescription: [\n---\nSay hello.\n');
      await scene.lensLike(prompt, /front matter is not valid YAML \(line \d+/);
    });

    test('pointing at the first line says what a run would do', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      await scene.lensLike(prompt, /est\./);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        prompt.uri,
        new vscode.Position(0, 1),
      );
      const texts = hovers.flatMap(({ contents }) =>
        contents.map((one) => (typeof one === 'string' ? one : one.value)),
      );
      assert.match(texts.join('\n'), /Cache miss: [\s\S]*Farthing: Explain This Call/);
    });

    test('"Explain This Call" shows each step and the estimate, and follows the prompt', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      await vscode.commands.executeCommand('farthing.explainCall');
      const plan = await until('the plan', () =>
        vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'farthing-plan'),
      );
      const like = (pattern: RegExp) => until(`a plan like ${pattern}`, () => pattern.test(plan.getText()));
      await like(/^# prompt-\d+: est\. \$0\.\d+\n\nNothing was sent\.[\s\S]*\. Cache miss: /);
      await like(/\. Retry: nothing to do unless [\s\S]*\n- Model: Sim\/gpt-5-mini\.\n/);
      assert.equal(vscode.window.activeTextEditor?.document, prompt, 'the focus stays');
      const edit = new vscode.WorkspaceEdit();
      edit.insert(prompt.uri, new vscode.Position(1, 0), 'word '.repeat(1000));
      await vscode.workspace.applyEdit(edit);
      await like(/\n- Input: 1,0\d\d tokens/);
    });

    test('"Explain This Call" without a prompt says what to do', async () => {
      using messages = recordMessages();
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('farthing.explainCall');
      assert.deepEqual(
        messages.shown.map(({ message }) => message),
        ['Open a prompt first, then explain its call.'],
      );
    });

    test('no CodeLens where the setting turns it off', async () => {
      const prompt = await scene.openPrompt('Say hello.\n');
      await scene.lensLike(prompt, /Run/);
      await scene.set('codeLens.enabled', false);
      try {
        await scene.noLens(prompt);
      } finally {
        await scene.set('codeLens.enabled', undefined);
      }
    });
  });
}
