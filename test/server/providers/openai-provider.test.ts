import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPriceBook } from '../../../server/prices/price-book.ts';
import type { Fetch } from '../../../server/providers/keep-alive-fetch.ts';
import { isRecord } from '../../simulator/script.ts';
import { deltaChunk, frame } from '../../simulator/wire.ts';
import { fakeCounter } from '../../support/pipeline-fakes.ts';
import { startHarness } from './harness.ts';

test('text streams in as it comes, then the attempt, then the end', async () => {
  await using harness = await startHarness();
  const gate = Promise.withResolvers<void>();
  harness.simulator.script({ chunks: ['one ', 'two'], gates: { 2: gate.promise } });
  const reply = harness.send(harness.call())[Symbol.asyncIterator]();
  harness.clock.advance(100);
  const first = reply.next();
  await harness.simulator.request(0);
  assert.deepEqual((await first).value, { type: 'text', text: 'one ' });
  harness.clock.advance(250);
  gate.resolve();
  assert.deepEqual((await reply.next()).value, { type: 'text', text: 'two' });
  assert.deepEqual((await reply.next()).value, {
    type: 'attempt',
    attempt: {
      provider: 'Test',
      model: 'test-model',
      servedModel: null,
      outcome: 'answered',
      usage: {
        inputTokens: 3,
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 2,
        reasoningTokens: 0,
        source: 'provider',
        approximate: false,
      },
      cost: { nano: 23, priceVersion: 'fake@1' },
      firstTextMs: 0,
      totalMs: 250,
      errorCode: null,
    },
  });
  assert.deepEqual((await reply.next()).value, { type: 'end', reason: 'stop' });
  assert.equal((await reply.next()).done, true);
  assert.equal(await harness.simulator.requests[0]?.closedEarly, false);
});

test('the request has the messages and only the sampling options that the call sets', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ text: 'a' }, { text: 'b' });
  const messages = [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'why?' },
  ] as const;
  await harness.run(harness.call({ messages }));
  await harness.run(
    harness.call({ messages, sampling: { temperature: 0, topP: 0.5, maxTokens: 7, seed: 1 } }),
  );
  const always = { model: 'test-model', messages, stream: true, stream_options: { include_usage: true } };
  assert.deepEqual(harness.simulator.requests[0]?.body, always);
  const second = harness.simulator.requests[1]?.body;
  assert.deepEqual(second, { ...always, temperature: 0, top_p: 0.5, max_tokens: 7, seed: 1 });
});

test('tools, choices, formats and penalties are sent as the call has them', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ text: 'a' }, { text: 'b' }, { text: 'c' });
  const parameters = { type: 'object', properties: { word: { type: 'string' } } };
  const tools = [{ name: 'look_up', description: 'Looks a word up.', parameters }, { name: 'stop' }];
  const bodies = async (overrides: Parameters<typeof harness.call>[0]) => {
    await harness.run(harness.call(overrides));
    const body = harness.simulator.requests.at(-1)?.body;
    assert.ok(isRecord(body));
    return body;
  };
  const first = await bodies({
    tools,
    toolChoice: 'look_up',
    sampling: { stop: ['END'], presencePenalty: 0.5, frequencyPenalty: -0.5 },
  });
  assert.deepEqual(first['tools'], [
    { type: 'function', function: tools[0] },
    { type: 'function', function: { name: 'stop' } },
  ]);
  assert.deepEqual(first['tool_choice'], { type: 'function', function: { name: 'look_up' } });
  assert.deepEqual(
    [first['stop'], first['presence_penalty'], first['frequency_penalty']],
    [['END'], 0.5, -0.5],
  );
  const schema = { type: 'object' };
  const second = await bodies({
    tools,
    toolChoice: 'required',
    responseFormat: { type: 'json_schema', name: 'word', schema, strict: true },
  });
  assert.equal(second['tool_choice'], 'required');
  assert.deepEqual(second['response_format'], {
    type: 'json_schema',
    json_schema: { name: 'word', schema, strict: true },
  });
  const third = await bodies({ toolChoice: 'auto', responseFormat: { type: 'json_object' } });
  assert.deepEqual([third['response_format'], 'tool_choice' in third], [{ type: 'json_object' }, false]);
});

test("OpenAI's own endpoint gets max_completion_tokens", async () => {
  const sent: { url: string; body: unknown }[] = [];
  const fetch: Fetch = async (input, init) => {
    sent.push({ url: String(input), body: JSON.parse(String(init?.body)) });
    return new Response('{}', { status: 500 });
  };
  await using harness = await startHarness({ fetch });
  const call = harness.call({ sampling: { maxTokens: 7 } });
  await harness.run({ ...call, provider: { ...call.provider, baseUrl: 'https://api.openai.com/v1' } });
  const [request] = sent;
  assert.equal(request?.url, 'https://api.openai.com/v1/chat/completions');
  assert.ok(isRecord(request?.body));
  assert.equal(request.body['max_completion_tokens'], 7);
  assert.equal('max_tokens' in request.body, false);
});

