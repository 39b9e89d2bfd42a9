/** What windows see when an endpoint fails: the call goes on elsewhere, the account is true, the endpoint is paused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGES, type ProviderState } from '../../../protocol/messages.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { listenOnLoopback } from '../../simulator/loopback.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { until } from '../../support/daemon-process.ts';
import { type Scene, setScene, textOf, type Window } from './harness.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };

/** A base URL where nobody listens. */
async function nowhere(): Promise<string> {
  const { baseUrl, close } = await listenOnLoopback(() => undefined);
  await close();
  return baseUrl;
}

/** A window whose first provider is "Local" at `baseUrl` and whose chain leads to "Sim". */
const openWithChain = (scene: Scene, baseUrl: string, local: Readonly<Record<string, unknown>> = {}) =>
  scene.open({
    providers: [
      { name: 'Local', baseUrl, models: ['gpt-5-mini'], pricedAs: 'openai', ...local },
      {
        name: 'Sim',
        baseUrl: scene.simulator.baseUrl,
        models: ['gpt-4.1'],
        needsKey: true,
        pricedAs: 'openai',
      },
    ],
    'fallback.chain': ['Sim/gpt-4.1'],
  });

const decisionsOf = ({ decisions }: Receipt) =>
  decisions.filter(({ stage }) => stage === 'fallback' || stage === 'retry');

const attemptsOf = async (window: Window, { callId }: Receipt) =>
  (await window.client.request(MESSAGES.callDetails, { callId }))?.attempts.map(
    ({ provider, model, outcome, errorCode }) => [provider, model, outcome, errorCode],
  );

const endpointOf = async (window: Window) => {
  const [provider] = (await window.client.request(MESSAGES.providers, {})) as [ProviderState];
  const [endpoint] = provider.endpoints;
  assert.ok(endpoint !== undefined);
  return endpoint;
};

test('where the first endpoint is down the next in the chain answers, and the account names both', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'from the spare', usage: USAGE });
  const window = await openWithChain(scene, await nowhere());
  const receipt = await window.run('Say hello.');
  assert.equal(textOf(window.deltas), 'from the spare');
  assert.deepEqual([receipt.outcome, receipt.provider, receipt.model], ['answered', 'Sim', 'gpt-4.1']);
  // 1,000 input tokens at $2.00 and 100 output tokens at $8.00 a million.
  assert.equal(receipt.cost.nano, 2_800_000);
  assert.equal(receipt.wasteNano, 0);
  assert.deepEqual(
    decisionsOf(receipt).map(({ action }) => action),
    ['retried', 'fellBack'],
  );
  assert.match(
    decisionsOf(receipt)[1]?.why ?? '',
    /^Local\/gpt-5-mini at 127\.0\.0\.1:\d+ could not be reached; went on to Sim\/gpt-4\.1 at/,
  );
  assert.deepEqual(await attemptsOf(window, receipt), [
    ['Local', 'gpt-5-mini', 'failed', 'network'],
    ['Local', 'gpt-5-mini', 'failed', 'network'],
    ['Sim', 'gpt-4.1', 'answered', null],
  ]);
});

test('the other endpoints of a provider come before the chain, with the same key', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'from the other endpoint' });
  const baseUrl = await nowhere();
  const window = await scene.open({
    providers: [
      {
        name: 'Sim',
        baseUrl,
        alternatives: [scene.simulator.baseUrl],
        models: ['gpt-5-mini'],
        needsKey: true,
      },
    ],
  });
  const receipt = await window.run('Say hello.');
  assert.deepEqual([receipt.provider, receipt.model], ['Sim', 'gpt-5-mini']);
  assert.match((await scene.simulator.request(0)).headers.authorization ?? '', /^Bearer sk-/);
});

