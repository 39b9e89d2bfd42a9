import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { NO_USAGE, type Usage } from '../../../protocol/receipt.ts';
import type { PriceOverride, ProviderSettings } from '../../../protocol/settings.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { createPriceBook } from '../../../server/prices/price-book.ts';
import { TABLE_VERSION } from '../../../server/prices/price-table.ts';

const MILLION = 1_000_000;
const WHEN = Date.UTC(2026, 10, 1);
const UNKNOWN = { nano: null, priceVersion: null };
const book = await createPriceBook();

const endpoint = (baseUrl: string, more: Partial<ProviderSettings> = {}): ProviderSettings => ({
  name: 'Test',
  baseUrl,
  models: [],
  keyEnvironment: null,
  needsKey: true,
  pricedAs: null,
  alternatives: [],
  free: false,
  firstTokenSeconds: null,
  simulated: false,
  ...more,
});
const model = (id: string, contextTokens: number | null = null) => ({ id, contextTokens, encoding: null });
const usage = (parts: Partial<Usage>): Usage => ({ ...NO_USAGE, ...parts });
const prices = (entries: Record<string, PriceOverride>) => ({ ...defaultSettings(), prices: entries });
const OPENAI = endpoint('https://api.openai.com/v1', { name: 'OpenAI' });
const OLLAMA = endpoint('http://127.0.0.1:11434/v1', { name: 'Ollama' });

/** The cost by the price table, or by `settings` where they are given. */
const cost = (provider: ProviderSettings, id: string, used: Partial<Usage>, when = WHEN) =>
  book.cost(provider, model(id), usage(used), defaultSettings(), when);

/** The table's own prices of a model that has one undated set of them. */
function rates(providerId: string, modelId: string): ModelPrice {
  const found = findProvider({ providerId })?.models.find((entry) => entry.id === modelId);
  assert.ok(found !== undefined && !Array.isArray(found.prices), `${modelId} has one set of prices`);
  return found.prices;
}
const rate = (providerId: string, modelId: string, kind: string): number => {
  const dollars = rates(providerId, modelId)[kind];
  assert.ok(typeof dollars === 'number', `${modelId} has a flat ${kind}`);
  return dollars;
};
const nano = (dollars: number) => Math.round(dollars * 1e9);

test('A million tokens of input and of output cost what the table says of them', () => {
  const expected = rate('openai', 'gpt-5-mini', 'input_mtok') + rate('openai', 'gpt-5-mini', 'output_mtok');
  assert.deepEqual(cost(OPENAI, 'gpt-5-mini', { inputTokens: MILLION, outputTokens: MILLION }), {
    nano: nano(expected),
    priceVersion: TABLE_VERSION,
  });
});

test('Cached input is charged at its own, lower price', () => {
  const cached = cost(OPENAI, 'gpt-5-mini', { inputTokens: MILLION, cachedInputTokens: MILLION }).nano;
  assert.equal(cached, nano(rate('openai', 'gpt-5-mini', 'cache_read_mtok')));
  const fresh = cost(OPENAI, 'gpt-5-mini', { inputTokens: MILLION }).nano;
  assert.ok(cached !== null && fresh !== null && cached < fresh);
});

test('A cache write is charged at its own, higher price where there is one', () => {
  const anthropic = endpoint('https://api.anthropic.com/v1');
  const written = cost(anthropic, 'claude-haiku-4-5', { inputTokens: MILLION, cacheWriteTokens: MILLION });
  assert.equal(written.nano, nano(rate('anthropic', 'claude-haiku-4-5', 'cache_write_mtok')));
});

test('Reasoning is part of the output and is not charged a second time', () => {
  const used = { inputTokens: 10, outputTokens: 500 };
  const plain = cost(OPENAI, 'gpt-5-mini', used);
  assert.deepEqual(cost(OPENAI, 'gpt-5-mini', { ...used, reasoningTokens: 400 }), plain);
});

test('Reasoning is charged at its own price where there is one, and not as output besides', () => {
  const perplexity = endpoint('https://api.perplexity.ai');
  const id = 'sonar-deep-research';
  const charged = cost(perplexity, id, { outputTokens: 3 * MILLION, reasoningTokens: MILLION }).nano;
  const output = rate('perplexity', id, 'output_mtok');
  assert.equal(charged, nano(2 * output + rate('perplexity', id, 'output_reasoning_mtok')));
});

test('A long prompt is charged at the price of its tier, all of it', () => {
  const google = endpoint('https://generativelanguage.googleapis.com/v1beta/openai');
  const price = rates('google', 'gemini-2.5-pro')['input_mtok'];
  assert.ok(typeof price === 'object', 'gemini-2.5-pro has tiers');
  const [tier] = price.tiers;
  assert.ok(tier !== undefined);
  const below = cost(google, 'gemini-2.5-pro', { inputTokens: tier.start }).nano;
  const above = cost(google, 'gemini-2.5-pro', { inputTokens: tier.start + 1 }).nano;
  assert.equal(below, nano((tier.start / MILLION) * price.base));
  assert.equal(above, nano(((tier.start + 1) / MILLION) * tier.price));
});

