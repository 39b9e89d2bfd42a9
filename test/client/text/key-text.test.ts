import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyProblem } from '../../../client/text/key-text.ts';
import { english } from './english.ts';

const problem = (typed: string) => keyProblem(typed, english);

test('a key may have white space around it, since it is trimmed', () => {
  assert.equal(problem('  sk-test-123\n'), null);
});

test('an empty key, one with white space inside and one with foreign characters are refused', () => {
  assert.match(problem('  ') ?? '', /Paste/);
  assert.match(problem('sk-test\n123') ?? '', /white space/);
  assert.match(problem('sk–test') ?? '', /characters/);
});

test('no message repeats the key', () => {
  for (const key of ['sk-secret 1', 'sk-secret–1']) assert.doesNotMatch(problem(key) ?? '', /secret/);
});
