/** From no provider at all to one that is set up, tested and watched, as a person does it. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packageFile } from '../../scripts/package.ts';
import { ROOT } from '../../scripts/run.ts';
import { type ModelListEndpoint, startModelList } from '../support/model-list.ts';
import { openWorkbench, picturing, THEMES, type Theme, type Workbench } from './harness.ts';
import { openPanel } from './panel.ts';
import { seen, textOf } from './window.ts';

const KEY = 'sk-of-the-orchard';
const NOBODY = { name: 'Nobody', baseUrl: 'http://127.0.0.1:1/v1', models: ['absent-1'] };

describe('a person who has no provider yet', () => {
  let orchard: ModelListEndpoint;
  let code: Workbench;
  const step = (sentence: string, act: () => Promise<void>) =>
    test(
      sentence,
      { timeout: 90_000 },
      picturing(() => code, act),
    );
  const box = () => code.page.locator('.quick-input-widget .quick-input-box input');
  const list = () => code.page.locator('.quick-input-list .monaco-list-row');
  const row = (label: string) => list().filter({ hasText: label }).first();
  const question = () => textOf(code.page.locator('.quick-input-title'));
  const tree = () =>
    code.page.locator('.pane', { has: code.page.locator('[aria-label="Providers Section"]') });
  /** What a screen reader says of the lines of the view. */
  const lines = async () => {
    const rows = await tree()
      .locator('.monaco-list-row')
      .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? '?'));
    return rows.join(' | ');
  };
  const line = (label: string) => tree().locator('.monaco-list-row', { hasText: label }).first();
  /** Settings of the machine, where `farthing.providers` belongs. */
  const settings = () => path.join(path.dirname(code.workspace), 'vscode/data/Machine/settings.json');
  const written = async () => JSON.parse(await readFile(settings(), 'utf8'));

  before(async () => {
    orchard = await startModelList(['apple-1', 'pear-2', 'plum-3', 'orchard-embed']);
    orchard.key = KEY;
    code = await openWorkbench({
      vsix: await packageFile(),
      workspace: `${ROOT}/examples`,
      // Pictures of what fades in would show half of it.
      settings: { 'workbench.reduceMotion': 'on' },
      machineSettings: { 'farthing.providers': [], 'farthing.request.attempts': 3 },
    });
  });

  after(async () => {
    // Also where the folder that is left has a key in it: nothing else may keep the process.
    await (code?.close() ?? Promise.resolve()).finally(() => orchard?.[Symbol.asyncDispose]());
  });

  step('the panel and the Providers view both lead to the setup', async () => {
    await code.openFile('explain-regex.prompt.md');
    const frame = await openPanel(code);
    await frame.getByRole('heading', { name: 'No provider yet' }).waitFor();
    await tree().getByRole('button', { name: 'Set Up Provider' }).waitFor();
    await code.screenshot('providers-none');
    await tree().getByRole('button', { name: 'Set Up Provider' }).click();
    await row('Other OpenAI-compatible endpoint').waitFor();
    assert.match(await question(), /Set Up Provider \(1\/4\)/);
    await code.screenshot('setup-providers');
  });

  step('Escape at the key changes nothing', async () => {
    await row('Anthropic').click();
    await seen(question, /API key of Anthropic \(2\/4\)/);
    await code.screenshot('setup-key');
    await code.page.keyboard.press('Escape');
    await box().waitFor({ state: 'hidden' });
    assert.deepEqual((await written())['farthing.providers'], []);
  });

  step(
    'an endpoint of one’s own is set up: its URL, a name, a refused key, another one, models',
    async () => {
      await code.command('Farthing: Set Up Provider');
      await row('Other OpenAI-compatible endpoint').click();
      await seen(question, /\(2\/6\)/);
      await box().fill('127.0.0.1/v1');
      await seen(() => textOf(code.page.locator('.quick-input-message')), /Begin with https/);
      await box().fill(`${orchard.baseUrl}/chat/completions`);
      await code.page.keyboard.press('Enter');
      await seen(question, /\(3\/6\)/);
      await box().fill('Orchard');
      await code.page.keyboard.press('Enter');
      await seen(question, /API key of Orchard/);
      await box().fill('sk-wrong');
      await code.page.keyboard.press('Enter');
      await row('Orchard refused the API key').waitFor();
      await code.screenshot('setup-refused');
      await row('Enter Another Key').click();
      await seen(question, /API key of Orchard/);
      await box().fill(KEY);
      await code.page.keyboard.press('Enter');
      await row('plum-3').waitFor();
      await row('apple-1').click();
      await row('plum-3').click();
      await code.screenshot('setup-models');
      await code.page.keyboard.press('Enter');
      await seen(question, /Default model \(6\/6\)/);
      await code.screenshot('setup-default');
      await row('plum-3').click();
      assert.equal(await code.notification('Orchard is set up'), 'Orchard is set up with 2 models.');
      const { 'farthing.providers': providers } = await written();
      assert.deepEqual(providers, [
        { name: 'Orchard', baseUrl: orchard.baseUrl, models: ['apple-1', 'plum-3'], needsKey: true },
      ]);
      assert.deepEqual(orchard.asked, ['Bearer sk-wrong', `Bearer ${KEY}`]);
    },
  );

  step('the view shows it at once, with where its key is, and its lines can be opened', async () => {
    await seen(lines, /^Orchard, not used yet · key stored/);
    await line('Orchard').click();
    await seen(lines, /Key, secret storage of VS Code.* \| 127\.0\.0\.1:\d+, not used yet.* \| Models, 2/);
    await line('Models').click();
    await seen(lines, /apple-1.* \| plum-3/);
  });

  step('Test Connection says in one sentence what came of it', async () => {
    await code.command('Farthing: Test Connection');
    await seen(() => code.notification('Orchard answers'), /^Orchard answers and has 4 models/);
    orchard.key = 'sk-changed';
    await line('Orchard').hover();
    await line('Orchard').getByRole('button', { name: 'Test Connection' }).click();
    // Not as a toast: of several messages within a second VS Code shows some in its list only.
    await code.command('Notifications: Show Notifications');
    const messages = () => textOf(code.page.locator('.notifications-center .notification-list-item-message'));
    await seen(messages, /Orchard refused the API key\./);
    await code.command('Notifications: Clear All Notifications');
    assert.ok(!code.output().includes(KEY));
  });

  step('an endpoint that fails again and again is paused, and the view says until when', async () => {
    // Lines that have no room are not there to be read.
    for (const view of ['Costs', 'Budgets'])
      await code.page.locator(`.pane-header[aria-label="${view} Section"]`).click();
    const now = await written();
    const providers = [
      ...now['farthing.providers'],
      { ...NOBODY, alternatives: [] },
      {
        name: 'OpenAI',
        baseUrl: 'https://api.openai.com/v1',
        models: ['gpt-6-luna'],
        keyEnvironment: 'NO_SUCH_KEY',
      },
      { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['qwen3:8b'], free: true },
    ];
    await writeFile(settings(), JSON.stringify({ ...now, 'farthing.providers': providers }));
    await seen(lines, /Nobody, not used yet · no key needed.* \| OpenAI, no key/);
    await code.goToEndOf(2);
    await code.type('\nmodel: Nobody/absent-1');
    for (let run = 0; run < 2; run++) {
      await code.clickCodeLens('Run');
      await seen(() => code.editorText(1), /cannot be reached|nothing is sent there/);
      await seen(lines, run === 0 ? /Nobody, (failing|paused)/ : /Nobody, paused until \d\d:\d\d/);
    }
    await line('Nobody').click();
    await seen(
      lines,
      /127\.0\.0\.1:1, paused until \d\d:\d\d.* \| Last error, \d\d:\d\d: Nobody cannot be reached/,
    );
  });

  step('the view is for everybody, in every theme', async () => {
    await code.command('Notifications: Clear All Notifications');
    await line('Models').click();
    assert.doesNotMatch(await lines(), /\?/);
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await code.setTheme(theme);
      await code.screenshot('providers', theme, code.page.locator('.part.sidebar'));
      await code.command('Farthing: Set Up Provider');
      await row('Other OpenAI-compatible endpoint').waitFor();
      await code.screenshot('setup', theme);
      await code.page.keyboard.press('Escape');
      await box().waitFor({ state: 'hidden' });
    }
  });
});