test('a server of one’s own that is full overflows at once', async () => {
  await using scene = await setScene();
  await using local = await startSimulator();
  local.script({ status: 429, headers: { 'retry-after': '1' } });
  scene.simulator.script({ text: 'from the spare' });
  const window = await openWithChain(scene, local.baseUrl);
  const receipt = await window.run('Say hello.');
  assert.equal(receipt.provider, 'Sim');
  assert.equal(local.requests.length, 1);
  assert.equal((await endpointOf(window)).lastError?.code, 'rateLimited');
  assert.equal((await endpointOf(window)).failuresInRow, 0, 'to be full is no fault');
});

test('a server of one’s own that is slow to begin is left, and what it used is charged', async () => {
  await using scene = await setScene();
  await using local = await startSimulator();
  local.script({ text: 'at once' }, { chunks: ['never shown'], hangAfter: 0 });
  scene.simulator.script({ text: 'from the spare', usage: USAGE });
  const window = await openWithChain(scene, local.baseUrl, { firstTokenSeconds: 1 });
  // A daemon's first call loads what it needs, and on a busy machine that alone may take the time.
  await window.run('Say nothing.', { stagesOff: ['fallback'] });
  window.deltas.splice(0);
  const receipt = await window.run('Say hello.');
  assert.equal(textOf(window.deltas), 'from the spare');
  assert.equal(await (await local.request(1)).closedEarly, true);
  assert.ok((receipt.wasteNano ?? 0) > 0, 'its input was read, so it is paid for');
  assert.equal(receipt.cost.nano, 2_800_000 + (receipt.wasteNano ?? 0));
  assert.deepEqual(await attemptsOf(window, receipt), [
    ['Local', 'gpt-5-mini', 'aborted', 'slowStart'],
    ['Sim', 'gpt-4.1', 'answered', null],
  ]);
});

test('an answer that broke off after its text had begun is not asked for again, here or elsewhere', async () => {
  await using scene = await setScene();
  await using local = await startSimulator();
  local.script({ chunks: ['Once ', 'upon'], cutAfter: 1 });
  const window = await openWithChain(scene, local.baseUrl);
  await assert.rejects(window.run('Tell me a story.'), { code: 'cutStream' });
  assert.equal(textOf(window.deltas), 'Once ');
  assert.equal(local.requests.length, 1);
  assert.equal(scene.simulator.requests.length, 0);
});

test('an endpoint that keeps failing is paused for all windows, and the Providers view says so', async () => {
  await using scene = await setScene();
  scene.simulator.script(...Array.from({ length: 5 }, () => ({ status: 503 })));
  const window = await scene.open({ 'request.attempts': 1 });
  const other = await scene.open({ 'request.attempts': 1 });
  for (let call = 0; call < 5; call++)
    await assert.rejects(window.run(`Say hello ${call}.`), { code: 'providerDown' });
  const { circuit, failuresInRow, opensAt, lastError } = await endpointOf(other);
  assert.deepEqual([circuit, failuresInRow, lastError?.code], ['open', 5, 'providerDown']);
  assert.ok((opensAt ?? 0) > (lastError?.at ?? Number.POSITIVE_INFINITY));
  await until(() => other.heard.includes('farthing/healthChanged'), 'the news in the other window');
  await assert.rejects(other.run('Say hello.'), { code: 'endpointPaused' });
  assert.equal(scene.simulator.requests.length, 5);
});

test('a call that takes longer than its deadline ends, and its line says what was charged', async () => {
  await using scene = await setScene();
  scene.simulator.script({ chunks: ['Once ', 'upon'], hangAfter: 1 });
  const window = await scene.open({ 'request.deadlineSeconds': 2 });
  await assert.rejects(window.run('Tell me a story.'), { code: 'deadline' });
  assert.equal(await (await scene.simulator.request(0)).closedEarly, true);
  const { recent } = await window.client.request(MESSAGES.summary, { since: 0, recent: 1 });
  assert.equal(recent[0]?.outcome, 'failed');
  assert.ok((recent[0]?.costNano ?? 0) > 0);
});
