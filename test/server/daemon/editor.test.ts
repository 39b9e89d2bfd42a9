/** What an editor gets from the daemon by standard LSP while a person types. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeLens, Diagnostic, Hover, MarkupContent } from 'vscode-languageserver';
import { type EstimateParams, MESSAGES } from '../../../protocol/messages.ts';
import { until } from '../../support/daemon-process.ts';
import { setScene, type Window } from './harness.ts';

const URI = 'file:///w/review.prompt.md';

/** Opens a prompt and gives what the editor would ask for. */
async function openPrompt(window: Window, text: string) {
  const estimates: EstimateParams[] = [];
  window.client.on(MESSAGES.estimate, (estimate) => estimates.push(estimate));
  await window.client.raw('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'prompt', version: 1, text },
  });
  return {
    estimates,
    latest: async (version: number): Promise<EstimateParams> => {
      await until(() => estimates.at(-1)?.version === version, `the estimate of version ${version}`);
      const last = estimates.at(-1);
      assert.ok(last);
      return last;
    },
    lenses: () =>
      window.client.raw('textDocument/codeLens', { textDocument: { uri: URI } }) as Promise<CodeLens[]>,
    hover: async (line: number): Promise<string | null> => {
      const position = { line, character: 2 };
      const hover = (await window.client.raw('textDocument/hover', {
        textDocument: { uri: URI },
        position,
      })) as Hover | null;
      return hover === null ? null : (hover.contents as MarkupContent).value;
    },
    notes: async () => {
      const report = await window.client.raw('textDocument/diagnostic', { textDocument: { uri: URI } });
      return (report as { items: Diagnostic[] }).items;
    },
  };
}

test('the line above a prompt says Run, tokens, estimated cost and model, and follows every edit', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'estimate.outputTokens': 100 });
  const prompt = await openPrompt(window, '---\ndescription: x\n---\nhello world');
  const [lens] = await prompt.lenses();
  // 2 tokens of text and 7 of the chat format.
  assert.match(lens?.command?.title ?? '', /^\$\(play\) Run · 9 tokens · est\. \$0\.0002\d* · gpt-5-mini$/);
  assert.equal(lens?.range.start.line, 3, 'at the first line of the body');
  assert.deepEqual(lens?.command?.arguments, [URI]);

  const before = await prompt.latest(1);
  await window.client.raw('textDocument/didChange', {
    textDocument: { uri: URI, version: 2 },
    contentChanges: [
      { range: { start: { line: 3, character: 11 }, end: { line: 3, character: 11 } }, text: ' again' },
    ],
  });
  const after = await prompt.latest(2);
  assert.equal(after.preview?.inputTokens, (before.preview?.inputTokens ?? 0) + 1);
  assert.match((await prompt.lenses())[0]?.command?.title ?? '', /Run · 10 tokens/);
});

test('after a run the line says that another would come from the cache', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'hi', usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 } });
  const window = await scene.open();
  const prompt = await openPrompt(window, 'hello world');
  await window.run('', { source: { kind: 'document', uri: URI } });
  await until(() => prompt.estimates.at(-1)?.preview?.cached === true, 'an estimate that says "cached"');
  assert.match((await prompt.lenses())[0]?.command?.title ?? '', /Run · 9 tokens · cached, \$0/);
});

test('a value that is asked for is no part of the count, and the count says that there will be more', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(window, 'hello {{whom}}');
  // "hello " has 2 tokens, as it will be sent at the least.
  assert.match((await prompt.lenses())[0]?.command?.title ?? '', /Run · 9\+ tokens · est\./);
  const { preview } = await prompt.latest(1);
  assert.deepEqual(preview?.missing, ['{{whom}}']);
});

