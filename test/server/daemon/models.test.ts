/** Models of a prompt over the socket: compared, chosen for its estimate, written into it, and explained in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeLens, CompletionItem, Hover, MarkupContent } from 'vscode-languageserver';
import { type EstimateParams, MESSAGES } from '../../../protocol/messages.ts';
import { until } from '../../support/daemon-process.ts';
import { type Scene, setScene, type Window } from './harness.ts';

const URI = 'file:///w/review.prompt.md';

/** Three models of known prices: of one dear, one cheap and one whose window is small; and one without a price. */
async function openWindow(scene: Scene) {
  const provider = (name: string, models: readonly unknown[]) => ({
    name,
    baseUrl: scene.simulator.baseUrl,
    models,
    needsKey: true,
  });
  return scene.open({
    'estimate.outputTokens': 100,
    prices: {
      'gpt-5': { input: 10, output: 100, cachedInput: 1 },
      'gpt-5-mini': { input: 1, output: 10 },
      tiny: { input: 0.1, output: 1 },
    },
    providers: [
      provider('Sim', ['gpt-5-mini', 'gpt-5', { id: 'tiny', contextTokens: 50 }]),
      provider('Other', ['gpt-5-mini', 'mystery']),
    ],
  });
}

async function openPrompt(window: Window, text: string) {
  const estimates: EstimateParams[] = [];
  window.client.on(MESSAGES.estimate, (estimate) => estimates.push(estimate));
  await window.client.raw('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'prompt', version: 1, text },
  });
  const textDocument = { uri: URI };
  const lines = text.split('\n');
  /** The position at the end of the first line that begins so. */
  const endOf = (beginning: string) => {
    const line = lines.findIndex((one) => one.startsWith(beginning));
    return { line, character: beginning.length };
  };
  return {
    estimates,
    lens: async () => {
      const lenses = await window.client.raw('textDocument/codeLens', { textDocument });
      return (lenses as CodeLens[])[0]?.command?.title ?? '';
    },
    completions: async (beginning: string) =>
      (await window.client.raw('textDocument/completion', {
        textDocument,
        position: endOf(beginning),
      })) as CompletionItem[],
    hover: async (beginning: string): Promise<string | null> => {
      const hover = (await window.client.raw('textDocument/hover', {
        textDocument,
        position: endOf(beginning),
      })) as Hover | null;
      return hover === null ? null : (hover.contents as MarkupContent).value;
    },
  };
}

test('a prompt is compared over all configured models, the cheapest first, without a key', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  await window.client.request(MESSAGES.setKey, { provider: 'Sim', key: null, origin: 'secret storage' });
  await openPrompt(window, 'hello world');
  const compared = await window.client.request(MESSAGES.compareModels, {
    source: { kind: 'document', uri: URI },
  });
  assert.deepEqual(
    compared.models.map(({ provider, model, fits }) => [`${provider}/${model}`, fits]),
    [
      // 9 tokens in and 100 out are more than 50.
      ['Sim/tiny', false],
      ['Other/gpt-5-mini', null],
      ['Sim/gpt-5-mini', null],
      ['Sim/gpt-5', null],
      ['Other/mystery', null],
    ],
  );
  const [tiny, , mini, , mystery] = compared.models;
  assert.equal(mini?.preview?.inputTokens, 9);
  // 9 tokens at $1 and 100 at $10 a million.
  assert.deepEqual([mini?.preview?.cost.nano, mini?.thousandRunsNano], [1_009_000, 1_009_000_000]);
  assert.deepEqual([tiny?.price.input, tiny?.price.output, tiny?.price.contextTokens], [1e8, 1e9, 50]);
  assert.deepEqual([mystery?.preview?.cost.nano, mystery?.thousandRunsNano], [null, null]);
  assert.deepEqual(compared.own, { provider: 'Sim', model: 'gpt-5-mini' });
  assert.equal(scene.simulator.requests.length, 0, 'nothing is sent');
});

test('an answer in the cache makes no model free in the comparison', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'hi', usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 } });
  const window = await openWindow(scene);
  await openPrompt(window, 'hello world');
  const source = { kind: 'document', uri: URI } as const;
  await window.run('', { source });
  const { models } = await window.client.request(MESSAGES.compareModels, { source });
  const own = models.find(({ provider, model }) => provider === 'Sim' && model === 'gpt-5-mini');
  // As past runs had it, 1 token out.
  assert.deepEqual([own?.preview?.cached, own?.preview?.cost.nano], [false, 19_000]);
  assert.equal(own?.preview?.outputBasis, 'past runs');
});

test('what is wrong with a prompt is said with each model', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  await openPrompt(window, '---\nname: [\n---\nhello');
  const compared = await window.client.request(MESSAGES.compareModels, {
    source: { kind: 'document', uri: URI },
  });
  assert.equal(compared.own, null);
  assert.ok(compared.models.every(({ problem }) => /not valid YAML/.test(problem ?? '')));
});

test('a model that is chosen for the estimate changes the line above the prompt, which says so, and no run', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'hi', usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 } });
  const window = await openWindow(scene);
  const prompt = await openPrompt(window, 'hello world');
  assert.match(await prompt.lens(), /· gpt-5-mini$/);
  const model = { provider: 'Sim', model: 'gpt-5' };
  await window.client.request(MESSAGES.estimateWith, { uri: URI, model });
  assert.match(
    await prompt.lens(),
    /Run · 9 tokens · est\. \$0\.0101 · gpt-5 · estimate only, a run uses its own model$/,
  );
  await until(() => prompt.estimates.at(-1)?.estimatedWith?.model === 'gpt-5', 'the estimate with gpt-5');
  const receipt = await window.run('', { source: { kind: 'document', uri: URI } });
  assert.equal(receipt.model, 'gpt-5-mini');
  // 9 tokens in and 100 assumed of gpt-5-mini: not what stood there for another model.
  assert.equal(receipt.estimatedNano, 1_009_000);

  await window.client.request(MESSAGES.estimateWith, { uri: URI, model: null });
  assert.match(await prompt.lens(), /cached, \$0 · gpt-5-mini$/);
});

