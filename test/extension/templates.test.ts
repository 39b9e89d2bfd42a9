/** New prompts from templates, and prompts run with all their inputs. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { messagesOf } from '../simulator/script.ts';
import { pick, typeInto } from './dialogs.ts';
import { type Scene, USAGE } from './scene.ts';
import { answerQuestions } from './wizard.ts';

export function templates(scene: Scene): void {
  suite('Templates and inputs', () => {
    teardown(scene.endTest);

    test('a template becomes a file where VS Code looks for prompts, and is opened', async () => {
      using list = pick('Classify');
      using names = typeInto(['My Classifier']);
      await vscode.commands.executeCommand('farthing.newPrompt');
      assert.equal(list.offered.length, 8);
      assert.equal(names.asked[0]?.value, 'classify');
      const document = vscode.window.activeTextEditor?.document;
      assert.match(document?.uri.path ?? '', /\/\.github\/prompts\/my-classifier\.prompt\.md$/);
      assert.match(document?.getText() ?? '', /^---\ndescription: Puts a message/);
    });

    test('a name that is taken is refused with a sentence, and another one is proposed', async () => {
      using _ = pick('Skill');
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      assert.ok(folder !== undefined);
      const taken = vscode.Uri.joinPath(folder, '.github/skills/release-notes/SKILL.md');
      await vscode.workspace.fs.writeFile(taken, new TextEncoder().encode('mine'));
      using names = typeInto([undefined]);
      await vscode.commands.executeCommand('farthing.newPrompt');
      const [box] = names.asked;
      assert.equal(box?.value, 'release-notes-2');
      assert.match(String(await box?.validateInput?.('Release Notes')), /^There is .*SKILL\.md already/);
      assert.match(String(await box?.validateInput?.('…')), /at least one letter/);
      assert.equal(await box?.validateInput?.('other'), null);
      assert.equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(taken)), 'mine');
    });

    test('Run with Inputs asks step by step, shows all values, and remembers them', async () => {
      const prompt = await scene.openPrompt('Say {{text}} in {{language}}.\n');
      const asked = scene.simulator.requests.length;
      scene.simulator.script({ text: 'Hallo.', usage: USAGE }, { text: 'Salut.', usage: USAGE });
      {
        using wizard = answerQuestions({ type: 'Hello' }, { type: 'German' }, { choose: ['Run'] });
        await vscode.commands.executeCommand('farthing.runPromptInputs', prompt.uri);
        assert.deepEqual(wizard.shown[2]?.labels, ['Run', 'Values', 'text', 'language']);
      }
      const sent = messagesOf((await scene.simulator.request(asked)).body);
      assert.equal(sent.join('').trim(), 'Say Hello in German.');
      using boxes = typeInto(['Hello', 'French']);
      await scene.run(prompt);
      assert.deepEqual(
        boxes.asked.map(({ value }) => value),
        ['Hello', 'German'],
      );
      await scene.answerLike(prompt, /^Salut\./);
    });

    test('a prompt without variables runs at once', async () => {
      const prompt = await scene.openPrompt('Say yes, with no inputs.\n');
      scene.simulator.script({ text: 'Yes.', usage: USAGE });
      using wizard = answerQuestions();
      await vscode.commands.executeCommand('farthing.runPromptInputs', prompt.uri);
      await scene.answerLike(prompt, /^Yes\./);
      assert.deepEqual(wizard.shown, []);
    });
  });
}