test('A price that changed on a date is the one of the day of the call', () => {
  const entry = findProvider({ providerId: 'openai' })?.models.find((one) => one.id === 'gpt-5.6-luna');
  assert.ok(Array.isArray(entry?.prices));
  const [first, second] = entry.prices;
  const constraint = second?.constraint;
  assert.ok(first !== undefined && constraint?.type === 'start_date');
  const change = Date.parse(constraint.start_date);
  const at = (when: number) => cost(OPENAI, 'gpt-5.6-luna', { outputTokens: MILLION }, when).nano;
  const listed = (set: ModelPrice | undefined) => {
    const price = set?.['output_mtok'];
    return typeof price === 'object' ? nano(price.base) : nano(Number(price));
  };
  assert.equal(at(change - 1), listed(first.prices));
  assert.equal(at(change), listed(second?.prices));
});

for (const [what, provider, id] of [
  ['a local server, whatever its model is called', OLLAMA, 'gpt-5-mini'],
  ['a model the endpoint does not list', OPENAI, 'no-such-model'],
  ['a model named like a member of every object', OPENAI, 'constructor'],
  [
    'a host that only begins like a known one',
    endpoint('https://api.openai.com.example.org/v1'),
    'gpt-5-mini',
  ],
  ['a host that hides behind credentials', endpoint('https://api.openai.com@example.org/v1'), 'gpt-5-mini'],
  [
    'an id that only contains a known one',
    endpoint('http://x.test', { pricedAs: 'not-openai' }),
    'gpt-5-mini',
  ],
  [
    'the id of a gateway the table does not know',
    endpoint('http://x.test', { pricedAs: 'litellm' }),
    'gpt-5-mini',
  ],
  ['a known URL with an unknown id', { ...OPENAI, pricedAs: 'mine' }, 'gpt-5-mini'],
] as const)
  test(`The price is unknown for ${what}`, () => {
    assert.deepEqual(cost(provider, id, { inputTokens: 10, outputTokens: 10 }), UNKNOWN);
    assert.equal(book.contextTokens(provider, model(id)), null);
  });

test('An endpoint may be priced as a provider of the table', () => {
  const used = { inputTokens: 1234, outputTokens: 567 };
  const proxied = endpoint('http://127.0.0.1:4000/v1', { pricedAs: 'OpenAI' });
  assert.deepEqual(cost(proxied, 'gpt-5-mini', used), cost(OPENAI, 'gpt-5-mini', used));
});

test('A model that has no price for its output is not free', () => {
  const input = { inputTokens: MILLION };
  assert.equal(
    cost(OPENAI, 'text-embedding-3-small', input).nano,
    nano(rate('openai', 'text-embedding-3-small', 'input_mtok')),
  );
  assert.deepEqual(cost(OPENAI, 'text-embedding-3-small', { ...input, outputTokens: 1 }), UNKNOWN);
});

test('A provider that costs nothing has a known price of nothing, whatever its models are called', () => {
  const own = endpoint('http://127.0.0.1:11434/v1', { free: true });
  const used = { inputTokens: MILLION, outputTokens: MILLION };
  assert.deepEqual(cost(own, 'qwen3:8b', used), { nano: 0, priceVersion: 'free' });
  assert.deepEqual(cost(own, 'gpt-5', used), { nano: 0, priceVersion: 'free' });
});

for (const [what, used] of [
  ['negative', { inputTokens: -1 }],
  ['not a number', { outputTokens: Number.NaN }],
  ['endless', { inputTokens: Number.POSITIVE_INFINITY }],
  ['fractions', { inputTokens: 0.5 }],
  ['more cached than sent', { inputTokens: 5, cachedInputTokens: 6 }],
  ['more reasoning than output', { outputTokens: 5, reasoningTokens: 6 }],
] as const)
  test(`Counts that are ${what} have no cost, by any price`, () => {
    const mine = prices({ 'gpt-5-mini': { input: 1, output: 1, cachedInput: null, cacheWrite: null } });
    assert.deepEqual(cost(OPENAI, 'gpt-5-mini', used), UNKNOWN);
    assert.deepEqual(book.cost(OPENAI, model('gpt-5-mini'), usage(used), mine, WHEN), UNKNOWN);
  });

test("The user's own price comes before the table, and the one for the provider before the model's", () => {
  const flat = (input: number) => ({ input, output: 0, cachedInput: null, cacheWrite: null });
  const mine = prices({ 'gpt-5-mini': flat(7), 'Ollama/gpt-5-mini': flat(3) });
  const used = usage({ inputTokens: MILLION });
  const dollars = (provider: ProviderSettings) => book.cost(provider, model('gpt-5-mini'), used, mine, WHEN);
  assert.deepEqual(dollars(OPENAI), { nano: nano(7), priceVersion: 'settings' });
  assert.deepEqual(dollars(OLLAMA), { nano: nano(3), priceVersion: 'settings' });
});

