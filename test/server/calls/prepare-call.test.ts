/** What clients send is checked at the door: no compiler has seen it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';

const { settings } = parseSettings({});

const prepare = (options: unknown) =>
  prepareCall(
    {
      callId: 'a',
      source: {
        kind: 'messages',
        messages: [{ role: 'user', content: 'Hello' }],
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
    assert.throws(() => prepare(options), { code: 'internal' }));

for (const options of [
  null,
  {},
  { maxTokens: null, stop: null },
  { maxTokens: 1, stop: ['a'], tools: [{ name: 'f' }] },
])
  test(`a call may have the options ${JSON.stringify(options)}`, () =>
    assert.equal(prepare(options).messages.length, 1));
