/**
 * A day with Farthing, as a person has it: the packaged extension in a clean VS Code, a mouse, a keyboard and what
 * is on the screen. The provider is scripted, and every step begins where the one before it ended.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { formatMoney } from '../../protocol/money.ts';
import { packageFile } from '../../scripts/package.ts';
import { ROOT } from '../../scripts/run.ts';
import { daemonPid } from '../host/daemon.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { commitMessage, explanation, REVIEW_BEGINS, regularExpression, review } from './answers.ts';
import { openWorkbench, picturing, THEMES, type Theme, type Workbench } from './harness.ts';
import { figure, lastCalls, openPanel, seriousViolations } from './panel.ts';
import { seen, textOf, type WorkbenchWindow } from './window.ts';

const LENS = /Run · ([\d,]+) tokens · est\. (\$[\d.]+) · gpt-5-mini/;
/** The line under an answer that ran to its end. */
const BILLED = /--- (gpt-5-mini · .* · [\d.]+ m?s) ## How this answer was made/;

describe('a person with a prompt, from the first estimate to the evening', () => {
  let simulator: Simulator;
  let code: Workbench;
  let second: WorkbenchWindow;
  let spent = 0;
  let daemon: number | null = null;

  const lens = async () => (await code.codeLenses()).join(' ');
  const status = () => textOf(code.statusBarItem('farthing.cost'));
  const answer = () => code.editorText(1);
  const panel = () => openPanel(code);
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
      // Room for the line under an answer in half a window.
      settings: { 'editor.fontSize': 12, 'editor.glyphMargin': false },
      machineSettings: {
        'farthing.providers': [
          {
            name: 'OpenAI',
            baseUrl: simulator.baseUrl,
            models: ['gpt-5-mini', 'gpt-5-nano'],
            needsKey: false,
            pricedAs: 'openai',
          },
        ],
      },
    });
  });

  after(async () => {
    await code?.close();
    await simulator?.stop();
  });

  step('an open prompt says what a run would cost, and follows what is typed', async () => {
    await code.openFile('review.prompt.md');
    const [, tokens = '', cost = ''] = await seen(lens, LENS);
    await seen(status, new RegExp(`${tokens} tok · \\${cost}`));

    await code.goToEndOf(7);
    await code.type(' Answer in English.');
    const [, more = '', dearer = ''] = await seen(
      lens,
      new RegExp(`Run · (?!${tokens} )([\\d,]+) tokens · est\\. (\\$[\\d.]+)`),
    );
    assert.ok(Number(more) > Number(tokens), `${more} tokens after ${tokens}`);
    assert.ok(Number(dearer.slice(1)) > Number(cost.slice(1)), `${dearer} after ${cost}`);
    await seen(status, new RegExp(`^${more} tok · \\$`));
  });

  step('Run streams the answer beside the prompt, and the line under it says what was billed', async () => {
    const rest = Promise.withResolvers<void>();
    const { answer: scripted, cost } = review(rest.promise);
    simulator.script(scripted);
    await code.clickCodeLens('Run');
    await seen(answer, new RegExp(`${REVIEW_BEGINS} Running… \\(gpt-5-mini\\)`));
    await seen(status, /^gpt-5-mini$/);
    rest.resolve();

    const [, line = ''] = await seen(answer, BILLED);
    assert.equal(
      line.replace(/[\d.]+ m?s$/, 'TIME'),
      `gpt-5-mini · 641 in (512 cached) · 318 out ${formatMoney(cost)} · TIME`,
    );
    spent += cost;
    const request = await simulator.request(0);
    assert.match(JSON.stringify(request.body), /Answer in English\./);
    assert.equal(await request.closedEarly, false);
  });

  step('the same prompt again is answered from the cache at once, for nothing', async () => {
    await seen(lens, /Run · \d+ tokens · cached, \$0 · gpt-5-mini/);
    await code.clickCodeLens('Run');
    const [, line = ''] = await seen(answer, /--- (gpt-5-mini · cached.* · [\d.]+ m?s) ## How/);
    assert.equal(
      line.replace(/[\d.]+ m?s$/, 'TIME'),
      `gpt-5-mini · cached, $0, saved ${formatMoney(spent)} · TIME`,
    );
    assert.equal(simulator.requests.length, 1);
  });

  step('selected code is explained the same way, with the same line under it', async () => {
    const { answer: scripted, cost } = explanation();
    simulator.script(scripted);
    await code.openFile('token-bucket.ts');
    await code.goToEndOf(19);
    await code.page.keyboard.press('Home');
    for (let line = 19; line < 47; line++) await code.page.keyboard.press('Shift+ArrowDown');
    await code.command('Farthing: Explain Selection');
    await code.page.locator('.tab.active', { hasText: 'explain token-bucket.ts answer.md' }).waitFor();
    const [, line = ''] = await seen(answer, BILLED);
    assert.ok(line.startsWith(`gpt-5-mini · 284 in (0 cached) · 96 out ${formatMoney(cost)} · `), line);
    spent += cost;
    const body = JSON.stringify((await simulator.request(1)).body);
    assert.match(body, /function createTokenBucket/);
    // What stands around it is marked, so that it is not taken for the code in question.
    assert.match(
      body,
      /<context name=\\"token-bucket\.ts, before the selection\\">\\n.*export interface TokenBucketOptions/,
    );
  });

  step('the panel has the figures of the day and follows a call while it runs', async () => {
    const frame = await panel();
    await seen(() => figure(frame, 'Calls'), /^3$/);
    assert.equal(await figure(frame, 'Spent today'), formatMoney(spent));
    assert.equal(await figure(frame, 'Saved'), formatMoney(review(Promise.resolve()).cost));
    assert.equal(await figure(frame, 'Hit rate'), '33 %');
    assert.equal(await figure(frame, 'of them cached'), '512');
    const names = (await lastCalls(frame)).map((call) => call.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(names, [
      'explain selection',
      'review saved',
      `review ${formatMoney(review(Promise.resolve()).cost)}`,
    ]);

    const rest = Promise.withResolvers<void>();
    const { answer: scripted, cost } = commitMessage();
    simulator.script({ ...scripted, gates: { 1: rest.promise } });
    await code.openFile('commit-message.prompt.md');
    await code.clickCodeLens('Run');
    const input = code.page.locator('.quick-input-widget input');
    await input.fill('Key the cache by from/to and throw when there is no rate.');
    await input.press('Enter');
    await seen(async () => (await lastCalls(frame))[0] ?? '', /^commit-message Running · gpt-5-mini/);
    rest.resolve();
    await seen(async () => (await lastCalls(frame))[0] ?? '', /Answered · gpt-5-mini .* 1,846 in · 71 out/);
    spent += cost;
    await seen(() => figure(frame, 'Spent today'), new RegExp(`^\\${formatMoney(spent)}$`));
    assert.equal(await figure(frame, 'Calls'), '4');
  });

  step('the panel is used with the keyboard alone', async () => {
    const frame = await panel();
    const focused = () => textOf(frame.locator(':focus'));
    const press = (key: string) => code.page.keyboard.press(key);
    await frame.locator('summary').first().focus();
    const stops = [await focused()];
    for (let stop = 1; stop < 8; stop++) {
      await press('Tab');
      stops.push(await focused());
    }
    assert.deepEqual(
      stops.map((text) => text.replace(/[:,]? ?[$\d].*/, '')),
      [
        'Spent today',
        'Saved',
        'Paid and unused',
        'Calls',
        'Hit rate',
        'Shared',
        'Show as table',
        'commit-message',
      ],
    );

    await press('ArrowDown');
    await press('Enter');
    const opened = frame.locator('.call[aria-expanded="true"]');
    assert.match(await textOf(opened), /^explain selection/);
    assert.match(await textOf(frame.locator('.call-details:visible')), /OpenAI\/gpt-5-mini/);
    await press('Enter');
    assert.equal(await opened.count(), 0);

    await press('Shift+Tab');
    await press('Enter');
    const row = await textOf(frame.locator('#spend-table tbody tr'));
    const chart = await frame.locator('.chart canvas[role="img"]').getAttribute('aria-label');
    assert.equal(chart, `gpt-5-mini: ${formatMoney(spent)} of ${formatMoney(spent)} today, 100 %`);
    assert.deepEqual(await seriousViolations(frame), []);
    assert.equal(row, `gpt-5-mini OpenAI 4 ${formatMoney(spent)} 100 %`);
    await press('Enter');
    assert.equal(await frame.locator('#spend-table tbody tr').count(), 0);
  });

  step('a reload of the window keeps the figures and the daemon', async () => {
    daemon = await daemonPid(code.state);
    assert.notEqual(daemon, null);
    const before = await lastCalls(await panel());
    await code.reload();
    const frame = await panel();
    await seen(() => figure(frame, 'Spent today'), new RegExp(`^\\${formatMoney(spent)}$`));
    assert.deepEqual(await lastCalls(frame), before);
    assert.equal(await daemonPid(code.state), daemon);
  });

  step('a second window shares the daemon, and what it runs shows in the first', async () => {
    const { answer: scripted, cost } = regularExpression();
    simulator.script(scripted);
    second = await code.newWindow();
    await second.openFile('explain-regex.prompt.md');
    await second.codeLens('gpt-5-mini').waitFor();
    await second.goToEndOf(2);
    await second.page.keyboard.insertText('\nmodel: gpt-5-nano');
    await second.codeLens('gpt-5-nano').waitFor();
    await second.clickCodeLens('Run');
    await seen(() => second.editorText(1), /gpt-5-nano · 118 in \(0 cached\) · 240 out/);
    spent += cost;

    const first = await panel();
    await seen(async () => (await lastCalls(first))[0] ?? '', /^explain-regex .* gpt-5-nano/);
    await seen(() => figure(first, 'Spent today'), new RegExp(`^\\${formatMoney(spent)}$`));
    assert.deepEqual(await lastCalls(await openPanel(second)), await lastCalls(first));
    assert.equal(await daemonPid(code.state), daemon);
    await second.command('Farthing: Show Daemon Status');
    const rows = second.page.locator('.quick-input-list .monaco-list-row');
    await seen(
      async () => (await rows.allInnerTexts()).join(' '),
      new RegExp(`Process ?${daemon} .*Clients ?2,`),
    );
    await second.closeWindow();
  });

  step('Cancel Run ends the request at once, and what was generated is recorded', async () => {
    const { answer: scripted } = review(Promise.resolve());
    simulator.script({ chunks: scripted.chunks ?? [], hangAfter: 1 });
    await code.openFile('review.prompt.md');
    await code.command('Farthing: Run Prompt Again, Fresh');
    await seen(answer, new RegExp(`${REVIEW_BEGINS} Running…`));
    await code.command('Farthing: Cancel Run');
    assert.equal(await (await simulator.request(4)).closedEarly, true);
    await seen(answer, /Cancelled\. .* out \(counted by Farthing\) \$[\d.]+ · cancelled · [\d.]+ m?s ## How/);
    await seen(async () => (await lastCalls(await panel()))[0] ?? '', /^review .* Cancelled ·/);
  });

  step('the panel is for everybody, in every theme', async () => {
    // At the pace of a model, for the pictures.
    simulator.script({ ...review(Promise.resolve()).answer, chunkDelayMs: 700 });
    await code.clickCodeLens('Run');
    await seen(answer, /cached, \$0/);
    await code.command('Farthing: Run Prompt Again, Fresh');
    await seen(answer, BILLED);
    await code.command('View: Close Other Editors in Group');
    const frame = await panel();
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await code.setTheme(theme);
      assert.deepEqual(await seriousViolations(frame), [], theme);
      await code.screenshot('journey', theme);
      await code.screenshot('panel', theme, code.page.locator('.part.sidebar'));
    }
  });
});
