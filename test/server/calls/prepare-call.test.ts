/** What clients send is checked at the door: no compiler has seen it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';

const { settings } = parseSettings({});

const prepare = (options: unknown) => prepareWith({}, options);

const prepareWith = (request: object, options?: unknown, content: unknown = 'Hello') =>
  prepareCall(
    {
      ...request,
      callId: 'a',
      source: {
        kind: 'messages',
        messages: [{ role: 'user', content: content as string }],
        options: options as object,
      },
      feature: 'test',
      signal: new AbortController().signal,
      startedAt: 0,
      purpose: 'run',
    },
    { settings, workspace: null, branch: () => null, openPrompt: () => null },
  );

// A negative limit made room in a budget of tokens; tools that are none counted as a fault of the endpoint.
for (const options of [
  { maxTokens: -1000 },
  { maxTokens: 0 },
  { maxTokens: 0.5 },
  { maxTokens: '5' },
  { temperature: 'hot' },
  { stop: 'END' },
  { stop: [5] },
  { tools: 'none' },
  { tools: [null] },
  { tools: [{}] },
])
  test(`a call with the options ${JSON.stringify(options)} is none`, () =>
    assert.throws(() => prepare(options), {
      code: 'badCall',
      message: new RegExp(`^This call cannot be run: its ${Object.keys(options)[0]} (is|are) not `),
    }));

for (const options of [
  null,
  {},
  { maxTokens: null, stop: null },
  { maxTokens: 1, stop: ['a'], tools: [{ name: 'f' }] },
])
  test(`a call may have the options ${JSON.stringify(options)}`, () =>
    assert.equal(prepare(options).messages.length, 1));

test('a run may leave out steps of its own, and what is none is left aside', () => {
  const off = (stagesOff: unknown) => [...prepareWith({ stagesOff }).off];
  assert.deepEqual(off(['fitContext', 'fitContext', 'retry']), ['fitContext', 'retry']);
  for (const none of [undefined, null, 'fitContext', [1, 'record', 'toString', '__proto__']])
    assert.deepEqual(off(none), []);
});

test('a call with a cache mode that nobody knows is none, and is told which there are', () => {
  for (const cache of ['never', 5, {}])
    assert.throws(() => prepareWith({ cache }), {
      code: 'badCall',
      message: /its cache mode is none of use, refresh, bypass, only\. Correct it/,
    });
  assert.equal(prepareWith({ cache: 'only' }).cache.mode, 'only');
  assert.equal(prepareWith({ cache: null }).cache.mode, 'use');
});

test('a call with a preference that nobody knows is none, and is told which there are', () => {
  for (const preference of ['cheap', 5, {}])
    assert.throws(() => prepareWith({ preference }), {
      code: 'badCall',
      message: /its preference is none of frugal, balanced, best\. Correct it/,
    });
  assert.equal(prepareWith({ preference: 'best' }).preference, 'best');
  assert.equal(prepareWith({ preference: null }).preference, 'balanced');
});

for (const content of [5, null, {}, [{ type: 'text', text: 'Hello' }]])
  test(`a call whose message has the content ${JSON.stringify(content)} is none, and is told why`, () =>
    assert.throws(() => prepareWith({}, {}, content), {
      code: 'badCall',
      message: /its messages are not a list whose contents are texts\. Correct it/,
    }));

test('a check by command is asked for by the prompt, in the workspace of its caller and as trusted as that is', () => {
  const checkOf = (yaml: string, caller: { folder?: string | null; mayRunCommands?: boolean }) =>
    prepareCall(
      {
        callId: 'a',
        source: { kind: 'text', uri: 'file:///a.prompt.md', text: `---\n${yaml}\n---\nHello` },
        feature: 'test',
        signal: new AbortController().signal,
        startedAt: 0,
        purpose: 'run',
      },
      { settings, workspace: null, branch: () => null, openPrompt: () => null, ...caller },
    ).check;
  const asks = 'farthing: { check: true }';
  assert.deepEqual(checkOf(asks, { folder: '/w', mayRunCommands: true }), { folder: '/w', trusted: true });
  assert.deepEqual(checkOf(asks, { folder: '/w' }), { folder: '/w', trusted: false });
  assert.deepEqual(checkOf(asks, { mayRunCommands: true }), { folder: null, trusted: true });
  for (const yaml of ['farthing: { check: false }', 'farthing: { check: npm test }', 'name: a'])
    assert.equal(checkOf(yaml, { folder: '/w', mayRunCommands: true }), undefined);
});

test('a prompt file says whether all of its text may be shortened, and by which rules not', () => {
  const prepared = (text: string) =>
    prepareCall(
      {
        callId: 'a',
        source: { kind: 'text', uri: 'file:///a.prompt.md', text },
        feature: 'test',
        signal: new AbortController().signal,
        startedAt: 0,
        purpose: 'run',
      },
      { settings, workspace: null, branch: () => null, openPrompt: () => null },
    );
  const plain = prepared('Hello');
  assert.deepEqual(
    [plain.compress, plain.settings.compressionRulesOff],
    [undefined, settings.compressionRulesOff],
  );
  const own = prepared('---\nfarthing: { compress: true, rulesOff: blank-lines }\n---\nHello');
  assert.equal(own.compress, true);
  assert.deepEqual(own.settings.compressionRulesOff, [...settings.compressionRulesOff, 'blank-lines']);
});