test('a choice for the estimate whose model is not configured any more is no choice', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  const prompt = await openPrompt(window, 'hello world');
  await window.client.request(MESSAGES.estimateWith, { uri: URI, model: { provider: 'Sim', model: 'gone' } });
  assert.match(await prompt.lens(), /· gpt-5-mini$/);
});

test('a model is written into the front matter, with its provider where two have it', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  await openPrompt(window, '---\nname: a\n---\nhello');
  const edit = (provider: string, model: string) =>
    window.client.request(MESSAGES.modelEdit, { uri: URI, model: { provider, model } });
  assert.deepEqual(await edit('Sim', 'gpt-5'), {
    version: 1,
    start: { line: 2, character: 0 },
    end: { line: 2, character: 0 },
    newText: 'farthing.model: gpt-5\n',
  });
  assert.equal((await edit('Other', 'gpt-5-mini')).newText, 'farthing.model: Other/gpt-5-mini\n');
});

test('a program has no front matter, so no model is written into it', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  const uri = 'file:///w/a.prompt.yml';
  await window.client.raw('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text: 'messages: []' },
  });
  const model = { provider: 'Sim', model: 'gpt-5' };
  await assert.rejects(window.client.request(MESSAGES.modelEdit, { uri, model }), { code: 'badCall' });
});

const HEAD = [
  '---',
  "description: 'A list: of things'",
  'model: gpt-5',
  'farthing:',
  '  cache: bypass',
  '  ca',
  '  off: [route]',
  'farth',
  '---',
  'model: gpt-5',
].join('\n');

test('models are completed with their prices, and our own keys with what they say', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  const prompt = await openPrompt(window, HEAD);
  const models = await prompt.completions('model: gp');
  assert.deepEqual(
    models.map(({ label, detail }) => `${label}: ${detail}`),
    [
      'Sim/gpt-5-mini: Sim · $1.00 in, $10.00 out per million tokens',
      'gpt-5: Sim · $10.00 in, $100.00 out per million tokens',
      'tiny: Sim · $0.10 in, $1.00 out per million tokens',
      'Other/gpt-5-mini: Other · $1.00 in, $10.00 out per million tokens',
      'mystery: Other · price unknown',
    ],
  );
  assert.deepEqual(models[1]?.textEdit, {
    range: { start: { line: 2, character: 7 }, end: { line: 2, character: 12 } },
    newText: 'gpt-5',
  });
  const labels = async (beginning: string) => (await prompt.completions(beginning)).map(({ label }) => label);
  const keys = await labels('  ca');
  assert.ok(keys.includes('cacheHours') && !keys.includes('off'), 'what is there already is not offered');
  assert.ok((await labels('farth')).includes('farthing.maxTokens'));
  assert.deepEqual(await labels('  cache: '), ['use', 'refresh', 'bypass', 'only']);
  assert.ok((await labels('  off: [rou')).includes('route'));
  assert.deepEqual(await labels('description: '), [], "VS Code's own keys are its own");
});

test('pointing at a model or at one of our keys explains it, in the front matter alone', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  const prompt = await openPrompt(window, HEAD);
  assert.match(
    (await prompt.hover('model: gp')) ?? '',
    /^\*\*gpt\\-5\*\* · Sim\n\n- \$10\.00 in, \$100\.00 out per million tokens\n- \$1\.00 per million input tokens read from the provider's prefix cache\n[\s\S]*prices of farthing\.prices/,
  );
  assert.match((await prompt.hover('  cac')) ?? '', /^\*\*farthing\.cache\*\*/);
  assert.match((await prompt.hover('  cache: by')) ?? '', /^`bypass`: Asks anew/);
  assert.equal(await prompt.hover('descr'), null);
  assert.equal(await prompt.hover('mod'), null);
});

test('in the text of a prompt nothing is completed', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  const prompt = await openPrompt(window, 'model: gpt-5\nfarthing.cache: use');
  assert.deepEqual(await prompt.completions('model: gp'), []);
});

test('an audit over the socket counts as the model of the settings does, and takes nothing that is no file', async () => {
  await using scene = await setScene();
  const window = await openWindow(scene);
  const files = [{ uri: 'file:///w/AGENTS.md', path: 'AGENTS.md', folder: null, text: 'hello world' }];
  const audit = await window.client.request(MESSAGES.auditContext, { files, leftOut: 0 });
  assert.deepEqual([audit.provider, audit.model, audit.always.tokens], ['Sim', 'gpt-5-mini', 2]);
  // 2 tokens at $1 a million, 1,000 times.
  assert.equal(audit.always.cost.uncached, 2_000_000);
  const named = await window.client.request(MESSAGES.auditContext, { files, leftOut: 0, model: 'gpt-5' });
  assert.deepEqual([named.model, named.always.cost.cached], ['gpt-5', 2_000_000]);
  const wrong = { files: [{ uri: 1 }], leftOut: 0 } as never;
  await assert.rejects(window.client.request(MESSAGES.auditContext, wrong), { code: 'badCall' });
});
