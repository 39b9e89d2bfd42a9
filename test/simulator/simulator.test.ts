import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Simulator, startSimulator } from './simulator.ts';

const chat = (simulator: Simulator, body: object, path = '/chat/completions') =>
  fetch(`${simulator.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'a secret prompt' }], ...body }),
  });

test('a request that no test scripted gets status 500 and fails the test, without its content', async () => {
  const simulator = await startSimulator();
  const response = await chat(simulator, {});
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), {
    error: {
      message: 'unscripted POST /v1/chat/completions',
      type: 'simulated_error',
      param: null,
      code: 'unscripted',
    },
  });
  await assert.rejects(simulator.stop(), {
    message: 'the simulator was not told of: POST /v1/chat/completions',
  });
});

test('a scripted answer that nobody asked for fails the test', async () => {
  const simulator = await startSimulator();
  simulator.script({ text: 'unused' });
  assert.throws(() => simulator.assertDone(), /1 scripted answer/);
  await assert.rejects(simulator.stop(), /1 scripted answer/);
});

test('a scripted answer to chat requests does not answer anything else', async () => {
  const simulator = await startSimulator();
  simulator.script({ text: 'for a chat' });
  assert.equal((await chat(simulator, {}, '/embeddings')).status, 500);
  await assert.rejects(simulator.stop(), /POST \/v1\/embeddings/);
});

test('a request takes the first answer that matches it', async () => {
  await using simulator = await startSimulator();
  const isFor = (model: string) => ({
    match: ({ body }: { body: unknown }) => JSON.stringify(body).includes(`"model":"${model}"`),
  });
  simulator.script({ ...isFor('b'), text: 'of b' }, { ...isFor('a'), text: 'of a' });
  assert.match(await (await chat(simulator, { model: 'a' })).text(), /of a/);
  assert.match(await (await chat(simulator, { model: 'b' })).text(), /of b/);
});

test('a request for no stream gets the whole answer', async () => {
  await using simulator = await startSimulator();
  simulator.script({ chunks: ['one ', 'two'], reasoning: 'hm' });
  assert.deepEqual(await (await chat(simulator, {})).json(), {
    id: 'chatcmpl-simulated',
    object: 'chat.completion',
    created: 0,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'one two', refusal: null, reasoning_content: 'hm' },
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 3,
      completion_tokens: 3,
      total_tokens: 6,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
  });
});

test('a stream is chunks, the reason, the usage and the sentinel', async () => {
  await using simulator = await startSimulator();
  simulator.script({ chunks: ['one ', 'two'], finishReason: 'length' });
  const response = await chat(simulator, { stream: true });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const events = (await response.text())
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
  assert.equal(events.at(-1), '[DONE]');
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event));
  assert.deepEqual(
    chunks.flatMap((chunk) => chunk.choices).map((choice) => [choice.delta, choice.finish_reason]),
    [
      [{ content: 'one ' }, null],
      [{ content: 'two' }, null],
      [{}, 'length'],
    ],
  );
  assert.equal(chunks.at(-1).usage.completion_tokens, 2);
});

test('an answer waits at its gates, and a client that leaves is noticed', async () => {
  await using simulator = await startSimulator();
  const gate = Promise.withResolvers<void>();
  simulator.script({ chunks: ['one', 'two'], gates: { 0: gate.promise }, hangAfter: 1 });
  const controller = new AbortController();
  const answering = fetch(`${simulator.baseUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ stream: true }),
    signal: controller.signal,
  });
  const request = await simulator.request(0);
  assert.equal(await Promise.race([answering.then(() => 'answered'), Promise.resolve('waiting')]), 'waiting');
  gate.resolve();
  await (await answering).body?.getReader().read();
  controller.abort();
  assert.equal(await request.closedEarly, true);
});

test('a connection that the simulator cuts is not taken for a client that left', async () => {
  await using simulator = await startSimulator();
  simulator.script({ cutBeforeHeaders: true });
  await assert.rejects(chat(simulator, { stream: true }));
  assert.equal(await simulator.requests[0]?.closedEarly, false);
});
