import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAIProvider } from '../../server/providers/openai-provider.ts';
import { createTokenCounter } from '../../server/tokens/counter.ts';
import {
  collect,
  countWords,
  fakeCounter,
  fakeKeys,
  fakePrices,
  makeCall,
  testClock,
} from '../support/pipeline-fakes.ts';
import { DEMO_MODELS, type DemoOptions, startDemo } from './demo.ts';
import { demoAnswer } from './demo-answer.ts';
import { createPrefixCache } from './prefix-cache.ts';

const HURRIED: DemoOptions = {
  count: (text) => Promise.resolve(countWords(text)),
  pace: { firstMs: 0, chunkMs: 0 },
};

/** Asks a Demo provider, as the daemon would. */
async function ask(content: string, { options = HURRIED, maxTokens = 0 } = {}) {
  const demo = await startDemo(options);
  const send = createOpenAIProvider({
    keys: fakeKeys(),
    counter: fakeCounter(),
    prices: fakePrices(),
    clock: testClock(),
  });
  const call = makeCall({ messages: [{ role: 'user', content }] });
  const { events, error } = await collect(
    send({
      ...call,
      provider: { ...call.provider, baseUrl: demo.baseUrl },
      sampling: maxTokens === 0 ? {} : { maxTokens },
    }),
  );
  await demo.stop();
  assert.equal(error, null);
  const attempt = events.find((event) => event.type === 'attempt')?.attempt;
  assert.ok(attempt !== undefined);
  return {
    text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    pieces: events.filter((event) => event.type === 'text').length,
    usage: attempt.usage,
    end: events.at(-1),
  };
}

test('the Demo provider streams an answer whose first line says that it is simulated', async () => {
  const content = '# Review this\n\nWhat does it do?';
  const { text, pieces, usage, end } = await ask(content);
  assert.match(text, /^\*This is a simulated answer from the Demo provider\. Nothing was billed\.\*\n/);
  assert.equal(text, demoAnswer([{ role: 'user', content }]));
  assert.ok(pieces > 20);
  assert.deepEqual(end, { type: 'end', reason: 'stop' });
  assert.equal(usage.source, 'provider');
  // Three tokens around the message, its role, six words, and three that begin the answer.
  assert.equal(usage.inputTokens, countWords(content) + 7);
  assert.equal(usage.outputTokens, countWords(text));
});

test('by its own counter its usage is what the daemon counts', async () => {
  const content = 'Warum ist `const x = 1` hier? 世界';
  const { text, usage } = await ask(content, { options: { pace: { firstMs: 0, chunkMs: 0 } } });
  const counter = createTokenCounter();
  const model = { id: DEMO_MODELS[0], contextTokens: null, encoding: 'o200k_base' };
  const input = await counter.countMessages(model, [{ role: 'user', content }]);
  const output = await counter.countText(model, text);
  await counter.dispose();
  assert.equal(usage.inputTokens, input.tokens);
  assert.equal(usage.outputTokens, output.tokens);
});

test('a limit on the output cuts the answer there', async () => {
  const { text, usage, end } = await ask('Hello?', { maxTokens: 5 });
  assert.equal(text, '*This is a simulated answer');
  assert.equal(usage.outputTokens, 5);
  assert.deepEqual(end, { type: 'end', reason: 'length' });
});

test('it lists its models and answers requests for no stream', async () => {
  const demo = await startDemo(HURRIED);
  const models = await (await fetch(`${demo.baseUrl}/models`)).json();
  assert.deepEqual(
    (models as { data: { id: string }[] }).data.map((model) => model.id),
    [...DEMO_MODELS],
  );
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'In parts?' }] }];
  const post = (body: object) =>
    fetch(`${demo.baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
  const whole = await (await post({ model: 'x', messages })).json();
  const expected = demoAnswer([{ role: 'user', content: 'In parts?' }]);
  assert.equal(
    (whole as { choices: { message: { content: string } }[] }).choices[0]?.message.content,
    expected,
  );
  assert.equal((await post({ model: 'x' })).status, 400);
  assert.equal((await fetch(`${demo.baseUrl}/files`)).status, 404);
  await demo.stop();
});

test('it stops in the middle of an answer', async () => {
  const demo = await startDemo({ ...HURRIED, pace: { firstMs: 0, chunkMs: 60_000 } });
  const response = await fetch(`${demo.baseUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const reader = response.body?.getReader();
  await reader?.read();
  await demo.stop();
  await assert.rejects(async () => reader?.read());
});

test('the answer says what arrived and nothing more', () => {
  const answer = demoAnswer([
    { role: 'system', content: 'You review code. Is that clear?' },
    {
      role: 'user',
      content: [
        'Please look at this.',
        '```ts',
        '# no heading',
        'const ok = a ? b : c;',
        '```',
        '## Retry logic',
        '```',
        'def run(self):',
        '    pass',
        '```',
        '- Is it safe? Does it stop?',
      ].join('\n'),
    },
  ]);
  assert.match(answer, /\*\*2 messages\*\* \(system, user\)/);
  assert.match(answer, /\*\*12 lines\*\* and \*\*38 words\*\*/);
  assert.match(answer, /> Retry logic\n/);
  assert.match(answer, /2 code blocks, by the look of it: ts, Python\./);
  assert.match(answer, /1\. Is it safe\?\n2\. Does it stop\?\n\n/);
  assert.doesNotMatch(answer, /3\. /);
});

test('an empty prompt is answered too', () => {
  const answer = demoAnswer([{ role: 'user', content: '' }]);
  assert.match(answer, /\*\*1 line\*\* and \*\*0 words\*\*/);
  assert.match(answer, /asks no question/);
  assert.doesNotMatch(answer, /begins with/);
});

test('the prefix cache gives back what an earlier prompt to the model began with, in steps of 128', async () => {
  const cache = createPrefixCache(async (text) => countWords(text));
  const words = (count: number, word: string) => `${word} `.repeat(count);
  const prompt = (text: string) => [{ role: 'user', content: text }];
  const long = words(1500, 'same');
  assert.equal(await cache.cachedTokens('m', prompt(long)), 0);
  // 1,501 tokens with the role.
  assert.equal(await cache.cachedTokens('m', prompt(long)), 1408);
  assert.equal(await cache.cachedTokens('m', prompt(words(1200, 'same') + words(400, 'other'))), 1152);
  assert.equal(await cache.cachedTokens('m', prompt(words(1000, 'same') + words(400, 'fresh'))), 0);
  assert.equal(await cache.cachedTokens('another', prompt(long)), 0);
});
