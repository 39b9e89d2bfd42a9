import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyProblem } from '../../../client/text/key-text.ts';

test('a key may have white space around it, since it is trimmed', () => {
  assert.equal(keyProblem('  sk-test-123\n'), null);
});

test('an empty key, one with white space inside and one with foreign characters are refused', () => {
  assert.match(keyProblem('  ') ?? '', /Paste/);
  assert.match(keyProblem('sk-test\n123') ?? '', /white space/);
  assert.match(keyProblem('sk–test') ?? '', /characters/);
});

test('no message repeats the key', () => {
  for (const key of ['sk-secret 1', 'sk-secret–1']) assert.doesNotMatch(keyProblem(key) ?? '', /secret/);
});
