/** Tests of a connection through the daemon: what the endpoint is asked, and what becomes of its circuit. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { MESSAGES } from '../../../protocol/messages.ts';
import { listenOnLoopback } from '../../simulator/loopback.ts';
import { SECRET_KEY, setScene } from './harness.ts';

/** A provider that is overloaded when it is asked a prompt, until it is mended, and lists its models. */
async function startMoody() {
  const seen: string[] = [];
  let mended = false;
  const { baseUrl, close } = await listenOnLoopback((request, response) => {
    const key = createHash('sha256')
      .update(request.headers.authorization ?? '')
      .digest('hex');
    seen.push(`${request.method} ${request.url} ${key.slice(0, 8)}`);
    request.resume();
    const isList = request.url === '/v1/models';
    response.writeHead(mended || isList ? 200 : 503, { 'content-type': 'application/json' });
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'well' } }];
    response.end(JSON.stringify(isList ? { data: [{ id: 'gpt-5-mini' }] } : { choices }));
  });
  return {
    baseUrl,
    seen,
    mend: () => {
      mended = true;
    },
    [Symbol.asyncDispose]: close,
  };
}

const KEY_SEEN = createHash('sha256').update(`Bearer ${SECRET_KEY}`).digest('hex').slice(0, 8);

test('a test of the connection asks for models with the stored key, and calls go there again', async () => {
  await using scene = await setScene();
  await using moody = await startMoody();
  const window = await scene.open({
    providers: [{ name: 'Sim', baseUrl: moody.baseUrl, models: ['gpt-5-mini'], needsKey: true }],
    'request.attempts': 1,
  });
  const circuit = async () => (await window.client.request(MESSAGES.providers, {}))[0]?.endpoints[0]?.circuit;
  for (let call = 0; call < 5; call++)
    await assert.rejects(window.run(`Say hello ${call}.`), { code: 'providerDown' });
  assert.equal(await circuit(), 'open');

  moody.mend();
  const { ok, models, missing } = await window.client.request(MESSAGES.testConnection, { provider: 'Sim' });
  assert.deepEqual([ok, models, missing], [true, ['gpt-5-mini'], []]);
  assert.equal(moody.seen.at(-1), `GET /v1/models ${KEY_SEEN}`);
  assert.equal(await circuit(), 'closed');
  assert.equal((await window.run('Say hello.')).outcome, 'answered');
});

test('a window without trust tests nothing', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  await window.configure({}, false);
  await assert.rejects(window.client.request(MESSAGES.testConnection, { provider: 'Sim' }), {
    code: 'untrusted',
  });
  await assert.rejects(window.client.request(MESSAGES.discoverProviders, {}), { code: 'untrusted' });
  const endpoint = { name: 'New', baseUrl: scene.simulator.baseUrl, key: null };
  await assert.rejects(window.client.request(MESSAGES.probeEndpoint, endpoint), { code: 'untrusted' });
  assert.equal(scene.simulator.requests.length, 0);
});

test('a provider that is not configured is named with those that are', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  await assert.rejects(window.client.request(MESSAGES.testConnection, { provider: 'Other' }), {
    code: 'unknownProvider',
    message: /"Other" is configured.*choose one of: Sim\./,
  });
});
