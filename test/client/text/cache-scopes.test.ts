import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstScopes, scopeLists } from '../../../client/text/cache-scopes.ts';
import { english } from './english.ts';

const PROVIDERS = [
  { name: 'OpenAI', models: [{ id: 'gpt-5-mini' }, { id: 'gpt-5' }] },
  { name: 'Ollama', models: [{ id: 'qwen3:8b' }] },
];

test('the smallest scope comes first, and everything last', () => {
  const uri = 'file:///review.prompt.md';
  assert.deepEqual(firstScopes({ name: 'review', uri }, english), [
    { label: 'Answers to "review"', scope: { kind: 'prompt', uri, olderOnly: false } },
    { label: 'Answers to older versions of "review"', scope: { kind: 'prompt', uri, olderOnly: true } },
    { label: 'Answers under the system prompt of "review"', scope: { kind: 'systemPrompt', uri } },
    { label: 'Answers given in this workspace', scope: { kind: 'workspace' } },
    { label: 'Everything', scope: { kind: 'everything' } },
  ]);
});

test('without a prompt nothing is offered for one', () => {
  assert.deepEqual(
    firstScopes(null, english).map(({ scope }) => scope.kind),
    ['workspace', 'everything'],
  );
});

test('features, providers and models have lists of their own, by the names that the ledger has', () => {
  const lists = new Map(scopeLists(PROVIDERS, english).map(({ label, scopes }) => [label, scopes]));
  assert.deepEqual(
    lists.get('Answers of a feature…')?.map(({ scope }) => scope),
    [
      'prompt file',
      'explain selection',
      'refactor selection',
      'write tests',
      'document selection',
      'fix diagnostics',
      'command line',
    ].map((feature) => ({ kind: 'feature', feature })),
  );
  assert.deepEqual(lists.get('Answers of a provider…')?.[1], {
    label: 'Ollama',
    scope: { kind: 'provider', provider: 'Ollama' },
  });
  assert.deepEqual(
    lists.get('Answers of a model…')?.map(({ label }) => label),
    ['OpenAI/gpt-5-mini', 'OpenAI/gpt-5', 'Ollama/qwen3:8b'],
  );
  assert.deepEqual(lists.get('Answers of older versions of a model…')?.[0], {
    label: 'Older versions of OpenAI/gpt-5-mini',
    scope: { kind: 'model', provider: 'OpenAI', model: 'gpt-5-mini', olderOnly: true },
  });
});

test('a list with nothing in it is left out', () => {
  assert.deepEqual(
    scopeLists([], english).map(({ label }) => label),
    ['Answers of a feature…'],
  );
});