test("Kinds the user's price leaves out cost what input does, and those it has cost their own", () => {
  const used = usage({ inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 30, outputTokens: 10 });
  const by = (price: PriceOverride) => book.cost(OLLAMA, model('m'), used, prices({ m: price }), WHEN).nano;
  assert.equal(by({ input: 2, output: 4, cachedInput: null, cacheWrite: null }), 100 * 2000 + 10 * 4000);
  assert.equal(
    by({ input: 2, output: 4, cachedInput: 0.2, cacheWrite: 2.5 }),
    10 * 2000 + 60 * 200 + 30 * 2500 + 10 * 4000,
  );
});

test("The user's prices are charged without float drift, and rounded once", () => {
  const price = { input: 0.1, output: 0.0125, cachedInput: 0.7, cacheWrite: null };
  const settings = prices({ m: price });
  const charged = (used: Partial<Usage>) => book.cost(OLLAMA, model('m'), usage(used), settings, WHEN).nano;
  assert.equal(charged({ inputTokens: 3 }), 300);
  assert.equal(charged({ inputTokens: 9_007_199_254_743 }), 900_719_925_474_300);
  assert.equal(charged({ outputTokens: 1 }), 13);
  assert.equal(charged({ outputTokens: 2 }), 25);
  assert.equal(charged({ inputTokens: Number.MAX_SAFE_INTEGER }), null);
});

test('The context window is the setting, else the one of the table', () => {
  const listed = findProvider({ providerId: 'openai' })?.models.find((entry) => entry.id === 'gpt-5-mini');
  assert.equal(book.contextTokens(OPENAI, model('gpt-5-mini')), listed?.context_window);
  assert.equal(book.contextTokens(OPENAI, model('gpt-5-mini', 1000)), 1000);
  assert.equal(book.contextTokens(OLLAMA, model('mine', 2000)), 2000);
});

test('The price version names the table that is installed', () => {
  const manifest = new URL('../../../node_modules/@pydantic/genai-prices/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  assert.equal(TABLE_VERSION, `genai-prices@${version}`);
});

test('More tokens of any kind never cost less, and every cost is a whole number from 0', () => {
  const tokens = fc.integer({ min: 0, max: 3 * MILLION });
  const charge = fc.double({ min: 0, max: 1000, noNaN: true });
  const override = fc.record({
    input: charge,
    output: charge,
    cachedInput: fc.option(charge),
    cacheWrite: fc.option(charge),
  });
  const cases = fc.record({
    id: fc.constantFrom('gpt-5-mini', 'gpt-4.1', 'gpt-5.6-luna', 'o3'),
    mine: fc.option(override),
    plain: tokens,
    cached: tokens,
    written: tokens,
    output: tokens,
    more: tokens,
    kind: fc.constantFrom('plain', 'cached', 'written', 'output'),
  });
  fc.assert(
    fc.property(cases, ({ id, mine, more, kind, ...counts }) => {
      const settings = mine === null ? defaultSettings() : prices({ [id]: mine });
      const charged = (parts: typeof counts) => {
        const used = usage({
          inputTokens: parts.plain + parts.cached + parts.written,
          cachedInputTokens: parts.cached,
          cacheWriteTokens: parts.written,
          outputTokens: parts.output,
        });
        const { nano: amount } = book.cost(OPENAI, model(id), used, settings, WHEN);
        assert.ok(amount !== null && Number.isSafeInteger(amount) && amount >= 0, `${amount}`);
        return amount;
      };
      assert.ok(charged({ ...counts, [kind]: counts[kind] + more }) >= charged(counts));
    }),
  );
});

test('whatever model the table has, a cost is what the package works out for it, to a nano-dollar', () => {
  const ids = [
    'openai',
    'anthropic',
    'google',
    'deepseek',
    'mistral',
    'groq',
    'x-ai',
    'openrouter',
    'perplexity',
  ];
  const models = ids.flatMap((providerId) =>
    (findProvider({ providerId })?.models ?? []).map(({ id }) => ({ providerId, id })),
  );
  assert.ok(models.length > 300, 'the table is there');
  const tokens = fc.integer({ min: 0, max: 300_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.record({ fresh: tokens, cached: tokens, written: tokens, said: tokens, thought: tokens }),
      ({ providerId, id }, { fresh, cached, written, said, thought }) => {
        const used = {
          inputTokens: fresh + cached + written,
          cachedInputTokens: cached,
          cacheWriteTokens: written,
          outputTokens: said + thought,
          reasoningTokens: thought,
        };
        const ours = cost(endpoint('http://127.0.0.1:1/v1', { pricedAs: providerId }), id, used).nano;
        if (ours === null) return;
        const theirs = calcPrice(
          {
            input_tokens: used.inputTokens,
            cache_read_tokens: cached,
            cache_write_tokens: written,
            output_tokens: used.outputTokens,
            output_reasoning_tokens: thought,
          },
          id,
          { providerId, timestamp: new Date(WHEN) },
        );
        assert.ok(theirs !== null && Math.abs(ours - nano(theirs.total_price)) <= 1, `${providerId}/${id}`);
      },
    ),
    { numRuns: 2000 },
  );
});
