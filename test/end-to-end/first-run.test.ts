/** The first minutes in a folder from elsewhere: restricted, then trusted, then with a key. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { packageFile } from '../../scripts/package.ts';
import { ROOT } from '../../scripts/run.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { openWorkbench, picturing, type Workbench } from './harness.ts';
import { openPanel } from './panel.ts';
import { seen } from './window.ts';

describe('a person who opens a folder from elsewhere and has set no key yet', () => {
  let simulator: Simulator;
  let code: Workbench;
  const step = (sentence: string, act: () => Promise<void>) =>
    test(
      sentence,
      { timeout: 60_000 },
      picturing(() => code, act),
    );

  before(async () => {
    simulator = await startSimulator();
    code = await openWorkbench({
      vsix: await packageFile(),
      workspace: `${ROOT}/examples`,
      asksForTrust: true,
      machineSettings: {
        'farthing.providers': [
          {
            name: 'Orchard',
            baseUrl: simulator.baseUrl,
            models: ['gpt-5-mini'],
            needsKey: true,
            keyEnvironment: 'ORCHARD_KEY',
          },
        ],
      },
    });
  });

  after(async () => {
    await code?.close();
    await simulator?.stop();
  });

  step('Restricted Mode counts, and refuses to run', async () => {
    await code.openFile('explain-regex.prompt.md');
    await code.codeLens('tokens').waitFor();
    await code.clickCodeLens('Run');
    assert.equal(
      await code.notification('not trusted'),
      'This workspace is not trusted, so nothing is sent. Trust the workspace to run prompts; counts and prices work without.',
    );
    await openPanel(code);
    await code.page.getByText('no provider is contacted until you trust it').waitFor();
    assert.deepEqual(simulator.requests, []);
    await code.screenshot('restricted');
  });

  step('trusting the folder takes effect at once; then the key is what is missing', async () => {
    await code.answerNotification('not trusted', 'Manage Workspace Trust');
    await code.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: /^Trust$/ })
      .click();
    await code.page.getByText('You trust this folder').waitFor();
    await code.page.getByRole('button', { name: /^Close Modal Editor/ }).click();
    await code.clickCodeLens('Run');
    const sentence = await code.notification('No API key');
    assert.equal(
      sentence,
      'No API key for Orchard. Run "Farthing: Set API Key" or set ORCHARD_KEY in the environment.',
    );
    await seen(() => code.editorText(1), /No API key for Orchard\./);
    const frame = await openPanel(code);
    await frame.getByRole('heading', { name: 'No API key for Orchard' }).waitFor();
    await code.screenshot('no-key');
    assert.deepEqual(simulator.requests, []);
  });

  step(
    'Set API Key asks for the key, and the next run sends it to the provider and nowhere else',
    async () => {
      const key = 'sk-of-the-end-to-end-test';
      simulator.script({ text: 'A year and a week.' });
      await code.answerNotification('No API key', 'Set API Key');
      const input = code.page.locator('.quick-input-widget input[type="password"]');
      await input.fill(key);
      await input.press('Enter');
      await code.page.locator('.statusbar-item', { hasText: 'Key of Orchard stored' }).waitFor();
      await code.clickCodeLens('Run');
      const { headers } = await simulator.request(0);
      assert.equal(headers.authorization, `Bearer ${key}`);
      await seen(() => code.editorText(1), /A year and a week\. --- gpt-5-mini · /);
      assert.ok(!code.output().includes(key));
    },
  );
});
