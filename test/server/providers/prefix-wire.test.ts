/** How a request speaks to a provider's prefix cache, and that it does so only where the endpoint takes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../protocol/messages.ts';
import type { ProviderSettings } from '../../../protocol/settings.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { Call } from '../../../server/pipeline/stage.ts';
import { createKeepAliveFetch } from '../../../server/providers/keep-alive-fetch.ts';
import { attemptOf, openedCall, receiptOf, usageOf } from '../../support/ledger-fixtures.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { collect, fakeDependencies, makeCall } from '../../support/pipeline-fakes.ts';
import { startHarness } from './harness.ts';

const { provider: TEST, attribution, startedAt } = makeCall();
const JOB = 'file:///a.prompt.md';

/** The whole pipeline; whatever endpoint is asked, the simulator answers. */
async function setUp(outputs: readonly number[] = []) {
  const plain = createKeepAliveFetch();
  let origin = '';
  const harness = await startHarness({
    fetch: (input, init) => plain(String(input).replace(/^https:\/\/[^/]+(\/api)?\/v1/, origin), init),
  });
  origin = harness.simulator.baseUrl;
  const ledger = createMemoryLedger();
  for (const [index, output] of outputs.entries()) {
    const call = openedCall(`past ${index}`, {
      startedAt: startedAt - 1000 * (outputs.length - index),
      attribution: { ...attribution, job: JOB },
      provider: 'Test',
      model: 'anthropic/claude-sonnet-4',
    });
    const used = { provider: 'Test', model: call.model, usage: usageOf(9, output) };
    ledger.close(call, receiptOf(call, [attemptOf(1, used)]), [attemptOf(1, used)]);
  }
  const prices = {
    ...fakeDependencies().prices,
    cost: (_: unknown, __: unknown, usage: { inputTokens: number; cachedInputTokens: number }) => ({
      nano: usage.inputTokens * 10 - usage.cachedInputTokens * 9,
      priceVersion: 'test@1',
    }),
  };
  const run = pipeline(fakeDependencies({ ledger, ledgerReader: ledger, prices }), harness.send);
  let calls = 0;
  return {
    simulator: harness.simulator,
    async send(baseUrl: string, model: string, call: Partial<Call> = {}) {
      const provider: ProviderSettings = { ...TEST, baseUrl };
      const asked = makeCall({
        id: `call ${++calls}`,
        provider,
        model: { id: model, contextTokens: null, encoding: null },
        attribution: { ...attribution, job: JOB },
        ...call,
      });
      const { events, error } = await collect(run(asked));
      const request = harness.simulator.requests.at(-1);
      return { events, error, body: request?.body as Record<string, unknown> };
    },
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

const RULES = Array<string>(1500).fill('rule').join(' ');
const messages: readonly Message[] = [
  { role: 'system', content: RULES },
  { role: 'user', content: 'one' },
];
const PAST = Array<number>(20).fill(400);
const CLAUDE = 'anthropic/claude-sonnet-4';

test('OpenAI gets a key of its prefix, and nothing else does', async () => {
  await using scene = await setUp();
  scene.simulator.script({ text: 'a' }, { text: 'b' }, { text: 'c' });
  const { body } = await scene.send('https://api.openai.com/v1', 'gpt-5', { messages });
  assert.match(String(body['prompt_cache_key']), /^[0-9a-f]{32}$/);
  assert.deepEqual(body['messages'], messages, 'its text is as it was');
  const other = await scene.send('https://api.deepseek.com/v1', 'deepseek-chat', { messages });
  assert.ok(!('prompt_cache_key' in other.body));
  const spare = { provider: { ...TEST, baseUrl: 'https://api.openai.com/v1' }, model: makeCall().model };
  const elsewhere = await scene.send('https://llm.test/v1', 'm', { messages, chain: [spare] });
  assert.ok(!('prompt_cache_key' in elsewhere.body), 'not where it only might go on to one that does');
});

test('OpenRouter gets the end of the stable part of a Claude prompt marked', async () => {
  await using scene = await setUp(PAST);
  scene.simulator.script({ text: 'a' }, { text: 'b' });
  const { body } = await scene.send('https://openrouter.ai/api/v1', CLAUDE, { messages });
  assert.deepEqual(body['messages'], [
    { role: 'system', content: [{ type: 'text', text: RULES, cache_control: { type: 'ephemeral' } }] },
    { role: 'user', content: 'one' },
  ]);
  const other = await scene.send('https://api.anthropic.com/v1', CLAUDE, { messages });
  assert.deepEqual(other.body['messages'], messages);
});

test('switched off, a request is as it was asked', async () => {
  await using scene = await setUp(PAST);
  scene.simulator.script({ text: 'a' });
  const off = new Set(['arrangePrefix', 'boundOutput'] as const);
  const { body } = await scene.send('https://openrouter.ai/api/v1', CLAUDE, { messages, off });
  assert.deepEqual(body['messages'], messages);
  assert.ok(!('max_tokens' in body));
});

test('an answer that is cut at a limit of ours goes on in a second request', async () => {
  await using scene = await setUp(PAST);
  const usage = (input: number, output: number) => ({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
  });
  scene.simulator.script(
    { text: 'The begin', finishReason: 'length', usage: usage(3, 600) },
    { text: 'ning.', usage: usage(700, 2) },
  );
  const { events, error } = await scene.send('https://llm.test/v1', CLAUDE);
  assert.equal(error, null);
  const [first, second] = scene.simulator.requests.map(({ body }) => body as Record<string, unknown>);
  assert.equal(first?.['max_tokens'], 600);
  assert.ok(second !== undefined && !('max_tokens' in second));
  assert.deepEqual(
    (second['messages'] as Message[]).map(({ role }) => role),
    ['user', 'assistant', 'user'],
  );
  assert.equal(events.map((event) => (event.type === 'text' ? event.text : '')).join(''), 'The beginning.');
  assert.equal(events.filter(({ type }) => type === 'end').length, 1);
});

for (const [what, error] of [
  ['by its field', { message: 'Unsupported', param: 'response_format' }],
  ['only in words', { message: "'response_format.type' must be 'text'" }],
] as const)
  test(`a server that refuses a schema ${what} is asked for it in the prompt`, async () => {
    await using scene = await setUp();
    scene.simulator.script({ status: 400, errorBody: { error } }, { text: '{"a":1}' });
    const responseFormat = { type: 'json_schema', name: 'answer', schema: { type: 'object' } } as const;
    const { body, events, error: thrown } = await scene.send('https://llm.test/v1', 'm', { responseFormat });
    assert.equal(thrown, null);
    assert.ok(!('response_format' in body));
    assert.match((body['messages'] as Message[])[0]?.content ?? '', /JSON schema: \{"type":"object"\}/);
    assert.equal(
      events.filter(({ type }) => type === 'attempt').length,
      2,
      'both requests are accounted for',
    );
  });
