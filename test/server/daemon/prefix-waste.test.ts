/** What the editor says of text that changes with each call in front of text that stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeAction, Diagnostic, TextDocumentEdit } from 'vscode-languageserver';
import { MESSAGES } from '../../../protocol/messages.ts';
import type { NO_USAGE } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { prefixWaste, wasteText } from '../../../server/lsp/prefix-waste.ts';
import { fakePrices, makeCall } from '../../support/pipeline-fakes.ts';
import { setScene } from './harness.ts';

const STABLE = Array.from(
  { length: 120 },
  (_, index) => `Rule ${index + 1}: a claim of kind ${index + 1} is checked twice.`,
).join('\n');
const TEXT = `Today is {{date}}.\n\n${STABLE}\n`;

test('a move says what the cache would give, its quick fix moves, and the comparison says it, too', async () => {
  await using scene = await setScene();
  const window = await scene.open({ 'compression.suggest': 'review' });
  const uri = 'file:///w/claims.prompt.md';
  await window.client.raw('textDocument/didOpen', {
    textDocument: { uri, languageId: 'prompt', version: 1, text: TEXT },
  });
  const { items } = (await window.client.raw('textDocument/diagnostic', { textDocument: { uri } })) as {
    readonly items: Diagnostic[];
  };
  const hint = items.find(({ code }) => code === 'volatile-before-stable');
  assert.match(
    String(hint?.message),
    /^Move “\{\{date\}\}” to the end of the message: .+ The cache could give [\d,]+ tokens more/,
  );
  assert.doesNotMatch(String(hint?.message), /Saves/);

  const actions = (await window.client.raw('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 20 } },
    context: { diagnostics: [] },
  })) as CodeAction[];
  const move = actions.find(({ title }) => /move it, [\d,]+ tokens more from the cache$/.test(title));
  const [change] = (move?.edit?.documentChanges ?? []) as TextDocumentEdit[];
  assert.equal(change?.edits.length, 2);

  const { suggestions } = await window.client.request(MESSAGES.compression, { uri });
  const shown = suggestions.find(({ rule }) => rule === 'volatile-before-stable');
  assert.match(shown?.message ?? '', /The cache could give/);
});

test('the waste is the full price less that of cached input, and without a price no money is said', () => {
  const { provider, model } = makeCall();
  const session = { settings: defaultSettings() };
  const prices = {
    ...fakePrices(),
    cost: (_: unknown, __: unknown, { inputTokens, cachedInputTokens }: typeof NO_USAGE) => ({
      nano: 10_000 * (inputTokens - cachedInputTokens) + 1000 * cachedInputTokens,
      priceVersion: 'test',
    }),
  };
  const waste = prefixWaste(2000, { provider, model }, session, prices, 0);
  assert.deepEqual(waste, { tokens: 2000, nano: 18_000_000 });
  assert.match(wasteText(waste), /^The cache could give 2,000 tokens more, \$0\.018 a run, where/);
  assert.match(wasteText({ tokens: 2000, nano: null }), /^The cache could give 2,000 tokens more, where/);
});
