import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  baseUrlProblem,
  cleanBaseUrl,
  modelIds,
  modelsProblem,
  nameProblem,
} from '../../../client/text/provider-problems.ts';
import { english } from './english.ts';

const url = (typed: string) => baseUrlProblem(typed, english);

test('a base URL is taken as it is pasted, with the path of a request too', () => {
  for (const typed of [
    'https://api.example.com/v1',
    ' https://api.example.com/v1/ ',
    'https://api.example.com/v1/chat/completions',
    'https://api.example.com/v1/models/',
  ]) {
    assert.equal(cleanBaseUrl(typed), 'https://api.example.com/v1');
    assert.equal(url(typed), null);
  }
});

test('what is no base URL is refused with what to do', () => {
  assert.match(url('')?.message ?? '', /^Type/);
  assert.match(url('api.example.com/v1')?.message ?? '', /^Begin with https/);
  assert.match(url('ftp://api.example.com')?.message ?? '', /^Begin with https/);
  assert.match(url('https://')?.message ?? '', /^Begin with https/);
  assert.match(url('https://me:pw@api.example.com/v1')?.message ?? '', /^Leave name and password out/);
  assert.match(url('https://api.example.com/v1?key=1')?.message ?? '', /^Leave out everything/);
  assert.equal(url('api.example.com')?.severity, 'error');
});

test('what is unusual is said and may be used', () => {
  assert.deepEqual(
    ['http://api.example.com/v1', 'https://api.example.com'].map((typed) => url(typed)?.severity),
    ['hint', 'hint'],
  );
  assert.equal(url('http://localhost:8000/v1'), null);
});

test('a name is new, not empty, and without the sign that divides provider and model', () => {
  assert.equal(nameProblem('Work', ['OpenAI'], english), null);
  assert.match(nameProblem(' ', [], english)?.message ?? '', /^Type a name/);
  assert.match(nameProblem('a/b', [], english)?.message ?? '', /Leave out/);
  assert.match(nameProblem('openai', ['OpenAI'], english)?.message ?? '', /set up already/);
});

test('models are ids divided by commas, each once', () => {
  assert.deepEqual(modelIds(' a, b:8b ,,a '), ['a', 'b:8b']);
  assert.equal(modelsProblem('a, b', english), null);
  assert.match(modelsProblem(' , ', english)?.message ?? '', /at least one/);
  assert.match(modelsProblem('a b', english)?.message ?? '', /commas/);
});
