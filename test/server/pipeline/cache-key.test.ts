import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheKey } from '../../../server/pipeline/cache-key.ts';
import type { Call } from '../../../server/pipeline/stage.ts';
import { makeCall } from '../../support/pipeline-fakes.ts';

const base = makeCall();
const other = (overrides: Partial<Call>) => cacheKey(makeCall(overrides));

const neutral: readonly (readonly [string, Partial<Call>])[] = [
  ['the id of the call', { id: 'another' }],
  [
    'who asks',
    {
      attribution: {
        feature: 'command line',
        user: 'grace',
        job: 'file:///x',
        workspace: 'w',
        branch: null,
        tags: [],
      },
    },
  ],
  ['when it is asked', { startedAt: 1 }],
  ['what the provider is called', { provider: { ...base.provider, name: 'Renamed' } }],
  ['the order in which a message is written', { messages: [{ content: 'one two three', role: 'user' }] }],
];
for (const [what, overrides] of neutral) {
  test(`${what} does not matter to the key`, () => assert.equal(other(overrides), cacheKey(base)));
}

const decisive: readonly (readonly [string, Partial<Call>])[] = [
  ['the endpoint', { provider: { ...base.provider, baseUrl: 'http://127.0.0.1:10/v1' } }],
  ['the model', { model: { ...base.model, id: 'test-model-2' } }],
  ['the text', { messages: [{ role: 'user', content: 'one two  three' }] }],
  ['the role', { messages: [{ role: 'system', content: 'one two three' }] }],
  [
    'where a message ends',
    {
      messages: [
        { role: 'user', content: 'one two' },
        { role: 'user', content: ' three' },
      ],
    },
  ],
  ['the temperature', { sampling: { temperature: 0 } }],
  ['the output limit', { sampling: { maxTokens: 5 } }],
  ['which option a number is for', { sampling: { seed: 5 } }],
];
for (const [what, overrides] of decisive) {
  test(`${what} matters to the key`, () => assert.notEqual(other(overrides), cacheKey(base)));
}

test("a simulator's port does not matter to the key, but that it simulates does", () => {
  const simulator = { ...base.provider, simulated: true };
  const elsewhere = { ...simulator, baseUrl: 'http://127.0.0.1:10/v1' };
  assert.equal(other({ provider: elsewhere }), other({ provider: simulator }));
  assert.notEqual(other({ provider: simulator }), cacheKey(base));
});

test('no two of the requests that differ share a key', () => {
  const keys = decisive.map(([, overrides]) => other(overrides));
  assert.equal(new Set([...keys, cacheKey(base)]).size, keys.length + 1);
});

test('a simulator that is called like an endpoint does not answer for it', () => {
  const simulator = { ...base.provider, simulated: true, name: base.provider.baseUrl };
  assert.notEqual(other({ provider: simulator }), cacheKey(base));
});
