import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageStatus, loadedStatus, promptStatus } from '../../../client/text/status-text.ts';
import type { Preview } from '../../../protocol/receipt.ts';
import { aPreview } from '../receipts.ts';

const statusOf = (changes: Partial<Preview> = {}) => {
  const status = promptStatus({ preview: aPreview(changes), problem: null, running: null, stopped: null });
  assert.ok(status !== null);
  return status;
};

test('the item is short: tokens and cost', () => {
  assert.equal(statusOf().text, '$(pulse) 1,234 tok · $0.0042');
});

test('what is selected stands before the whole, and its price in the tooltip', () => {
  const selection = { tokens: 56, approximate: false, model: 'gpt-5-mini', inputNano: 14_000 };
  const shown = { preview: aPreview(), problem: null, running: null, stopped: null, selection };
  const status = promptStatus(shown);
  assert.equal(status?.text, '$(pulse) 56 of 1,234 tok · $0.0042');
  assert.match(status?.tooltip ?? '', /^Selected: 56 tokens, \$0\.000014 as input$/m);
  assert.match(status?.label ?? '', /^Farthing: 56 tokens selected of 1,234 input tokens, /);
});

test('the share of the context window is in the text where it is half of it or more', () => {
  assert.equal(statusOf({ inputTokens: 199_000 }).text, '$(pulse) 199,000 tok · $0.0042');
  assert.equal(statusOf({ inputTokens: 252_000 }).text, '$(pulse) 252,000 tok · $0.0042 · 63 % of context');
});

test('a file that agents load has tokens and no cost of a run', () => {
  const status = loadedStatus(aPreview(), null);
  assert.equal(status?.text, '$(pulse) 1,234 tok');
  assert.match(status?.tooltip ?? '', /1,234 tokens in each turn of an agent that loads this file/);
  assert.equal(loadedStatus(null, null), null);
});

test('a click shows where the tokens are', () => {
  assert.equal(statusOf().command, 'farthing.showBreakdown');
});

test('an approximate count, a cached answer and an unknown price say so', () => {
  assert.equal(statusOf({ approximate: true }).text, '$(pulse) ≈1,234 tok · $0.0042');
  assert.equal(statusOf({ cached: true }).text, '$(pulse) 1,234 tok · cached, $0');
  const unknown = statusOf({ cost: { nano: null, priceVersion: null } });
  assert.equal(unknown.text, '$(pulse) 1,234 tok · price unknown');
  assert.match(unknown.tooltip, /farthing\.prices/);
});

test('the tooltip says what the output rests on', () => {
  assert.match(statusOf().tooltip, /assumed 400 output tokens; no past runs/);
  assert.match(statusOf({ outputBasis: 'past runs', pastRuns: 5 }).tooltip, /median of 5 past runs/);
  assert.match(statusOf({ outputBasis: 'past runs', pastRuns: 1 }).tooltip, /median of 1 past run$/m);
  assert.match(statusOf({ outputBasis: 'max tokens' }).tooltip, /400 output tokens at most/);
});

test('the tooltip says what a budget would do to the run', () => {
  const decided = (action: string, cached = false) =>
    statusOf({ cached, decisions: [{ stage: 'budget', action, why: 'No room in "Day".' }] }).tooltip;
  assert.match(decided('refused'), /A run now would be refused\\\. No room in "Day"/);
  assert.match(decided('downgraded'), /^No room in "Day"/m);
  assert.doesNotMatch(decided('refused', true), /No room/);
  assert.doesNotMatch(statusOf().tooltip, /No stored answer/);
});

test('the tooltip shows the share of the context window where that is known', () => {
  assert.match(statusOf({ inputTokens: 100_000 }).tooltip, /25 % of the context window \(400,000\)/);
  assert.match(statusOf({ inputTokens: 10 }).tooltip, /under 1 % of the context window/);
  assert.doesNotMatch(statusOf({ contextTokens: null }).tooltip, /context window/);
});

test('names from the settings cannot become markup', () => {
  const { tooltip } = statusOf({ model: '[x](command:evil)', provider: '<b>' });
  assert.doesNotMatch(tooltip, /[^\\]\]\(|[^\\]<b/);
});

test('the label for screen readers has no icon', () => {
  assert.equal(
    statusOf({ approximate: true }).label,
    'Farthing: about 1,234 input tokens, $0.0042, with gpt-5-mini',
  );
});

test('a prompt that cannot be estimated shows a warning with the reason', () => {
  const status = promptStatus({ preview: null, problem: 'Line 2 is no YAML.', running: null, stopped: null });
  assert.equal(status?.text, '$(warning) Farthing');
  assert.equal(status?.warning, true);
  assert.match(status?.label ?? '', /Line 2 is no YAML/);
});

test('a run under way comes before everything else', () => {
  const status = promptStatus({ preview: aPreview(), problem: 'old', running: 'gpt-5', stopped: null });
  assert.equal(status?.text, '$(sync~spin) gpt-5');
  assert.equal(
    promptStatus({ preview: null, problem: null, running: '', stopped: null })?.text,
    '$(sync~spin) Running…',
  );
});

test('a stopped daemon is said, and a click starts it', () => {
  const status = promptStatus({
    preview: aPreview(),
    problem: null,
    running: null,
    stopped: 'You stopped it.',
  });
  assert.equal(status?.text, '$(debug-disconnect) Farthing stopped');
  assert.equal(status?.command, 'farthing.restartDaemon');
  assert.match(status?.label ?? '', /You stopped it/);
});

test('values that are missing make the count a lower bound', () => {
  const status = statusOf({ missing: ['{{change}}'] });
  assert.equal(status.text, '$(pulse) 1,234+ tok · $0.0042');
  assert.match(status.tooltip, /More with a value for/);
  assert.equal(status.label, 'Farthing: 1,234 or more input tokens, $0.0042, with gpt-5-mini');
});

test('before the first estimate there is nothing to show', () => {
  assert.equal(promptStatus({ preview: null, problem: null, running: null, stopped: null }), null);
});

test('the language status names the model, how it is counted, and the daemon', () => {
  assert.deepEqual(languageStatus(aPreview({ approximate: true }), 'running'), {
    text: 'gpt-5-mini',
    detail: 'counted approximately, daemon runs',
  });
  assert.deepEqual(languageStatus(null, 'stopped'), { text: 'Farthing', detail: 'daemon stopped' });
  assert.match(languageStatus(aPreview({ simulated: true }), 'running').detail, /^Demo, counted exactly/);
});
