/** What each provider reports of an answer, as a stream and as a whole, in the one normal form. Figures are made up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Usage } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { createPriceBook } from '../../../server/prices/price-book.ts';
import { startHarness } from './harness.ts';

interface Fixture {
  /** Its usage, under its own names. */
  readonly usage: unknown;
  /** How it sends it in a stream: in a chunk of its own without choices, or with the finish reason. */
  readonly comes: 'alone' | 'with the finish';
  readonly input: number;
  readonly cached?: number;
  readonly written?: number;
  readonly output: number;
  readonly reasoning?: number;
  /** What it costs at `PRICES`, in nano-dollars. */
  readonly nano: number;
}

/** In nano-dollars a token: 1000 for input, 100 for cached and 1250 for written input, 10,000 for output. */
const PRICES = { 'test-model': { input: 1, cachedInput: 0.1, cacheWrite: 1.25, output: 10 } };

/** Forms as the providers document them, or as their endpoints are known to answer. */
const FIXTURES: Readonly<Record<string, Fixture>> = {
  // https://platform.openai.com/docs/api-reference/chat/object: cached tokens are part of the input.
  OpenAI: {
    nano: 3_278_000,
    usage: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 192,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    comes: 'alone',
    input: 2006,
    cached: 1920,
    output: 300,
    reasoning: 192,
  },
  // Anthropic, "OpenAI SDK compatibility": details are always empty there.
  "Anthropic's compatible endpoint": {
    nano: 5_006_000,
    usage: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: null,
      completion_tokens_details: null,
    },
    comes: 'with the finish',
    input: 2006,
    output: 300,
  },
  // Anthropic's own names, as proxies pass them on: what was read and written comes beside the input.
  "Anthropic's own form": {
    nano: 3_298_000,
    usage: {
      input_tokens: 6,
      cache_creation_input_tokens: 80,
      cache_read_input_tokens: 1920,
      output_tokens: 300,
    },
    comes: 'with the finish',
    input: 2006,
    cached: 1920,
    written: 80,
    output: 300,
  },
  // https://api-docs.deepseek.com/api/create-chat-completion: hits and misses add up to the input.
  DeepSeek: {
    nano: 3_278_000,
    usage: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_cache_hit_tokens: 1920,
      prompt_cache_miss_tokens: 86,
      prompt_tokens_details: { cached_tokens: 1920 },
      completion_tokens_details: { reasoning_tokens: 192 },
    },
    comes: 'with the finish',
    input: 2006,
    cached: 1920,
    output: 300,
    reasoning: 192,
  },
  // Gemini's compatible endpoint names what the model thought in the total alone, and bills it as output.
  "Gemini's compatible endpoint": {
    nano: 5_006_000,
    usage: { prompt_tokens: 2006, completion_tokens: 108, total_tokens: 2306 },
    comes: 'with the finish',
    input: 2006,
    output: 300,
    reasoning: 192,
  },
  // https://openrouter.ai/docs/use-cases/usage-accounting: its own cost is in credits and not believed.
  OpenRouter: {
    nano: 3_298_000,
    usage: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      cost: 0.95,
      is_byok: false,
      prompt_tokens_details: {
        cached_tokens: 1920,
        cache_write_tokens: 80,
        audio_tokens: 0,
        video_tokens: 0,
      },
      cost_details: { upstream_inference_cost: null },
      completion_tokens_details: { reasoning_tokens: 192, image_tokens: 0 },
    },
    comes: 'alone',
    input: 2006,
    cached: 1920,
    written: 80,
    output: 300,
    reasoning: 192,
  },
  // https://docs.ollama.com/api/openai-compatibility
  Ollama: {
    nano: 5_006_000,
    usage: { prompt_tokens: 2006, completion_tokens: 300, total_tokens: 2306 },
    comes: 'alone',
    input: 2006,
    output: 300,
  },
};

const HEAD = { id: 'chatcmpl-1', created: 1, model: 'test-model' };
const sse = (chunks: readonly unknown[]) =>
  [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');

function streamOf({ usage, comes }: Fixture): Response {
  const chunk = (delta: object, finish: string | null, more: object = {}) => ({
    ...HEAD,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });
  const chunks = [
    chunk({ role: 'assistant', content: 'Hello' }, null),
    chunk({}, 'stop', comes === 'alone' ? {} : { usage }),
    ...(comes === 'alone' ? [{ ...HEAD, object: 'chat.completion.chunk', choices: [], usage }] : []),
  ];
  return new Response(sse(chunks), { headers: { 'content-type': 'text/event-stream' } });
}

function wholeOf({ usage }: Fixture): Response {
  const message = { role: 'assistant', content: 'Hello' };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const body = { ...HEAD, object: 'chat.completion', choices, usage };
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}

for (const [provider, fixture] of Object.entries(FIXTURES))
  for (const [form, make] of [
    ['a stream', streamOf],
    ['a whole', wholeOf],
  ] as const)
    test(`the usage of ${provider}, as ${form}, is in the normal form and priced by kind`, async () => {
      const fetch = () => Promise.resolve(make(fixture));
      await using harness = await startHarness({ fetch, prices: await createPriceBook() });
      const settings = { ...defaultSettings(), prices: PRICES };
      const { attempts, text, error } = await harness.run(harness.call({ settings }));
      assert.equal(error, null);
      assert.equal(text, 'Hello');
      const expected: Usage = {
        inputTokens: fixture.input,
        cachedInputTokens: fixture.cached ?? 0,
        cacheWriteTokens: fixture.written ?? 0,
        outputTokens: fixture.output,
        reasoningTokens: fixture.reasoning ?? 0,
        source: 'provider',
        approximate: false,
      };
      assert.deepEqual(attempts[0]?.usage, expected);
      assert.deepEqual(attempts[0].cost, { nano: fixture.nano, priceVersion: 'settings' });
    });