test('an unknown price is said, and an estimate of a tokenizer that is not public is marked', async () => {
  await using scene = await setScene();
  const local = { name: 'Sim', baseUrl: scene.simulator.baseUrl, models: ['llama-4'], needsKey: false };
  const window = await scene.open({ providers: [local] });
  const prompt = await openPrompt(window, 'hello world');
  assert.match((await prompt.lenses())[0]?.command?.title ?? '', /Run · ≈9 tokens · price unknown · llama-4/);
});

test('unknown front matter is noted where it stands, and what cannot be read is said above the prompt', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(window, '---\ndescription: x\nflavour: mint\n---\nhello');
  const notes = await prompt.notes();
  assert.deepEqual(
    notes.map((note) => [note.range.start.line, note.severity]),
    [[2, 3]],
  );
  assert.match(String(notes[0]?.message), /flavour/);

  await window.client.raw('textDocument/didChange', {
    textDocument: { uri: URI, version: 2 },
    contentChanges: [{ text: '---\ndescription: [\n---\nhello' }],
  });
  assert.deepEqual(await prompt.notes(), []);
  const broken = await prompt.latest(2);
  assert.equal(broken.preview, null);
  assert.match(broken.problem ?? '', /front matter is not valid YAML \(line \d+/);
  assert.equal((await prompt.lenses())[0]?.command?.title, `$(warning) ${broken.problem}`);
  await assert.rejects(window.run('', { source: { kind: 'document', uri: URI } }), {
    code: 'badFrontMatter',
  });
});

test('pointing at the first line of a prompt says what a run would do, and the line above it says the same', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(window, '---\ndescription: x\n---\nhello world\nagain');
  const hover = (await prompt.hover(3)) ?? '';
  assert.match(hover, /^\*\*est\\\. \$0.*\*\* · Sim\/gpt\\-5\\-mini\n\n- Cache miss: No stored answer/);
  assert.match(hover, /\n\n\d+ other steps have nothing to do\. Farthing: Explain This Call says/);
  assert.deepEqual([await prompt.hover(0), await prompt.hover(4)], [null, null], 'nowhere else');
  const [lens] = await prompt.lenses();
  assert.match(lens?.command?.tooltip ?? '', /^Run with Sim\/gpt-5-mini: est\. \$0.*\nCache miss: /);
  await window.configure({ 'codeLens.enabled': false });
  assert.equal(await prompt.hover(3), null, 'where the line is switched off');
});

test('what cannot be estimated is said in the hover, too', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(window, '---\ndescription: [\n---\nhello');
  assert.match((await prompt.hover(3)) ?? '', /front matter is not valid YAML/);
});

test('a run is held against the estimate that stood above its prompt', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'hi', usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 } });
  const window = await scene.open({ 'estimate.outputTokens': 100 });
  const prompt = await openPrompt(window, 'hello world');
  const { preview } = await prompt.latest(1);
  const receipt = await window.run('', { source: { kind: 'document', uri: URI } });
  assert.equal(receipt.estimatedNano, preview?.cost.nano);
  const details = await window.client.request(MESSAGES.callDetails, { callId: receipt.callId });
  const error = (Number(preview?.cost.nano) - Number(receipt.cost.nano)) / Number(receipt.cost.nano);
  assert.deepEqual(details?.estimate, { nano: preview?.cost.nano, calls: 1, medianError: error });
});

test('a document that is not open is said to be closed', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  await assert.rejects(window.run('', { source: { kind: 'document', uri: URI } }), {
    code: 'documentClosed',
  });
});

test('an empty prompt, or one with its front matter alone, has neither a price nor a fault', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const prompt = await openPrompt(window, '---\ndescription: x\n---\n\n');
  assert.deepEqual(await prompt.lenses(), []);
  await window.client.raw('textDocument/didChange', {
    textDocument: { uri: URI, version: 2 },
    contentChanges: [{ text: '---\ndescription: x\n---\nhello' }],
  });
  assert.match((await prompt.lenses())[0]?.command?.title ?? '', /Run · 8 tokens/);
});
