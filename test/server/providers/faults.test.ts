import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { Fetch } from '../../../server/providers/keep-alive-fetch.ts';
import { toProviderError } from '../../../server/providers/provider-errors.ts';
import type { Answer } from '../../simulator/simulator.ts';
import { deltaChunk, errorBody } from '../../simulator/wire.ts';
import { KEY, startHarness } from './harness.ts';

/** What the provider's messages quote; it must not come out anywhere. */
const SECRET = 'the-secret-of-the-prompt';

interface Expected {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
  readonly says?: RegExp;
}

const failing = (status: number, code: string | null, message = `${SECRET} ${KEY}`): Answer => ({
  status,
  errorBody: errorBody(code, message),
});

const FAULTS: Readonly<Record<string, [answer: Answer, expected: Expected]>> = {
  'a refused key': [failing(401, 'invalid_api_key'), { code: 'keyRefused' }],
  'a key without permission': [failing(403, null), { code: 'keyRefused' }],
  'an unknown model': [failing(404, null), { code: 'noSuchModel', says: /test-model/ }],
  'an unknown model by its code': [failing(400, 'model_not_found'), { code: 'noSuchModel' }],
  'a wrong path': [
    { status: 404, errorBody: `<h1>${SECRET}</h1>` },
    { code: 'malformedStream', says: /base URL/ },
  ],
  'an answer without a body': [
    { status: 204 },
    { code: 'malformedStream', retryable: true, says: /cannot be read/ },
  ],
  'a rate limit': [failing(429, 'rate_limit_exceeded'), { code: 'rateLimited', retryable: true }],
  'a rate limit with seconds to wait': [
    { ...failing(429, null), headers: { 'retry-after': '7' } },
    { code: 'rateLimited', retryable: true, retryAfterMs: 7000, says: /in 7 s/ },
  ],
  'a rate limit with milliseconds to wait': [
    { ...failing(429, null), headers: { 'retry-after-ms': '1250', 'retry-after': '9' } },
    { code: 'rateLimited', retryable: true, retryAfterMs: 1250, says: /in 2 s/ },
  ],
  'a rate limit until a date': [
    { ...failing(429, null), headers: { 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' } },
    { code: 'rateLimited', retryable: true, retryAfterMs: 90_000 },
  ],
  'a rate limit until a date in the past': [
    { ...failing(429, null), headers: { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' } },
    { code: 'rateLimited', retryable: true, retryAfterMs: 0 },
  ],
  'a rate limit with nonsense to wait': [
    { ...failing(429, null), headers: { 'retry-after': 'soon' } },
    { code: 'rateLimited', retryable: true, retryAfterMs: null },
  ],
  'no quota': [failing(429, 'insufficient_quota'), { code: 'quotaExceeded' }],
  'no balance': [failing(402, null), { code: 'quotaExceeded' }],
  'a context too long, by its code': [failing(400, 'context_length_exceeded'), { code: 'contextTooLong' }],
  'a context too long, by its message': [
    failing(400, null, "This model's maximum context length is 8192 tokens"),
    { code: 'contextTooLong' },
  ],
  'a context too long for the server': [
    failing(413, null, 'exceeds the context window'),
    { code: 'contextTooLong' },
  ],
  'a request too large': [failing(413, null), { code: 'badRequest', says: /413/ }],
  'a bad parameter': [
    {
      status: 400,
      errorBody: {
        error: { message: SECRET, type: 'invalid_request_error', param: 'top_p', code: 'invalid_value' },
      },
    },
    { code: 'badRequest', says: /\(400: invalid_value, top_p\)/ },
  ],
  'a model that takes no tools, by Ollama': [
    failing(400, null, 'registry.ollama.ai/library/gemma3:4b does not support tools'),
    { code: 'badRequest', says: /tools not supported\)/ },
  ],
  'a server that takes no tools, by vLLM': [
    failing(
      400,
      null,
      '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    ),
    { code: 'badRequest', says: /tools not supported\)/ },
  ],
  'a model that takes no tools, by OpenAI': [
    failing(400, null, "Unsupported parameter: 'tools' is not supported with this model."),
    { code: 'badRequest', says: /tools not supported\)/ },
  ],
  'a tool that is wrong': [
    failing(400, null, "tools[0].function.parameters: 'format' is not supported"),
    { code: 'badRequest', says: /\(400: simulated_error\)/ },
  ],
  'a bad request whose code is a sentence': [
    failing(422, `${SECRET} is not allowed`),
    { code: 'badRequest', says: /\(422: simulated_error\)/ },
  ],
  'a request timeout of the provider': [failing(408, null), { code: 'timeout', retryable: true }],
  'a conflict': [failing(409, null), { code: 'providerDown', retryable: true }],
  'a fault of the provider': [failing(500, null), { code: 'providerDown', retryable: true, says: /500/ }],
  'a fault with a page instead of a body': [
    { status: 502, html: true },
    { code: 'providerDown', retryable: true, says: /502/ },
  ],
  'an overloaded provider that says when to come back': [
    { ...failing(503, null), headers: { 'retry-after': '1.5' } },
    { code: 'providerDown', retryable: true, retryAfterMs: 1500 },
  ],
  'a redirection': [
    { status: 307, headers: { location: 'http://127.0.0.1:9/elsewhere' } },
    { code: 'malformedStream', says: /base URL/ },
  ],
  'a connection that breaks before the headers': [
    { cutBeforeHeaders: true },
    { code: 'network', retryable: true, says: /127\.0\.0\.1:\d+/ },
  ],
  'a connection that breaks before the first chunk': [
    { cutAfter: 0, text: 'x' },
    { code: 'network', retryable: true },
  ],
  'a page instead of a stream': [{ html: true }, { code: 'malformedStream', retryable: false }],
  'a stream without an answer in it': [{ frames: ['[DONE]'] }, { code: 'malformedStream', retryable: false }],
  'JSON that is broken': [
    { malformedAfter: 0, text: 'x' },
    { code: 'malformedStream', retryable: true },
  ],
  'an error in the stream, with a status': [
    { frames: [{ error: { code: 429, message: SECRET } }] },
    { code: 'rateLimited', retryable: true },
  ],
  'an error in the stream, with a code': [
    { frames: [{ error: { code: 'server_error', message: SECRET } }] },
    { code: 'providerDown', retryable: true },
  ],
  'an error in the stream, with a type': [
    { frames: [{ error: { type: 'overloaded_error', message: SECRET } }] },
    { code: 'providerDown', retryable: true },
  ],
  'an error in the stream that says nothing': [
    { frames: [{ error: { message: SECRET } }] },
    { code: 'malformedStream', retryable: true },
  ],
  'an error in the stream that is a text': [
    { frames: [{ error: SECRET }] },
    { code: 'malformedStream', retryable: true },
  ],
};

for (const [what, [answer, expected]] of Object.entries(FAULTS))
  test(`${what} is "${expected.code}", costs nothing and quotes nobody`, async () => {
    await using harness = await startHarness();
    harness.simulator.script(answer);
    const { events, attempts, error } = await harness.run();
    assert.equal(error?.code, expected.code);
    assert.equal(error.retryable, expected.retryable ?? false);
    if (expected.retryAfterMs !== undefined) assert.equal(error.retryAfterMs, expected.retryAfterMs);
    if (expected.says !== undefined) assert.match(error.message, expected.says);
    assert.equal(events.length, 1);
    assert.equal(attempts[0]?.outcome, 'failed');
    assert.equal(attempts[0].errorCode, expected.code);
    assert.equal(attempts[0].usage.inputTokens + attempts[0].usage.outputTokens, 0);
    assert.deepEqual(attempts[0].cost, { nano: 0, priceVersion: null });
    assertQuotesNobody(error);
  });

/** Looks through an error and all its causes, hidden fields included. */
function assertQuotesNobody(error: unknown): void {
  for (let depth = 0, current = error; current instanceof Error; depth++, current = current.cause) {
    assert.ok(depth < 5);
    const fields = Object.getOwnPropertyNames(current).map((name) =>
      String(Object.getOwnPropertyDescriptor(current, name)?.value),
    );
    for (const field of fields) {
      assert.equal(field.includes(SECRET), false, 'quotes the provider');
      assert.equal(field.includes(KEY), false, 'quotes the key');
    }
  }
}

const BROKEN: Readonly<Record<string, [answer: Answer, code: ErrorCode]>> = {
  'a connection that breaks': [{ chunks: ['two words ', 'lost'], cutAfter: 1 }, 'cutStream'],
  'a stream that ends without a reason': [{ text: 'two words', finishReason: null }, 'cutStream'],
  'a fault that the provider reports as a reason': [
    { text: 'two words', finishReason: 'error' },
    'cutStream',
  ],
  'broken JSON': [{ chunks: ['two words ', 'lost'], malformedAfter: 1 }, 'malformedStream'],
  'an error in the stream': [
    { frames: [deltaChunk('m', { content: 'two words' }), { error: { code: 500 } }] },
    'providerDown',
  ],
};
for (const [what, [answer, code]] of Object.entries(BROKEN))
  test(`${what} after some text is "${code}", and what came is charged by our own count`, async () => {
    await using harness = await startHarness();
    harness.simulator.script(answer);
    const { text, attempts, error } = await harness.run();
    assert.equal(error?.code, code);
    assert.equal(text.trim(), 'two words');
    assert.equal(attempts.length, 1);
    assert.equal(attempts[0]?.outcome, 'failed');
    assert.equal(attempts[0].usage.source, 'counted');
    assert.equal(attempts[0].cost.nano, 23);
  });

test('an endpoint where nobody listens is "network" and may be tried again', async () => {
  await using harness = await startHarness();
  const gone = await startHarness();
  const call = harness.call({ provider: gone.call().provider });
  await gone[Symbol.asyncDispose]();
  const { attempts, error } = await harness.run(call);
  assert.equal(error?.code, 'network');
  assert.equal(error.retryable, true);
  assert.match(String(error.cause), /ECONNREFUSED/);
  assert.equal(attempts[0]?.outcome, 'failed');
});

/** Lets minutes go by until `running` has settled. */
async function outlast<Value>(context: TestContext, running: Promise<Value>): Promise<Value> {
  let settled = false;
  const watched = running.finally(() => {
    settled = true;
  });
  while (!settled) {
    context.mock.timers.tick(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return watched;
}

test('a provider that is silent before its headers times out, and the connection is closed', async (t) => {
  await using harness = await startHarness();
  harness.simulator.script({ hangBeforeHeaders: true });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const running = harness.run();
  const request = await harness.simulator.request(0);
  const { attempts, error } = await outlast(t, running);
  assert.equal(error?.code, 'timeout');
  assert.equal(error.retryable, true);
  assert.match(error.message, /60 s/);
  assert.equal(attempts[0]?.usage.inputTokens, 0);
  assert.equal(await request.closedEarly, true);
});

test('a provider that falls silent in the middle times out, and what came is charged', async (t) => {
  await using harness = await startHarness();
  harness.simulator.script({ chunks: ['two words ', 'lost'], hangAfter: 1 });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const reply = harness.send(harness.call())[Symbol.asyncIterator]();
  assert.deepEqual((await reply.next()).value, { type: 'text', text: 'two words ' });
  const { value } = await outlast(t, reply.next());
  assert.ok(value?.type === 'attempt');
  assert.equal(value.attempt.errorCode, 'timeout');
  assert.equal(value.attempt.cost.nano, 23);
  await assert.rejects(reply.next(), { code: 'timeout', retryable: true });
  assert.equal(await harness.simulator.requests[0]?.closedEarly, true);
});

test('the limit on silence is the one of the settings', async () => {
  const silent: Fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  await using harness = await startHarness({ fetch: silent });
  const call = harness.call();
  const { error } = await harness.run({ ...call, settings: { ...call.settings, timeoutSeconds: 0.05 } });
  assert.equal(error?.code, 'timeout');
  assert.match(error.message, /0\.05 s/);
});

test('whatever is thrown becomes an error of the catalogue', () => {
  const context = { provider: 'Test', model: 'm', baseUrl: 'http://x/v1', timeoutSeconds: 1, now: 0 };
  const circular = new Error('outer');
  circular.cause = circular;
  for (const thrown of [undefined, null, 'text', 7, {}, circular, { status: 'x' }, { error: null }])
    assert.equal(toProviderError(thrown, { ...context, begun: false }).code, 'network');
});
