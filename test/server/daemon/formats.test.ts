/** Prompts of other formats than VS Code's own, as an editor has them from the daemon. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { CodeLens } from 'vscode-languageserver';
import { type EstimateParams, MESSAGES } from '../../../protocol/messages.ts';
import { until } from '../../support/daemon-process.ts';
import { setScene, type Window } from './harness.ts';

/** Opens documents one after the other; an estimate of the last one says that all were looked at. */
async function open(window: Window, documents: Readonly<Record<string, readonly [string, string]>>) {
  const estimates: EstimateParams[] = [];
  window.client.on(MESSAGES.estimate, (estimate) => estimates.push(estimate));
  for (const [name, [languageId, text]] of Object.entries(documents))
    await window.client.raw('textDocument/didOpen', {
      textDocument: { uri: `file:///w/${name}`, languageId, version: 1, text },
    });
  const estimateOf = async (name: string) => {
    const find = () => estimates.find(({ uri }) => uri === `file:///w/${name}`);
    await until(() => find() !== undefined, `the estimate of ${name}`);
    return find();
  };
  const titles = async (name: string) => {
    const textDocument = { uri: `file:///w/${name}` };
    const lenses = (await window.client.raw('textDocument/codeLens', { textDocument })) as CodeLens[];
    return lenses.map(({ command }) => command?.title ?? '');
  };
  return { estimates, estimateOf, titles };
}

const FILES: Readonly<Record<string, readonly [string, string]>> = {
  'a.prompty': [
    'plaintext',
    '---\nmodel:\n  id: gpt-5-mini\nsample:\n  who: Ada\n---\nsystem:\nBe kind.\nuser:\nGreet {{who}}.',
  ],
  'b.prompt': [
    'plaintext',
    '---\nmodel: openai/gpt-5-mini\ninput:\n  default:\n    who: Ada\n---\n{{role "system"}}\nBe kind.\n{{role "user"}}\nGreet {{who}}.',
  ],
  'c.prompt.yml': [
    'yaml',
    'model: openai/gpt-5-mini\nmessages:\n  - role: system\n    content: Be kind.\n  - role: user\n    content: |\n      Greet {{who}}.\n',
  ],
};

for (const [name, file] of Object.entries(FILES))
  test(`${name} has its count and its line, and runs as the messages that it says`, async () => {
    await using scene = await setScene();
    scene.simulator.script({
      text: 'Hi',
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    });
    const window = await scene.open();
    const { estimateOf, titles } = await open(window, { [name]: file });
    const estimate = await estimateOf(name);
    assert.equal(estimate?.problem, null);
    assert.ok((estimate?.preview?.inputTokens ?? 0) > 5);
    assert.match((await titles(name))[0] ?? '', /^\$\(play\) Run · .*gpt-5-mini$/);
    await window.client.request(MESSAGES.run, {
      callId: randomUUID(),
      source: { kind: 'document', uri: `file:///w/${name}` },
      feature: 'prompt file',
      values: { who: 'Ada' },
    });
    const sent = await scene.simulator.request(0);
    assert.deepEqual((sent.body as { messages?: unknown }).messages, [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Greet Ada.' },
    ]);
  });

test('a program without prompts, and a "*.prompt" of another tool, are not looked at any further', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const { estimates, estimateOf, titles } = await open(window, {
    'a.ts': ['typescript', 'export const style = { content: "no" };'],
    'b.prompt': ['plaintext', 'a shell prompt'],
    'c.prompt.md': ['prompt', 'hello'],
  });
  await estimateOf('c.prompt.md');
  assert.deepEqual(
    estimates.map(({ uri }) => uri),
    ['file:///w/c.prompt.md'],
  );
  assert.deepEqual([...(await titles('a.ts')), ...(await titles('b.prompt'))], []);
});

test('what agents load, and prompts in a program, are never offered to run', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const { estimateOf, titles } = await open(window, {
    'AGENTS.md': ['markdown', 'Be brief.'],
    'a.py': ['python', 'client.messages.create(system="Be kind.")'],
  });
  for (const name of ['AGENTS.md', 'a.py']) {
    assert.ok(((await estimateOf(name))?.preview?.inputTokens ?? 0) > 0);
    for (const title of await titles(name)) assert.doesNotMatch(title, /Run/);
  }
});

test('a program that loses its last prompt takes its estimate back', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const text = 'llm.generate(prompt="Hi")';
  const { estimates, estimateOf } = await open(window, { 'a.py': ['python', text] });
  assert.notEqual((await estimateOf('a.py'))?.preview, null);
  await window.client.raw('textDocument/didChange', {
    textDocument: { uri: 'file:///w/a.py', version: 2 },
    contentChanges: [{ text: 'pass' }],
  });
  await until(() => estimates.at(-1)?.version === 2, 'the estimate of version 2');
  assert.equal(estimates.at(-1)?.preview, null);
});
