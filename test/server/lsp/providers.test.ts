/** Tests of connections over a scripted probe: what is asked, with which key, and what the user is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../protocol/settings.ts';
import type { EndpointProbe, ModelList } from '../../../server/calls/endpoint-probe.ts';
import type { HandlerContext } from '../../../server/lsp/context.ts';
import { discoverProviders, probeEndpoint, testConnection } from '../../../server/lsp/providers.ts';
import { createHealth } from '../../../server/pipeline/health.ts';
import { fakeKeys, testClock } from '../../support/pipeline-fakes.ts';
import { fault } from '../../support/scripted-legs.ts';

const A = 'https://a.test/v1';
const B = 'https://b.test/v1';

const SIM = { name: 'Sim', baseUrl: A, models: ['m1', 'm2'], needsKey: true, keyEnvironment: 'SIM_KEY' };

type Asked = Parameters<EndpointProbe['models']>[0];

/** A connection whose probe answers what was scripted for a base URL, and refuses to ask anybody else. */
function setUp(
  answers: Readonly<Record<string, Partial<ModelList>>>,
  { providers = [SIM], trusted = true }: { providers?: readonly object[]; trusted?: boolean } = {},
) {
  const clock = testClock();
  const health = createHealth({ clock, changed: () => undefined });
  const asked: Asked[] = [];
  const endpoints: EndpointProbe = {
    models(endpoint) {
      asked.push(endpoint);
      const answer = answers[endpoint.baseUrl];
      if (answer === undefined) throw new Error(`nobody scripted ${endpoint.baseUrl}`);
      return Promise.resolve({ problem: null, models: null, milliseconds: 5, ...answer });
    },
  };
  const { settings } = parseSettings({ providers });
  const session = { settings, trusted, keys: fakeKeys({ Sim: 'secret' }) };
  const context = { session, daemon: { endpoints, health, clock } } as unknown as HandlerContext;
  const open = (baseUrl: string) => {
    for (let time = 0; time < 5; time++) {
      const admission = health.admit(baseUrl);
      assert.ok(admission.admitted);
      admission.ended(fault('providerDown'));
    }
  };
  return { context, health, asked, open };
}

test('a provider is asked with its key, and one that answers is paused no more', async () => {
  const { context, health, asked, open } = setUp({ [A]: { models: ['m1', 'm2', 'm3'] } });
  open(A);
  assert.deepEqual(await testConnection(context, { provider: 'Sim' }), {
    ok: true,
    message: 'Sim answers and has 3 models, all configured ones among them.',
    models: ['m1', 'm2', 'm3'],
    missing: [],
    milliseconds: 5,
  });
  assert.deepEqual(
    asked.map(({ name, baseUrl, key }) => [name, baseUrl, key]),
    [['Sim', A, 'secret']],
  );
  assert.equal(health.of(A).circuit, 'closed');
  assert.notEqual(health.of(A).lastSuccessAt, null, 'it is not told as one that nobody tried');
});

test('a provider that does not answer stays paused, and its problem is the message', async () => {
  const { context, health, open } = setUp({ [A]: { problem: 'It is down. Try again.', milliseconds: 9 } });
  open(A);
  assert.deepEqual(await testConnection(context, { provider: 'Sim' }), {
    ok: false,
    message: 'It is down. Try again.',
    models: [],
    missing: [],
    milliseconds: 9,
  });
  assert.equal(health.of(A).circuit, 'open');
});

test('configured models that its list lacks are named', async () => {
  const { context } = setUp({ [A]: { models: ['m2'] } });
  const { ok, missing, message } = await testConnection(context, { provider: 'Sim' });
  assert.deepEqual([ok, missing], [true, ['m1']]);
  assert.match(message, /its list lacks m1\. Correct farthing\.providers/);
});

test('an endpoint without a list of models lacks none', async () => {
  const { context } = setUp({ [A]: { models: null } });
  const { ok, missing, message } = await testConnection(context, { provider: 'Sim' });
  assert.deepEqual([ok, missing], [true, []]);
  assert.match(message, /answers, without a list of models/);
});

