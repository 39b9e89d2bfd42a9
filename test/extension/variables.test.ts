/** Prompts that need values: asked for, remembered, filled from the editor, or not given. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { messagesOf } from '../simulator/script.ts';
import { typeInto } from './dialogs.ts';
import { type Scene, USAGE } from './scene.ts';

const PROMPT = `Translate {{text}} into \${input:language:a language}.\n`;

export function variables(scene: Scene): void {
  suite('Variables', () => {
    teardown(scene.endTest);

    test('each is asked for once, sent, and proposed the next time', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: 'Hallo.', usage: USAGE }, { text: 'Tschüss.', usage: USAGE });
      {
        using boxes = typeInto(['Hello', 'German']);
        await scene.run(prompt);
        assert.deepEqual(
          boxes.asked.map(({ title, prompt: question, placeHolder, value }) => [
            /\((.*)\)$/.exec(title ?? '')?.[1],
            question,
            placeHolder,
            value,
          ]),
          [
            ['1 of 2', 'Value for text', undefined, ''],
            ['2 of 2', 'Value for language', 'a language', ''],
          ],
        );
      }
      const sent = messagesOf((await scene.simulator.request(asked)).body);
      assert.deepEqual(
        sent.map((message) => message.trim()),
        ['Translate Hello into German.'],
      );
      using boxes = typeInto(['Bye', 'German']);
      await scene.run(prompt);
      assert.deepEqual(
        boxes.asked.map(({ value }) => value),
        ['Hello', 'German'],
      );
      await scene.answerLike(prompt, /^Tschüss\./);
    });

    test('Escape sends nothing and shows no answer', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      using boxes = typeInto(['Hello', undefined]);
      await scene.run(prompt);
      assert.equal(boxes.asked.length, 2);
      assert.equal(scene.answer(prompt), '');
    });

    test('a selection is taken from the editor that was active before the prompt', async () => {
      const code = await vscode.workspace.openTextDocument({ language: 'plaintext', content: 'alpha beta' });
      const editor = await vscode.window.showTextDocument(code);
      editor.selection = new vscode.Selection(0, 6, 0, 10);
      const prompt = await scene.openPrompt(`Spell \${selection}.\n`);
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: 'b e t a', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^b e t a/);
      const sent = messagesOf((await scene.simulator.request(asked)).body);
      assert.deepEqual(
        sent.map((message) => message.trim()),
        ['Spell beta.'],
      );
      await vscode.window.showTextDocument(code);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });
}
