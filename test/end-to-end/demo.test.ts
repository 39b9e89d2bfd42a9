/** Without a key: the Demo provider says in every place that it is one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { packageFile } from '../../scripts/package.ts';
import { startProvider } from '../../scripts/providers.ts';
import { ROOT } from '../../scripts/run.ts';
import { openWorkbench, picturing, type Workbench } from './harness.ts';
import { figure, lastCalls, openPanel } from './panel.ts';
import { seen } from './window.ts';

describe('a person without a key, with the provider of npm start', () => {
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let code: Workbench;
  const step = (sentence: string, act: () => Promise<void>) =>
    test(
      sentence,
      { timeout: 60_000 },
      picturing(() => code, act),
    );

  before(async () => {
    provider = await startProvider({});
    code = await openWorkbench({
      vsix: await packageFile(),
      workspace: `${ROOT}/examples`,
      theme: 'light',
      machineSettings: { 'farthing.providers': [provider.settings] },
    });
  });

  after(async () => {
    await code?.close();
    await provider?.stop();
  });

  step(
    'the line above the prompt and the tooltip of the status bar say Demo before anything runs',
    async () => {
      await code.openFile('explain-regex.prompt.md');
      await code.codeLens('gpt-5-mini (Demo, simulated)').waitFor();
      await code.statusBarItem('farthing.cost').hover();
      await code.page.locator('.monaco-hover', { hasText: 'Demo (simulated)' }).waitFor();
      await code.page.mouse.move(0, 0);
    },
  );

  step('the answer begins with Demo, and its line says simulated', async () => {
    await code.clickCodeLens('Run');
    await seen(() => code.editorText(1), /^> \*\*Demo\*\*: this answer is simulated; nothing was billed\./);
    await seen(
      () => code.editorText(1),
      /--- Demo \(simulated\) · gpt-5-mini · .* \$0\.\d+ · [\d.]+ m?s ## How/,
    );
  });

  step('the panel keeps simulated money apart from real money', async () => {
    const frame = await openPanel(code);
    await frame.getByText('Demo: simulated, nothing was billed').waitFor();
    assert.match(await figure(frame, 'Simulated spend today'), /^\$0\.\d+$/);
    assert.match((await lastCalls(frame)).join(), /^explain-regex Demo \$0\.\d+ Answered/);
    const chart = await frame.locator('.chart canvas[role="img"]').getAttribute('aria-label');
    assert.match(chart ?? '', /^Demo \(simulated\): gpt-5-mini: /);
    // The run is over, so the line above the prompt says what another would cost.
    await code.codeLens('79 tokens · cached, $0').waitFor();
    await code.screenshot('demo');
  });
});