const twoEndpoints = { providers: [{ ...SIM, alternatives: [B, A] }] };

test('endpoints that are alike speak once, each is asked once', async () => {
  const models = ['m1', 'm2'];
  const { context, asked } = setUp(
    { [A]: { models, milliseconds: 5 }, [B]: { models, milliseconds: 8 } },
    twoEndpoints,
  );
  const { ok, message, milliseconds } = await testConnection(context, { provider: 'Sim' });
  assert.deepEqual([ok, milliseconds], [true, 8]);
  assert.equal(message, 'Sim answers and has 2 models, all configured ones among them.');
  assert.deepEqual(
    asked.map(({ baseUrl, key }) => [baseUrl, key]),
    [
      [A, 'secret'],
      [B, 'secret'],
    ],
  );
});

test('endpoints that differ are named, and only the one that answers is paused no more', async () => {
  const { context, health, open } = setUp(
    { [A]: { problem: 'It is down. Try again.' }, [B]: { models: ['m1'] } },
    twoEndpoints,
  );
  open(A);
  open(B);
  const { ok, message, models, missing } = await testConnection(context, { provider: 'Sim' });
  assert.deepEqual([ok, models, missing], [false, ['m1'], ['m2']]);
  assert.match(message, /^a\.test: It is down\. Try again\. b\.test: Sim answers, but its list lacks m2\./);
  assert.deepEqual([health.of(A).circuit, health.of(B).circuit], ['open', 'closed']);
});

const refusals: readonly (readonly [string, Parameters<typeof setUp>[1], string, string, RegExp])[] = [
  ['a provider that is not configured', {}, 'Other', 'unknownProvider', /"Other".*choose one of: Sim\./],
  ['no provider at all', { providers: [] }, 'Sim', 'noProvider', /farthing\.providers/],
  [
    'a provider without a key',
    { providers: [{ ...SIM, name: 'Keyless' }] },
    'Keyless',
    'noKey',
    /No API key for Keyless.*SIM_KEY/,
  ],
  ['an untrusted workspace', { trusted: false }, 'Sim', 'untrusted', /nothing is sent/],
];
for (const [what, options, provider, code, message] of refusals) {
  test(`with ${what} nobody is asked`, async () => {
    const { context, asked } = setUp({}, options);
    await assert.rejects(testConnection(context, { provider }), { code, message });
    assert.equal(asked.length, 0);
  });
}

test('an endpoint that is being set up is asked with the key that was typed', async () => {
  const { context, asked } = setUp({ 'http://new.test/v1': { models: ['m1'] } });
  const endpoint = { name: 'New', baseUrl: 'http://new.test/v1', key: 'typed' };
  const { message, missing } = await probeEndpoint(context, endpoint);
  assert.deepEqual([message, missing], ['New answers and has 1 model.', []]);
  assert.equal(asked[0]?.key, 'typed');
});

test('local servers are those of this machine that answer with a list', async () => {
  const { context, asked } = setUp({
    'http://127.0.0.1:11434/v1': { models: ['llama'] },
    'http://127.0.0.1:1234/v1': { problem: 'Nobody is there.' },
  });
  assert.deepEqual(await discoverProviders(context), [
    { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['llama'] },
  ]);
  for (const { baseUrl, key } of asked) {
    assert.equal(new URL(baseUrl).hostname, '127.0.0.1');
    assert.equal(key, null);
  }
});

test('an untrusted workspace asks neither for local servers nor of a new endpoint', async () => {
  const { context, asked } = setUp({}, { trusted: false });
  await assert.rejects(discoverProviders(context), { code: 'untrusted' });
  await assert.rejects(probeEndpoint(context, { name: 'New', baseUrl: A, key: null }), { code: 'untrusted' });
  assert.equal(asked.length, 0);
});
