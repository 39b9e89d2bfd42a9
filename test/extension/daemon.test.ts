/** The daemon as this window sees it: killed, restarted, stopped, asked how it is. */
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { ERRORS } from '../../protocol/errors.ts';
import { pick, recordErrors } from './dialogs.ts';
import { type Scene, USAGE } from './scene.ts';

export function daemon(scene: Scene): void {
  const answers = async (text: string) => {
    const prompt = await scene.openPrompt(`${text}\n`);
    scene.simulator.script({ text: 'Here.', usage: USAGE });
    await scene.run(prompt);
    await scene.answerLike(prompt, /^Here\.\n\n---\n\ngpt-5-mini · 1,000 in/);
  };

  suite('Daemon', () => {
    teardown(scene.endTest);

    test('its status names its process', async () => {
      using picked = pick(null);
      await vscode.commands.executeCommand('farthing.daemonStatus');
      const line = picked.offered.find(({ label }) => label === 'Process');
      assert.equal(line?.description, String(await scene.daemonPid()));
    });

    test('its log opens', async () => {
      await vscode.commands.executeCommand('farthing.openLog');
      assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /\/daemon\.log$/);
    });

    test('killed during a call, it says so in the answer and the next run works', async () => {
      const prompt = await scene.openPrompt('Say something and be killed.\n');
      scene.simulator.script({ chunks: ['Half', ' an answer'], hangAfter: 1 });
      const running = scene.run(prompt);
      await scene.answerLike(prompt, /^Half\n/);
      const killed = await scene.daemonPid();
      process.kill(killed, 'SIGKILL');
      await running;
      await scene.answerLike(prompt, new RegExp(`^Half\n\n---\n\n${ERRORS.daemonStopped({})}\n\n## How`));
      scene.simulator.script({ text: 'A whole answer.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^A whole answer\.\n\n---\n\ngpt-5-mini · 1,000 in/);
      assert.notEqual(await scene.daemonPid(), killed);
    });

    test('Restart Daemon starts another one, and prompts are estimated and run as before', async () => {
      const prompt = await scene.openPrompt('Say hello after a restart.\n');
      await scene.lensLike(prompt, /est\./);
      const before = await scene.daemonPid();
      await vscode.commands.executeCommand('farthing.restartDaemon');
      await scene.lensLike(prompt, /est\..*gpt-5-mini$/);
      await answers('Are you another one?');
      assert.notEqual(await scene.daemonPid(), before);
    });

    test('stopped, it stays so, says how to start it, and starts when it is asked to', async () => {
      await vscode.commands.executeCommand('farthing.stopDaemon');
      {
        using messages = recordErrors();
        const prompt = await scene.openPrompt('Is anybody there?\n');
        await scene.run(prompt);
        assert.equal(messages.shown.length, 1);
        assert.match(
          messages.shown[0]?.message ?? '',
          /You stopped the Farthing daemon\. Run "Farthing: Restart Daemon"/,
        );
        assert.deepEqual(messages.shown[0]?.buttons, ['Restart']);
      }
      await vscode.commands.executeCommand('farthing.restartDaemon');
      await answers('Are you back?');
    });
  });
}
