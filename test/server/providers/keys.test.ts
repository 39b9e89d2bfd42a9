import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createClients } from '../../../server/providers/clients.ts';
import { fakeKeys } from '../../support/pipeline-fakes.ts';
import { KEY, startHarness } from './harness.ts';

/** Everything the openai package would take from the environment. */
const ENVIRONMENT = {
  OPENAI_API_KEY: 'environment-key',
  OPENAI_ADMIN_KEY: 'environment-admin-key',
  OPENAI_ORG_ID: 'environment-organisation',
  OPENAI_PROJECT_ID: 'environment-project',
  OPENAI_BASE_URL: 'http://127.0.0.1:9/environment',
  OPENAI_LOG: 'debug',
  OPENAI_CUSTOM_HEADERS: 'authorization: environment-header\nx-environment: environment-header',
} as const;

let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
  Object.assign(process.env, ENVIRONMENT);
});
afterEach(() => {
  for (const name of Object.keys(ENVIRONMENT)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

test("a request has its provider's key and nothing of the environment", async (t) => {
  const printed: unknown[] = [];
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const)
    t.mock.method(console, method, (...values: unknown[]) => printed.push(values));
  await using harness = await startHarness();
  harness.simulator.script({ text: 'yes' });
  assert.equal((await harness.run()).text, 'yes');
  const headers = harness.simulator.requests[0]?.headers ?? {};
  assert.equal(headers.authorization, `Bearer ${KEY}`);
  assert.equal(JSON.stringify(headers).includes('environment'), false);
  assert.equal(
    Object.keys(headers).some((name) => /^x-|openai/.test(name)),
    false,
  );
  assert.deepEqual(printed, []);
});

test('a stream that cannot be read is not printed', async (t) => {
  const printed: unknown[] = [];
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const)
    t.mock.method(console, method, (...values: unknown[]) => printed.push(values));
  await using harness = await startHarness();
  harness.simulator.script({ malformedAfter: 0, text: 'x' });
  assert.equal((await harness.run()).error?.code, 'malformedStream');
  assert.deepEqual(printed, []);
});

test('a provider that needs no key and has none gets no authorization', async () => {
  await using harness = await startHarness({ keys: fakeKeys() });
  harness.simulator.script({ text: 'yes' });
  assert.equal((await harness.run()).text, 'yes');
  assert.equal(harness.simulator.requests[0]?.headers.authorization, undefined);
});

test('a provider that needs a key and has none is not called', async () => {
  await using harness = await startHarness({ keys: fakeKeys() });
  const call = harness.call();
  const provider = { ...call.provider, needsKey: true, keyEnvironment: 'TEST_KEY' };
  const { events, error } = await harness.run({ ...call, provider });
  assert.equal(error?.code, 'noKey');
  assert.match(error.message, /TEST_KEY/);
  assert.deepEqual(events, []);
});

test('a key that no header can hold is refused before it is sent, and not quoted', async () => {
  await using harness = await startHarness({ keys: fakeKeys({ Test: `${KEY}\nx: y` }) });
  const { events, error } = await harness.run();
  assert.equal(error?.code, 'keyRefused');
  assert.equal(error.message.includes(KEY), false);
  assert.equal(error.cause, undefined);
  assert.deepEqual(events, []);
});

test('a client is made once for each endpoint and key, and old ones are given up', async () => {
  const clients = createClients();
  const first = await clients.get('http://a/v1', 'one');
  assert.equal(await clients.get('http://a/v1', 'one'), first);
  assert.notEqual(await clients.get('http://a/v1', 'two'), first);
  assert.notEqual(await clients.get('http://b/v1', 'one'), first);
  for (let index = 0; index < 16; index++) await clients.get('http://c/v1', `key-${index}`);
  assert.notEqual(await clients.get('http://a/v1', 'one'), first);
});
