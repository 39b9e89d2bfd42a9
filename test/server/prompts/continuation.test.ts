import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '../../../protocol/settings.ts';
import { prepareCall } from '../../../server/calls/prepare-call.ts';
import { continuation } from '../../../server/prompts/continuation.ts';

test('a call that continues says what the answer began with, and asks for the rest, after its own messages', () => {
  const call = prepareCall(
    {
      callId: 'a',
      source: { kind: 'messages', messages: [{ role: 'user', content: 'Count to ten.' }] },
      feature: 'test',
      continues: 'one, two, thr',
      signal: new AbortController().signal,
      startedAt: 0,
      purpose: 'run',
    },
    { settings: defaultSettings(), workspace: null, branch: () => null, openPrompt: () => null },
  );
  const [asked, beginning, request, ...more] = call.messages;
  assert.deepEqual(asked, { role: 'user', content: 'Count to ten.' });
  assert.deepEqual(beginning, { role: 'assistant', content: 'one, two, thr' });
  assert.equal(request?.role, 'user');
  assert.match(request?.content ?? '', /[Cc]ontinue exactly/);
  assert.equal(more.length, 0);
});

test('of an answer that was cut within a character no half is sent', () => {
  const [beginning] = continuation('Look: \ud83d');
  assert.equal(beginning?.content, 'Look: \ufffd');
});
