/** The lines in which models are compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkedFile } from '../../../client/text/linked-file.ts';
import { comparisonLines } from '../../../client/text/model-comparison.ts';
import { promptStatus } from '../../../client/text/status-text.ts';
import type { ComparedModels, ModelComparison } from '../../../protocol/model-comparison.ts';
import { aPreview } from '../receipts.ts';
import { english } from './english.ts';

const compared = (changes: Partial<ModelComparison> = {}): ModelComparison => ({
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  simulated: false,
  preview: aPreview(),
  problem: null,
  price: {
    input: 250_000_000,
    cachedInput: 25_000_000,
    output: 2_000_000_000,
    contextTokens: 400_000,
    priceVersion: 'genai-prices@0.1.8',
  },
  fits: true,
  thousandRunsNano: 4_200_000_000,
  ...changes,
});

const OWN = { provider: 'OpenAI', model: 'gpt-5-mini' };
const all = (...models: readonly ModelComparison[]): ComparedModels => ({ models, own: OWN, leftOut: 0 });

test('a line says what one run costs and a thousand, how much goes in and out, and how much of the window that is', () => {
  const [line, ...others] = comparisonLines(all(compared()), null, english);
  assert.deepEqual(others, []);
  assert.equal(line?.label, 'gpt-5-mini');
  assert.equal(line?.description, 'OpenAI · $0.0042 a run · $4.20 per 1,000 runs · the model of a run');
  assert.match(
    line?.detail ?? '',
    /^1,234 tokens in, .* % of the context window.* · \$0\.25 in, \$2\.00 out per million tokens$/,
  );
});

test('an unknown price is said and is no zero', () => {
  const preview = aPreview({ cost: { nano: null, priceVersion: null } });
  const price = { ...compared().price, input: null, output: null, priceVersion: null };
  const [line] = comparisonLines(all(compared({ preview, price, thousandRunsNano: null })), null, english);
  assert.match(line?.description ?? '', /^OpenAI · price unknown ·/);
  assert.doesNotMatch(`${line?.description}${line?.detail}`, /\$0/);
});

test('a prompt that does not fit says so first, and a window that is not known is said', () => {
  const [tight] = comparisonLines(all(compared({ fits: false })), null, english);
  assert.match(tight?.detail ?? '', /^\$\(warning\) does not fit the context window · 1,234 tokens in/);
  const [unknown] = comparisonLines(all(compared({ fits: null })), null, english);
  assert.match(unknown?.detail ?? '', /context window not known/);
});

test('a model with which the prompt cannot be estimated says why', () => {
  const [line] = comparisonLines(all(compared({ preview: null, problem: 'Mend it.' })), null, english);
  assert.equal(line?.detail, 'Mend it.');
});

test('where a model is chosen for the estimate, the way back comes first and leaves runs as they are', () => {
  const dear = compared({ model: 'gpt-5' });
  const [back, own, chosen] = comparisonLines(
    all(compared(), dear),
    { provider: 'OpenAI', model: 'gpt-5' },
    english,
  );
  assert.deepEqual([back?.route, back?.writable, back?.description], [null, false, 'gpt-5-mini']);
  assert.match(back?.detail ?? '', /estimated with gpt-5 now; a run uses its own/);
  assert.match(own?.description ?? '', /the model of a run$/);
  assert.match(chosen?.description ?? '', /the model of the estimate$/);
});

test('the status bar names a model that was chosen for the estimate alone', () => {
  const base = { preview: aPreview(), problem: null, running: null, stopped: null };
  const status = promptStatus({ ...base, estimatedWith: OWN });
  assert.match(status?.text ?? '', / with gpt-5-mini$/);
  assert.match(status?.tooltip ?? '', /A run uses its own; Farthing: Compare Models changes it back/);
  assert.match(status?.label ?? '', /for the estimate only$/);
  assert.doesNotMatch(promptStatus(base)?.text ?? '', / with /);
});

test('a link keeps brackets of a name apart from its own', () => {
  assert.equal(
    linkedFile({ uri: 'file:///a/b(1).md', name: 'a[1].md' }, 3),
    '[a\\[1\\].md](file:///a/b%281%29.md#L3)',
  );
  assert.equal(linkedFile({ uri: 'file:///a.md', name: 'a.md' }), '[a.md](file:///a.md)');
});