test('characters that are split between network chunks come through whole', async () => {
  const text = 'Grüße, 世界 👩‍👩‍👧 ✓';
  const byteByByte: Fetch = async (input, init) => {
    const response = await fetch(input, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const single = new ReadableStream({
      start: (stream) => {
        for (const byte of bytes) stream.enqueue(Uint8Array.of(byte));
        stream.close();
      },
    });
    return new Response(single, { headers: response.headers });
  };
  await using harness = await startHarness({ fetch: byteByByte });
  harness.simulator.script({ text });
  assert.equal((await harness.run()).text, text);
});

test('reasoning is kept apart from text and is part of the output', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ reasoning: 'let me think', text: 'yes' });
  const { events, attempts } = await harness.run();
  assert.deepEqual(events.slice(0, 2), [
    { type: 'reasoning', text: 'let me think' },
    { type: 'text', text: 'yes' },
  ]);
  assert.equal(attempts[0]?.usage.outputTokens, 4);
  assert.equal(attempts[0]?.usage.reasoningTokens, 3);
});

test('tool calls come whole, before the attempt', async () => {
  await using harness = await startHarness();
  const call = { id: 'call-a', name: 'read', arguments: '{"file":"a.ts"}' };
  harness.simulator.script({ toolCalls: [call] });
  const { events } = await harness.run();
  assert.deepEqual(events[0], { type: 'toolCall', ...call });
  assert.equal(events[1]?.type, 'attempt');
  assert.deepEqual(events[2], { type: 'end', reason: 'tool_calls' });
});

test('missing usage is counted by us, reasoning included, and says whether that is exact', async () => {
  await using harness = await startHarness({ counter: fakeCounter(true) });
  harness.simulator.script({ reasoning: 'let me think', text: 'yes of course', usage: 'missing' });
  const { attempts } = await harness.run();
  assert.deepEqual(attempts[0]?.usage, {
    inputTokens: 3,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 6,
    reasoningTokens: 3,
    source: 'counted',
    approximate: true,
  });
  assert.deepEqual(attempts[0]?.cost, { nano: 63, priceVersion: 'fake@1' });
});

const ABSURD: Readonly<Record<string, object>> = {
  'no input at all': { prompt_tokens: 0, completion_tokens: 2 },
  'no output although there is text': { prompt_tokens: 3, completion_tokens: 0 },
  'more cached than input': {
    prompt_tokens: 3,
    completion_tokens: 2,
    prompt_tokens_details: { cached_tokens: 4 },
  },
  'an input thousands of times ours': { prompt_tokens: 30_000, completion_tokens: 2 },
  'an output a hundred thousand times ours': { prompt_tokens: 3, completion_tokens: 300_000 },
};
for (const [what, usage] of Object.entries(ABSURD))
  test(`absurd usage is counted by us: ${what}`, async () => {
    await using harness = await startHarness();
    harness.simulator.script({ text: 'two words', usage });
    const [attempt] = (await harness.run()).attempts;
    assert.equal(attempt?.usage.source, 'counted');
    assert.equal(attempt.usage.inputTokens, 3);
    assert.equal(attempt.usage.outputTokens, 2);
  });

for (const [what, reported, source, outputTokens] of [
  [
    'more than we saw, for reasoning is hidden',
    { prompt_tokens: 2, completion_tokens: 500 },
    'provider',
    500,
  ],
  ['less than we saw, for more came after it', { prompt_tokens: 2, completion_tokens: 1 }, 'counted', 2],
  ['absurd', { prompt_tokens: 2, completion_tokens: 2_000_000 }, 'counted', 2],
] as const)
  test(`of an answer that broke off, usage that is ${what}, is charged as ${source}`, async () => {
    await using harness = await startHarness();
    harness.simulator.script({
      frames: [{ ...deltaChunk('test-model', { content: 'one two' }), usage: reported }],
    });
    const { error, attempts } = await harness.run();
    assert.equal(error?.code, 'cutStream');
    assert.deepEqual([attempts[0]?.usage.source, attempts[0]?.usage.outputTokens], [source, outputTokens]);
  });

test('much reasoning that is hidden from us is believed', async () => {
  await using harness = await startHarness();
  const usage = {
    prompt_tokens: 3,
    completion_tokens: 30_002,
    completion_tokens_details: { reasoning_tokens: 30_000 },
  };
  harness.simulator.script({ text: 'two words', usage });
  const [attempt] = (await harness.run()).attempts;
  assert.equal(attempt?.usage.source, 'provider');
  assert.equal(attempt.usage.outputTokens, 30_002);
});

test('a stream that breaks after the model has stopped is an answer, and its usage is counted by us', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ frames: [deltaChunk('m', { content: 'all of it' }, 'stop')], cutAfter: 1 });
  const { events, attempts, error } = await harness.run();
  assert.equal(error, null);
  assert.deepEqual(events.at(-1), { type: 'end', reason: 'stop' });
  assert.equal(attempts[0]?.outcome, 'answered');
  assert.equal(attempts[0].usage.source, 'counted');
});

