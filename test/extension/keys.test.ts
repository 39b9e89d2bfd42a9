/** API keys: from the environment, and from VS Code's secret storage, which comes first. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { pick, typeInto } from './dialogs.ts';
import type { Scene } from './scene.ts';

const PROMPT = '---\nmodel: locked-model\ncache: false\n---\nOpen the door.\n';

export function keys(scene: Scene): void {
  /** Runs the prompt until the provider is shown this key: keys reach the daemon after the command has ended. */
  const keyShown = async (prompt: vscode.TextDocument): Promise<string | undefined> => {
    const asked = scene.simulator.requests.length;
    scene.simulator.script({ text: 'Open.' });
    await vscode.commands.executeCommand('farthing.runPromptFresh', prompt.uri);
    return (await scene.simulator.request(asked)).headers.authorization;
  };

  suite('Keys', () => {
    teardown(scene.endTest);

    test('a key from the environment is shown to its provider', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      assert.equal(await keyShown(prompt), `Bearer ${process.env['FARTHING_TEST_KEY']}`);
    });

    test('a key that is set comes first, and is forgotten when it is removed', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      {
        using boxes = typeInto([' sk-typed-by-hand ']);
        await vscode.commands.executeCommand('farthing.setKey');
        assert.equal(boxes.asked[0]?.password, true);
      }
      assert.equal(await keyShown(prompt), 'Bearer sk-typed-by-hand');
      using _ = pick(null);
      await vscode.commands.executeCommand('farthing.removeKey');
      assert.equal(await keyShown(prompt), `Bearer ${process.env['FARTHING_TEST_KEY']}`);
    });

    test('a key is set and removed for the provider that a command names, without a question which', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      {
        using _ = typeInto(['sk-by-name']);
        await vscode.commands.executeCommand('farthing.setKey', 'Locked');
      }
      assert.equal(await keyShown(prompt), 'Bearer sk-by-name');
      await vscode.commands.executeCommand('farthing.removeKey', 'Locked');
      assert.equal(await keyShown(prompt), `Bearer ${process.env['FARTHING_TEST_KEY']}`);
    });

    test('of two changes in a row the later one counts', async () => {
      const prompt = await scene.openPrompt(PROMPT);
      using _ = typeInto(['sk-first', 'sk-second']);
      await Promise.all([
        vscode.commands.executeCommand('farthing.setKey', 'Locked'),
        vscode.commands.executeCommand('farthing.setKey', 'Locked'),
      ]);
      assert.equal(await keyShown(prompt), 'Bearer sk-second');
      await vscode.commands.executeCommand('farthing.removeKey', 'Locked');
    });
  });
}
