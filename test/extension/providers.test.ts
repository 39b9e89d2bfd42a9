/** Providers: setting one up, testing it, and removing it, by the commands that a person runs. */
import assert from 'node:assert/strict';
import { setup, suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { type ModelListEndpoint, startModelList } from '../support/model-list.ts';
import { answerModal, recordErrors, recordMessages } from './dialogs.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';
import { answerQuestions } from './wizard.ts';

const OTHER = 'Other OpenAI-compatible endpoint…';
const KEY = 'sk-of-the-orchard';

interface Entry {
  readonly name: string;
}

export function providers(scene: Scene): void {
  const entries = () =>
    vscode.workspace.getConfiguration('farthing').inspect<readonly Entry[]>('providers')?.globalValue ?? [];
  const names = () => entries().map(({ name }) => name);

  suite('Providers', () => {
    let orchard: ModelListEndpoint;
    let before: readonly Entry[] = [];

    suiteSetup(async () => {
      orchard = await startModelList(['pear-2', 'apple-1', 'embed-3']);
      orchard.key = KEY;
      before = entries();
    });
    suiteTeardown(() => orchard[Symbol.asyncDispose]());
    setup(() => {
      orchard.key = KEY;
    });
    teardown(async () => {
      await scene.set('providers', before);
      await scene.set('model', undefined);
      await scene.endTest();
    });

    const setUpOrchard = async () => {
      using messages = recordMessages();
      using wizard = answerQuestions(
        { choose: [OTHER] },
        { type: `${orchard.baseUrl}/chat/completions` },
        { type: 'Orchard' },
        { type: ` ${KEY} ` },
        { choose: ['pear-2', 'apple-1'] },
        { choose: ['apple-1'] },
      );
      await vscode.commands.executeCommand('farthing.setUpProvider');
      return { wizard, messages };
    };

    test('the setup asks for what it needs, and writes one entry beside the others', async () => {
      const { wizard, messages } = await setUpOrchard();
      assert.deepEqual(entries(), [
        ...before,
        { name: 'Orchard', baseUrl: orchard.baseUrl, models: ['apple-1', 'pear-2'], needsKey: true },
      ]);
      assert.equal(vscode.workspace.getConfiguration('farthing').get('model'), 'Orchard/apple-1');
      assert.deepEqual(
        messages.shown.map(({ message }) => message),
        ['Orchard is set up with 2 models.'],
      );
      assert.equal(orchard.asked.at(-1), `Bearer ${KEY}`);
      assert.deepEqual(
        wizard.shown.map(({ password }) => password),
        [false, false, false, true, false, false],
      );
      assert.ok(!JSON.stringify(vscode.workspace.getConfiguration('farthing')).includes(KEY));
    });

    test('Escape at the last question changes nothing', async () => {
      using _ = answerQuestions(
        { choose: [OTHER] },
        { type: orchard.baseUrl },
        { type: 'Grove' },
        { type: KEY },
        { choose: ['apple-1', 'pear-2'] },
        { escape: true },
      );
      await vscode.commands.executeCommand('farthing.setUpProvider');
      assert.deepEqual(entries(), before);
    });

    test('a provider that was set up answers its test with the stored key, and says so when it is refused', async () => {
      await setUpOrchard();
      using messages = recordMessages();
      const asked = orchard.asked.length;
      await until('the test to find the key', async () => {
        await vscode.commands.executeCommand('farthing.testConnection', 'Orchard');
        return messages.shown.length > 0;
      });
      assert.equal(orchard.asked[asked], `Bearer ${KEY}`);
      assert.match(messages.shown[0]?.message ?? '', /^Orchard answers and has 3 models/);

      orchard.key = 'sk-another';
      using errors = recordErrors();
      await vscode.commands.executeCommand('farthing.testConnection', 'Orchard');
      assert.match(errors.shown[0]?.message ?? '', /^Orchard refused the API key\./);
      assert.deepEqual(errors.shown[0]?.buttons, ['Set API Key', 'Try Again', 'Open Settings']);
    });

    test('a test of a provider without its key leads to the key and to the setup', async () => {
      using errors = recordErrors();
      await scene.set('providers', [
        { name: 'Closed', baseUrl: orchard.baseUrl, models: ['apple-1'], needsKey: true },
      ]);
      await until('the settings to reach the daemon', async () => {
        await vscode.commands.executeCommand('farthing.testConnection', 'Closed');
        return errors.shown.some(({ message }) => message.startsWith('No API key for Closed'));
      });
      assert.deepEqual(errors.shown.at(-1)?.buttons, ['Set API Key', 'Set Up Provider']);
    });

    test('a provider is removed only when that is confirmed, and with its key if wanted', async () => {
      await setUpOrchard();
      {
        using asked = answerModal(undefined);
        await vscode.commands.executeCommand('farthing.removeProvider', 'Orchard');
        assert.deepEqual(asked.buttons, ['Remove With Its Key', 'Remove']);
      }
      assert.ok(names().includes('Orchard'));
      using _ = answerModal('Remove With Its Key');
      await vscode.commands.executeCommand('farthing.removeProvider', 'Orchard');
      assert.deepEqual(entries(), before);
    });
  });
}
