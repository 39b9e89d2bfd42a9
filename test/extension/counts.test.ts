/** Counts in the editor: the status bar's selection, the breakdown, heat, and a word's tokens. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { pick, recordMessages } from './dialogs.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

const PROMPT = 'system:\nBe brief and never guess.\n\nuser:\nReview tokenization {{code}}.\n';

export function counts(scene: Scene): void {
  suite('Counts', () => {
    teardown(scene.endTest);

    test('the breakdown lists messages with their tokens, and a choice goes there', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      await scene.lensLike(prompt, /est\./);
      using picked = pick('User');
      await vscode.commands.executeCommand('farthing.showBreakdown', prompt.uri.toString());
      const labels = picked.offered.map(({ label }) => label);
      assert.ok(labels.includes('System') && labels.includes('Chat format'), labels.join(', '));
      assert.match(
        picked.offered.find(({ label }) => label === 'User')?.description ?? '',
        /^\d+ tokens · \d+ %$/,
      );
      assert.match(
        picked.offered.find(({ label }) => label === '{{code}}')?.description ?? '',
        /no past runs/,
      );
      assert.equal(vscode.window.activeTextEditor?.selection.active.line, 3);
    });

    test('each message has a quiet line of its own', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      const titles = await until('lines above messages', async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          prompt.uri,
        );
        const found = lenses.map(({ command }) => command?.title ?? '');
        return found.some((title) => /^System · \d+ tokens · \d+ %$/.test(title)) && found;
      });
      assert.equal(titles.length, 3);
    });

    test('"Count Selection" says the tokens of what is selected, and without a selection of the file', async () => {
      using messages = recordMessages();
      const prompt = await scene.openPrompt(PROMPT);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor !== undefined && editor.document === prompt);
      editor.selection = new vscode.Selection(1, 0, 1, 8);
      await vscode.commands.executeCommand('farthing.countSelection');
      editor.selection = new vscode.Selection(1, 0, 1, 0);
      await vscode.commands.executeCommand('farthing.countSelection');
      const [selection, document] = messages.shown.map(({ message }) => message);
      assert.match(selection ?? '', /^The selection has 2 tokens with gpt-5-mini: \$0\.000002 as input\.$/);
      assert.match(document ?? '', /^The document has \d+ tokens with gpt-5-mini: /);
    });

    test('heat comes with a word’s tokens under the pointer, and goes again', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      await scene.lensLike(prompt, /est\./);
      const hover = async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          prompt.uri,
          new vscode.Position(4, 10),
        );
        return hovers
          .flatMap(({ contents }) => contents.map((one) => (typeof one === 'string' ? one : one.value)))
          .join('\n');
      };
      assert.doesNotMatch(await hover(), /tokens? with/);
      await vscode.commands.executeCommand('farthing.toggleTokenHeat');
      await until('the tokens of a word', async () => /\d tokens with .*·token\|ization/.test(await hover()));
      await vscode.commands.executeCommand('farthing.toggleTokenHeat');
      assert.doesNotMatch(await hover(), /tokens? with/);
    });

    test('an example has a hint with its tokens', async () => {
      const prompt = await scene.openPrompt('Do it.\n\n## Example 1\n\nInput: a\nOutput: b\n');
      const whole = new vscode.Range(0, 0, prompt.lineCount, 0);
      await until('a hint', async () => {
        const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
          'vscode.executeInlayHintProvider',
          prompt.uri,
          whole,
        );
        return hints.some(({ label, position }) => /^\d+ tokens$/.test(String(label)) && position.line === 2);
      });
    });
  });
}
