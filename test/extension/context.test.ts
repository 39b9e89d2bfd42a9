/** Context that a prompt marks: what is left out of it, and how a person gets it back. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { recordMessages } from './dialogs.ts';
import { isAnswerTo, type Scene, USAGE } from './scene.ts';
import { until } from './until.ts';

const PIECE =
  '<context>\nThe key of a request is a hash of all that decides its answer, to the last space.\n</context>\n';

export function context(scene: Scene): void {
  suite('Context', () => {
    teardown(scene.endTest);

    test('what was left out is listed under the answer, and is brought back from there', async () => {
      const prompt = await scene.openPrompt(`What is a key?\n\n${PIECE}${PIECE}`);
      scene.simulator.script({ text: 'Of a part.', usage: USAGE }, { text: 'Of all.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Of a part\.[\s\S]*Piece 2, line 1: the same as in piece 1\./);
      const { uri } = await until('the answer', () =>
        vscode.workspace.textDocuments.find((document) => isAnswerTo(prompt, document.uri)),
      );
      await vscode.commands.executeCommand('farthing.bringBackContext', uri);
      await scene.answerLike(prompt, /^Of all\.[\s\S]*Context, off: /);
    });

    test('where nothing was left out, it says so and sends nothing', async () => {
      using messages = recordMessages();
      const prompt = await scene.openPrompt(`What is a key, once more?\n\n${PIECE}`);
      scene.simulator.script({ text: 'Of all.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Of all\./);
      await vscode.commands.executeCommand('farthing.bringBackContext', prompt.uri);
      assert.deepEqual(
        messages.shown.map(({ message }) => message),
        ['Nothing was left out of the context. Run Prompt runs it as it is.'],
      );
    });
  });
}
