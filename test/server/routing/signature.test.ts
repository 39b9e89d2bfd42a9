import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../../server/pipeline/stage.ts';
import { signatureOf } from '../../../server/routing/signature.ts';
import { makeCall } from '../../support/pipeline-fakes.ts';

const { attribution } = makeCall();
const SYSTEM = { role: 'system', content: 'You review code.' } as const;
const user = (content: string) => ({ role: 'user', content }) as const;
const hash = (overrides: Partial<Call> = {}) => signatureOf(makeCall(overrides)).hash;
const inJob = (job: string, overrides: Partial<Call> = {}) =>
  hash({ attribution: { ...attribution, job }, ...overrides });
const schema = (of: unknown) => ({ responseFormat: { type: 'json_schema', name: 'a', schema: of } }) as const;

test('Calls that differ in what the user asked, in model and in options are alike', () => {
  const one = hash({ messages: [SYSTEM, user('Look at this')] });
  assert.equal(hash({ messages: [SYSTEM, user('And this')], sampling: { temperature: 0 } }), one);
  assert.match(one, /^[0-9a-f]{16}$/);
});

test('Calls that differ in kind, system messages, tools or schema are not alike', () => {
  const all = [
    hash(),
    hash({ kind: 'code' }),
    hash({ messages: [SYSTEM, user('a')] }),
    hash({ messages: [SYSTEM, SYSTEM, user('a')] }),
    hash({ tools: [{ name: 'look' }] }),
    hash({ responseFormat: { type: 'json_object' } }),
    hash(schema({ type: 'object' })),
    hash(schema({ type: 'array' })),
    inJob('file:///a.prompt.md'),
    inJob('file:///b.prompt.md'),
  ];
  assert.equal(new Set(all).size, all.length);
});

test('A schema spelled in another order is the same', () => {
  assert.equal(hash(schema({ a: 1, b: 2 })), hash(schema({ b: 2, a: 1 })));
});

test('Runs of a job are alike whatever its variables put into them', () => {
  assert.equal(inJob('file:///a', { messages: [SYSTEM] }), inJob('file:///a', { messages: [user('b')] }));
});

test('The signature has the kind of the call', () => {
  assert.equal(signatureOf(makeCall({ kind: 'extract' })).kind, 'extract');
});

test('The same call has the same signature from one version of the program to the next', () => {
  assert.equal(inJob('file:///a.prompt.md'), '8cccfef3f308f090');
});
