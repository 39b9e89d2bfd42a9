/** What windows see of calls: streams, receipts, the cache, errors, the ledger they share. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { MESSAGES, type Message, type RunParams } from '../../../protocol/messages.ts';
import { until } from '../../support/daemon-process.ts';
import { SECRET_KEY, SECRET_PROMPT, setScene, textOf } from './harness.ts';

const USAGE = {
  prompt_tokens: 2000,
  completion_tokens: 300,
  total_tokens: 2300,
  prompt_tokens_details: { cached_tokens: 1024 },
  completion_tokens_details: { reasoning_tokens: 100 },
};

test('a prompt streams, is charged as the provider reports, and comes from the cache the second time', async () => {
  await using scene = await setScene();
  scene.simulator.script({ chunks: ['Hel', 'lo'], usage: USAGE });
  const window = await scene.open();
  const first = await window.run('Say hello.');
  assert.equal(textOf(window.deltas), 'Hello');
  assert.equal(first.outcome, 'answered');
  assert.deepEqual(
    [first.usage.inputTokens, first.usage.cachedInputTokens, first.usage.outputTokens, first.usage.source],
    [2000, 1024, 300, 'provider'],
  );
  assert.ok((first.cost.nano ?? 0) > 0);
  assert.match(first.cost.priceVersion ?? '', /^genai-prices@/);

  const second = await window.run('Say hello.');
  assert.equal(textOf(window.deltas), 'HelloHello');
  assert.equal(second.outcome, 'cached');
  assert.equal(second.cost.nano, 0);
  assert.equal(second.savedNano, first.cost.nano);
  assert.equal(scene.simulator.requests.length, 1);
});

test('a call from one window is seen in the other, and the sums are those of the lines', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'Hello', usage: USAGE });
  const one = await scene.open();
  const two = await scene.open();
  const receipt = await one.run('Say hello.');
  await two.run('Say hello.');
  await until(() => two.heard.includes('farthing/ledgerChanged'), 'the news in the second window');
  const { real, simulated, recent, byModel } = await two.client.request(MESSAGES.summary, {
    since: 0,
    recent: 10,
  });
  assert.equal(real.calls, 2);
  assert.equal(real.spend, receipt.cost.nano);
  assert.equal(real.saved, receipt.cost.nano);
  assert.equal(real.hitRate, 0.5);
  assert.equal(simulated.calls, 0);
  assert.equal(byModel[0]?.spend, receipt.cost.nano);
  assert.deepEqual(
    recent.map((line) => [line.outcome, line.prompt]),
    [
      ['cached', 'a.prompt.md'],
      ['answered', 'a.prompt.md'],
    ],
  );
});

test('cancelling stops the provider and charges what was generated', async () => {
  await using scene = await setScene();
  scene.simulator.script({ chunks: ['one two', ' three'], hangAfter: 1 });
  const window = await scene.open();
  const controller = new AbortController();
  const running = window.run('Count.', {}, controller.signal);
  await until(() => textOf(window.deltas) !== '', 'the first text');
  controller.abort();
  await assert.rejects(
    running,
    (
      error: Error & {
        code?: string;
        receipt?: { outcome: string; usage: { source: string; outputTokens: number } };
      },
    ) => {
      assert.equal(error.code, 'cancelled');
      assert.equal(error.receipt?.outcome, 'aborted');
      assert.equal(error.receipt?.usage.source, 'counted');
      assert.ok((error.receipt?.usage.outputTokens ?? 0) > 0);
      return true;
    },
  );
  assert.equal(await (await scene.simulator.request(0)).closedEarly, true);
});

test('a window that closes during a call does not lose the answer it paid for', async () => {
  await using scene = await setScene();
  const go = Promise.withResolvers<void>();
  scene.simulator.script({ chunks: ['Hel', 'lo'], gates: { 2: go.promise } });
  const leaving = await scene.open();
  const running = leaving.run('Say hello.').catch((error: Error) => error);
  await until(() => textOf(leaving.deltas) !== '', 'the first text');
  await leaving.client[Symbol.asyncDispose]();
  await running;
  go.resolve();
  const back = await scene.open();
  await until(() => back.heard.includes('farthing/ledgerChanged'), 'the end of the call');
  assert.equal((await back.run('Say hello.')).outcome, 'cached');
});

test('without a key nothing is sent, and the sentence says what to do', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  await window.client.request(MESSAGES.setKey, { provider: 'Sim', key: null, origin: 'secret storage' });
  await assert.rejects(window.run('Say hello.'), /No API key for Sim\. Run "Farthing: Set API Key"/);
  assert.equal(scene.simulator.requests.length, 0);
});

test('white space around a key is not sent, and a key of nothing else is none', async () => {
  await using scene = await setScene();
  scene.simulator.script({ text: 'Hello' });
  const window = await scene.open();
  const setKey = (key: string) =>
    window.client.request(MESSAGES.setKey, { provider: 'Sim', key, origin: 'environment' });
  await setKey(` ${SECRET_KEY}\r\n`);
  await window.run('Say hello.');
  assert.equal((await scene.simulator.request(0)).headers.authorization, `Bearer ${SECRET_KEY}`);
  await setKey('\n');
  await assert.rejects(window.run('Say it again.'), { code: 'noKey' });
});

const faults = [
  ['a refused key', { status: 401 }, 'keyRefused', 1],
  [
    'an unknown model',
    { status: 404, errorBody: { error: { code: 'model_not_found', message: 'x' } } },
    'noSuchModel',
    1,
  ],
  ['a malformed stream', { text: 'x', malformedAfter: 0 }, 'malformedStream', 1],
  ['a stream that is cut', { chunks: ['a', 'b'], cutAfter: 1 }, 'cutStream', 1],
] as const;
for (const [what, answer, code, requests] of faults) {
  test(`${what} ends the call with "${code}" and leaves one failed line`, async () => {
    await using scene = await setScene();
    scene.simulator.script(answer);
    const window = await scene.open({ 'request.attempts': 1 });
    await assert.rejects(window.run('Say hello.'), { code });
    assert.equal(scene.simulator.requests.length, requests);
    const { recent } = await window.client.request(MESSAGES.summary, { since: 0, recent: 5 });
    assert.deepEqual(
      recent.map((line) => line.outcome),
      ['failed'],
    );
  });
}

test('a provider that fails once and then answers costs the user only time', async () => {
  await using scene = await setScene();
  scene.simulator.script({ status: 500 }, { text: 'Hello' });
  const window = await scene.open();
  const receipt = await window.run('Say hello.');
  assert.equal(receipt.outcome, 'answered');
  assert.ok(receipt.decisions.some((decision) => decision.action === 'retried'));
});

test('a rate limit with Retry-After is waited for', async () => {
  await using scene = await setScene();
  scene.simulator.script({ status: 429, headers: { 'retry-after-ms': '20' } }, { text: 'Hello' });
  const window = await scene.open();
  assert.equal((await window.run('Say hello.')).outcome, 'answered');
});

test('a provider that hangs is given up after the time of the setting', async () => {
  await using scene = await setScene();
  scene.simulator.script({ hangBeforeHeaders: true });
  const window = await scene.open({ 'request.timeoutSeconds': 0.5, 'request.attempts': 1 });
  await assert.rejects(window.run('Say hello.'), { code: 'timeout' });
});

test('a provider that cannot be reached is named with its host', async () => {
  await using scene = await setScene();
  const nobody = { name: 'Sim', baseUrl: 'http://127.0.0.1:1/v1', models: ['m'], needsKey: false };
  const window = await scene.open({ providers: [nobody], 'request.attempts': 1 });
  await assert.rejects(window.run('Say hello.'), /Sim cannot be reached at 127\.0\.0\.1:1/);
});

const refusedPrompts = [
  ['an empty prompt', '---\ndescription: x\n---\n\n', /prompt is empty/],
  [
    'front matter that is no YAML',
    '---\ndescription: [\n---\nSay hello.',
    /front matter is not valid YAML \(line \d+/,
  ],
  ['a prompt of ten megabytes', 'word '.repeat(2_100_000), /10\.\d MB, more than the 8 MB/],
  ['a missing variable', 'Translate {{text}}.', /needs a value for \{\{text\}\}/],
] as const;
for (const [what, text, sentence] of refusedPrompts) {
  test(`${what} is refused before anything is sent`, async () => {
    await using scene = await setScene();
    const window = await scene.open();
    await assert.rejects(window.run(text), sentence);
    assert.equal(scene.simulator.requests.length, 0);
  });
}

test('in a workspace that is not trusted counts work and runs do not', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  await window.configure({}, false);
  await assert.rejects(window.run('Say hello.'), { code: 'untrusted' });
  const source = { kind: 'text', uri: 'file:///w/a.prompt.md', text: 'Say hello.' } as const;
  assert.ok((await window.client.request(MESSAGES.preview, { source })).inputTokens > 0);
});

test('settings that cannot be read are named and the others are used', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  const answer = (await window.configure({ 'request.attempts': 'many' })) as { problems: { key: string }[] };
  assert.deepEqual(
    answer.problems.map((problem) => problem.key),
    ['farthing.request.attempts'],
  );
});

test('no prompt, answer or key reaches the log, and no key reaches the disk at all', async () => {
  await using scene = await setScene();
  scene.simulator.script(
    { text: 'The answer is quagga.' },
    { status: 400, errorBody: { error: { message: SECRET_PROMPT } } },
  );
  const window = await scene.open({ 'log.level': 'debug' });
  await window.run(`Tell me of ${SECRET_PROMPT}.`);
  await assert.rejects(window.run(`Tell me more of ${SECRET_PROMPT}.`));
  for (const line of [SECRET_PROMPT, 'quagga', SECRET_KEY]) {
    assert.ok(!scene.state.log().includes(line), `the log holds "${line}"`);
  }
  for (const file of readdirSync(scene.state.paths.folder)) {
    if (file.endsWith('.sock')) continue;
    const bytes = readFileSync(path.join(scene.state.paths.folder, file));
    assert.ok(!bytes.includes(SECRET_KEY), `${file} holds the key`);
    assert.ok(!bytes.includes(SECRET_PROMPT), `${file} holds the prompt`);
  }
});

test('a call with the id of another is refused, and the line of the other stays', async () => {
  await using scene = await setScene();
  await using window = await scene.open();
  scene.simulator.script({ text: 'one two three' });
  await window.run('First.', { callId: 'same' });
  await assert.rejects(window.run('Second.', { callId: 'same' }), { code: 'internal' });
  const { real, recent } = await window.client.request(MESSAGES.summary, { since: 0, recent: 9 });
  assert.deepEqual([real.calls, recent[0]?.outputTokens], [1, 3]);
});

test('what the ledger cannot hold costs no call its line', async () => {
  await using scene = await setScene();
  await using window = await scene.open();
  const source = { kind: 'text', uri: undefined, text: 'Second.' } as unknown as RunParams['source'];
  scene.simulator.script({ text: 'one' }, { text: 'two' });
  await window.client.request(MESSAGES.configure, {
    settings: { providers: [{ name: 'Sim', baseUrl: scene.simulator.baseUrl, models: ['gpt-5-mini'] }] },
    trusted: true,
    workspace: { name: {} as unknown as string, folder: null },
  });
  await window.run('First.', { feature: {} as unknown as string });
  await window.run('', { source });
  const { real } = await window.client.request(MESSAGES.summary, { since: 0, recent: 0 });
  assert.equal(real.calls, 2);
});

test('messages without a word are refused before they are sent', async () => {
  await using scene = await setScene();
  await using window = await scene.open();
  const run = (messages: readonly Message[]) =>
    window.run('', { source: { kind: 'messages', messages }, feature: 'test' });
  await assert.rejects(run([]), { code: 'emptyPrompt' });
  await assert.rejects(run([{ role: 'user', content: ' ' }]), { code: 'emptyPrompt' });
});
