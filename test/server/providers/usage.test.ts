import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAbsurdInput, isAbsurdOutput, normaliseUsage } from '../../../server/providers/usage.ts';

const REPORTED: Readonly<Record<string, [reported: unknown, expected: Record<string, number> | null]>> = {
  'OpenAI counts cached tokens within the input and reasoning within the output': [
    {
      prompt_tokens: 2000,
      completion_tokens: 300,
      total_tokens: 2300,
      prompt_tokens_details: { cached_tokens: 1024, cache_write_tokens: 900 },
      completion_tokens_details: { reasoning_tokens: 128 },
    },
    { input: 2000, cached: 1024, written: 900, output: 300, reasoning: 128 },
  ],
  'DeepSeek names its cached tokens differently': [
    { prompt_tokens: 100, completion_tokens: 5, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
    { input: 100, cached: 64, written: 0, output: 5, reasoning: 0 },
  ],
  'Anthropic-compatible endpoints name their cache writes differently': [
    { prompt_tokens: 100, completion_tokens: 5, cache_creation_input_tokens: 40 },
    { input: 100, cached: 0, written: 40, output: 5, reasoning: 0 },
  ],
  "Anthropic's cache beside OpenAI's input is known by the total": [
    {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 175,
      cache_creation_input_tokens: 40,
      cache_read_input_tokens: 30,
    },
    { input: 170, cached: 30, written: 40, output: 5, reasoning: 0 },
  ],
  'more output than any model gives is not believed, also where only the total has it': [
    { prompt_tokens: 3, completion_tokens: 2, total_tokens: 50_000_000 },
    null,
  ],
  'xAI counts reasoning beside the output': [
    {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 315,
      completion_tokens_details: { reasoning_tokens: 300 },
    },
    { input: 10, cached: 0, written: 0, output: 305, reasoning: 300 },
  ],
  'details that are null are none': [
    { prompt_tokens: 1, completion_tokens: 2, prompt_tokens_details: null, completion_tokens_details: null },
    { input: 1, cached: 0, written: 0, output: 2, reasoning: 0 },
  ],
  'no usage is not believed': [undefined, null],
  'half a usage is not believed': [{ prompt_tokens: 3 }, null],
  'negative tokens are not believed': [{ prompt_tokens: -1, completion_tokens: 2 }, null],
  'fractions of tokens are not believed': [{ prompt_tokens: 1.5, completion_tokens: 2 }, null],
  'more reasoning than any model does is not believed': [
    {
      prompt_tokens: 3,
      completion_tokens: 9e15,
      completion_tokens_details: { reasoning_tokens: 9e15 },
    },
    null,
  ],
  'NaN is not believed': [{ prompt_tokens: Number.NaN, completion_tokens: 2 }, null],
  'texts are not believed': [{ prompt_tokens: '3', completion_tokens: 2 }, null],
  'more cached than input is not believed': [
    { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 6 } },
    null,
  ],
  'more cached and written than input is not believed': [
    {
      prompt_tokens: 5,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 3 },
    },
    null,
  ],
  'more reasoning than output is not believed': [
    { prompt_tokens: 5, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 3 } },
    null,
  ],
};

for (const [sentence, [reported, expected]] of Object.entries(REPORTED))
  test(sentence, () => {
    const usage = normaliseUsage(reported);
    if (expected === null) assert.equal(usage, null);
    else
      assert.deepEqual(usage, {
        inputTokens: expected['input'],
        cachedInputTokens: expected['cached'],
        cacheWriteTokens: expected['written'],
        outputTokens: expected['output'],
        reasoningTokens: expected['reasoning'],
        source: 'provider',
        approximate: false,
      });
  });

test('whatever a provider reports, the result is null or is consistent', () => {
  const figure = fc.oneof(
    fc.nat(50),
    fc.integer(),
    fc.double(),
    fc.constantFrom(null, undefined, '7', Number.NaN, {}),
  );
  const details = fc.oneof(
    fc.constantFrom(null, undefined, 3, []),
    fc.record({
      cached_tokens: figure,
      cache_write_tokens: figure,
      cache_creation_tokens: figure,
      reasoning_tokens: figure,
    }),
  );
  const reported = fc.oneof(
    fc.anything(),
    fc.record(
      {
        prompt_tokens: figure,
        completion_tokens: figure,
        total_tokens: figure,
        prompt_cache_hit_tokens: figure,
        cache_creation_input_tokens: figure,
        prompt_tokens_details: details,
        completion_tokens_details: details,
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(reported, (raw) => {
      const usage = normaliseUsage(raw);
      if (usage === null) return;
      const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
      for (const tokens of [inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens])
        assert.ok(Number.isSafeInteger(tokens) && tokens >= 0);
      assert.ok(cachedInputTokens + cacheWriteTokens <= inputTokens);
      assert.ok(reasoningTokens <= outputTokens);
    }),
    { numRuns: 2000 },
  );
});

test('consistent usage comes through unchanged', () => {
  const consistent = fc
    .tuple(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.nat(1e6))
    .map(([cached, written, fresh, reasoning, said]) => ({ cached, written, fresh, reasoning, said }));
  fc.assert(
    fc.property(consistent, ({ cached, written, fresh, reasoning, said }) => {
      const usage = normaliseUsage({
        prompt_tokens: cached + written + fresh,
        completion_tokens: reasoning + said,
        total_tokens: cached + written + fresh + reasoning + said,
        prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
        completion_tokens_details: { reasoning_tokens: reasoning },
      });
      assert.deepEqual(usage, {
        inputTokens: cached + written + fresh,
        cachedInputTokens: cached,
        cacheWriteTokens: written,
        outputTokens: reasoning + said,
        reasoningTokens: reasoning,
        source: 'provider',
        approximate: false,
      });
    }),
  );
});

test('a figure is absurd only when it is large and a hundred times our own', () => {
  assert.equal(isAbsurdInput(10_000, 1), false);
  assert.equal(isAbsurdInput(10_001, 1), true);
  assert.equal(isAbsurdInput(10_001, 101), false);
  assert.equal(isAbsurdInput(1_000_000, 9_999), true);
  assert.equal(isAbsurdOutput(200_000, 1), false);
  assert.equal(isAbsurdOutput(200_001, 1), true);
  assert.equal(isAbsurdOutput(300_000, 3_000), false);
});
