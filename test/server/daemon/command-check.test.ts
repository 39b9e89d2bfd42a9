/** A command that checks answers, in a daemon: what a window's settings name runs, and only where it is trusted. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { MESSAGES } from '../../../protocol/messages.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { DIFF, FILES } from '../../support/workspaces.ts';
import { setScene, type Window } from './harness.ts';

/** Tells its environment and writes what nobody may read; then it fails. */
const COMMAND = `require('fs').writeFileSync(process.argv[1], Object.keys(process.env).join(' '));
  console.log('private output'); process.exit(5);`;

test('an answer is held to the command in a trusted workspace, and in no other is anything started', async (t) => {
  const root = temporaryFolder(t);
  const [folder, marker] = [path.join(root, 'workspace'), path.join(root, 'ran')];
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  writeFileSync(path.join(folder, 'src/a.js'), FILES['src/a.js']);
  await using scene = await setScene();
  const window = await scene.open();
  await configure(window, true);
  const prompt = (asks: string) => `---\nmodel: gpt-5-mini\n${asks}\n---\nMake b 4 (${asks}).`;
  for (let run = 0; run < 3; run++) scene.simulator.script({ text: DIFF });

  const plain = await window.run(prompt('name: plain'));
  assert.equal(plain.outcome, 'answered');
  assert.equal(existsSync(marker), false, 'a prompt that does not ask for it starts nothing');

  const asks = prompt('farthing: { check: true }');
  const checked = await window.run(asks);
  const decisions = checked.decisions.map(({ why }) => why).join(' ');
  assert.match(decisions, /the command failed with exit code 5 after/);
  assert.doesNotMatch(JSON.stringify(checked), /private output/);
  assert.doesNotMatch(readFileSync(marker, 'utf8'), /FARTHING|KEY/);
  assert.equal((await window.run(asks)).outcome, 'answered', 'an answer that did not pass is not kept');

  rmSync(marker);
  await configure(window, true, { mayRunCommands: false });
  scene.simulator.script({ text: DIFF });
  const unchecked = await window.run(prompt('farthing: { check: true, version: 2 }'));
  assert.match(unchecked.decisions.map(({ why }) => why).join(' '), /not trusted/);
  assert.equal(existsSync(marker), false, 'a client that only wants its prompts sent starts nothing');

  await configure(window, false);
  await assert.rejects(window.run(asks), /not trusted/);
  assert.equal(existsSync(marker), false);
  assert.equal(readFileSync(path.join(folder, 'src/a.js'), 'utf8'), FILES['src/a.js']);

  function configure({ client }: Window, trusted: boolean, more: { mayRunCommands?: boolean } = {}) {
    const provider = { name: 'Sim', baseUrl: scene.simulator.baseUrl, models: ['gpt-5-mini'] };
    return client.request(MESSAGES.configure, {
      settings: {
        providers: [{ ...provider, needsKey: true, pricedAs: 'openai' }],
        cascade: { command: { command: [process.execPath, '-e', COMMAND, marker] } },
      },
      trusted,
      ...more,
      workspace: { name: 'w', folder },
    });
  }
});