for (const [what, model, served] of [
  ['another name than the one that was asked for', 'test-model-2026-08-07', 'test-model-2026-08-07'],
  ['the name that was asked for', 'test-model', null],
  ['a text that is no name', 'You asked: one two three', null],
  ['nothing', undefined, null],
] as const)
  test(`of a model that says it is ${what}, ${served ?? 'nothing'} is recorded`, async () => {
    await using harness = await startHarness();
    const chunk = { choices: [{ index: 0, delta: { content: 'yes' }, finish_reason: 'stop' }], model };
    harness.simulator.script({ frames: [chunk, '[DONE]'] });
    assert.equal((await harness.run()).attempts[0]?.servedModel, served);
  });

test('thinking that is billed without a name is believed', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ text: 'yes', usage: { prompt_tokens: 3, completion_tokens: 15_000 } });
  assert.equal((await harness.run()).attempts[0]?.usage.outputTokens, 15_000);
});

test('a free provider costs nothing, also where nobody can count', async () => {
  const broken = () => Promise.reject(new Error('no such encoding'));
  await using harness = await startHarness({
    counter: { countMessages: broken, countText: broken, countTools: broken },
    prices: await createPriceBook(),
  });
  harness.simulator.script({ text: 'yes', usage: 'missing' });
  const { provider } = harness.call();
  const call = { ...harness.call(), provider: { ...provider, free: true } };
  assert.deepEqual((await harness.run(call)).attempts[0]?.cost, { nano: 0, priceVersion: 'free' });
});

test('an empty answer is an answer', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ chunks: [] });
  const { events, attempts } = await harness.run();
  assert.deepEqual(
    events.map((event) => event.type),
    ['attempt', 'end'],
  );
  assert.equal(attempts[0]?.firstTextMs, null);
});

test('an answer is given before the provider ends its stream, and the connection is kept for the next', async () => {
  await using harness = await startHarness();
  const gate = Promise.withResolvers<void>();
  const frames = [deltaChunk('m', { content: 'yes' }, 'stop'), '[DONE]'];
  harness.simulator.script({ frames, gates: { 3: gate.promise } });
  assert.equal((await harness.run()).error, null);
  // Time in which a connection that was closed would be seen to be.
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  gate.resolve();
  assert.equal(await harness.simulator.requests[0]?.closedEarly, false);
});

test('a provider that never ends its stream is left after a second', async (t) => {
  let signal: AbortSignal | null | undefined;
  const fetch: Fetch = async (_, init) => {
    signal = init?.signal;
    const events = frame(deltaChunk('m', { content: 'yes' }, 'stop')) + frame('[DONE]');
    return new Response(
      new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(events)) }),
    );
  };
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await using harness = await startHarness({ fetch });
  assert.equal((await harness.run()).text, 'yes');
  assert.equal(signal?.aborted, false);
  t.mock.timers.tick(1000);
  assert.equal(signal?.aborted, true);
});

test('a reader that leaves early closes the connection', async () => {
  await using harness = await startHarness();
  harness.simulator.script({ chunks: ['one', 'two'], hangAfter: 1 });
  for await (const event of harness.send(harness.call())) {
    assert.equal(event.type, 'text');
    break;
  }
  assert.equal(await harness.simulator.requests[0]?.closedEarly, true);
});

test('an answer that nobody can count is given all the same, at a cost that is unknown', async () => {
  const broken = () => Promise.reject(new Error('no such encoding'));
  await using harness = await startHarness({
    counter: { countMessages: broken, countText: broken, countTools: broken },
  });
  harness.simulator.script({ text: 'two words', usage: 'missing' });
  const { text, attempts, error } = await harness.run();
  assert.equal(error, null);
  assert.equal(text, 'two words');
  assert.equal(attempts.length, 1);
  assert.deepEqual(attempts[0]?.cost, { nano: null, priceVersion: null });
});

/** A fetch that answers everything with `body` as JSON. */
const answering = (body: unknown): { fetch: Fetch } => ({
  fetch: async () => Response.json(body, { headers: { 'content-type': 'application/json; charset=utf-8' } }),
});

test('a server that answers a request for a stream at once is understood, and its usage is charged', async () => {
  const message = {
    role: 'assistant',
    content: 'two words',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'read', arguments: '{}' } }],
  };
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  await using harness = await startHarness(
    answering({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage }),
  );
  const { text, events, attempts, error } = await harness.run();
  assert.equal(error, null);
  assert.equal(text, 'two words');
  assert.deepEqual(events[1], { type: 'toolCall', id: 'a', name: 'read', arguments: '{}' });
  assert.equal(attempts[0]?.usage.source, 'provider');
  assert.equal(attempts[0].cost.nano, 23);
});

test('an error that comes as JSON with the status of an answer is that error', async () => {
  await using harness = await startHarness(
    answering({ error: { message: 'slow down', code: 'rate_limit_exceeded' } }),
  );
  assert.equal((await harness.run()).error?.code, 'rateLimited');
});

test('a stream that calls itself JSON is read all the same', async () => {
  const events = frame(deltaChunk('m', { content: 'yes' }, 'stop')) + frame('[DONE]');
  await using harness = await startHarness({
    fetch: async () => new Response(events, { headers: { 'content-type': 'application/json' } }),
  });
  assert.equal((await harness.run()).text, 'yes');
});
