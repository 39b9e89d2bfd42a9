import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bareIds,
  type Choice,
  modelChoices,
  providerChoices,
} from '../../../client/text/provider-choices.ts';
import { PROVIDER_PRESETS, type ProviderPreset } from '../../../protocol/provider-presets.ts';
import { english } from './english.ts';

const preset = (name: string): ProviderPreset => {
  const found = PROVIDER_PRESETS.find((candidate) => candidate.name === name);
  assert.ok(found);
  return found;
};
const shown = (choices: readonly Choice<unknown>[]): string[] =>
  choices.map((choice) =>
    'heading' in choice
      ? `# ${choice.heading}`
      : `${choice.picked === true ? '[x] ' : ''}${choice.label}${choice.description ? `: ${choice.description}` : ''}`,
  );
const ollama = { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['a', 'b'] };

test('what runs on this machine comes first, what is set up is marked, and anything else comes last', () => {
  const configured = [
    { name: 'openai', needsKey: true, key: null },
    { name: 'Gemini', needsKey: true, key: 'environment' },
  ] as const;
  assert.deepEqual(shown(providerChoices(PROVIDER_PRESETS, [ollama], configured, english)), [
    '# On this machine: free, no key',
    'Ollama: running, 2 models',
    '# Providers',
    'OpenAI: set up, no key yet',
    'Anthropic',
    'DeepSeek',
    'Gemini: set up already',
    'OpenRouter',
    'LM Studio: not running',
    '# Anything else',
    'Other OpenAI-compatible endpoint…',
  ]);
});

test('a server is set up where it answered', () => {
  const elsewhere = { ...ollama, baseUrl: 'http://127.0.0.1:9999/v1', models: ['a'] };
  const first = providerChoices(PROVIDER_PRESETS, [elsewhere], [], english)[1];
  assert.ok(first !== undefined && 'value' in first);
  assert.deepEqual(first.value, { preset: preset('Ollama'), baseUrl: 'http://127.0.0.1:9999/v1' });
  assert.equal(first.description, 'running, 1 model');
});

test("a preset's models are picked, also where the list has their dated version only", () => {
  const listed = ['claude-opus-5', 'claude-3-haiku', 'claude-haiku-4-5-20251001', 'claude-haiku-4-5-mini'];
  assert.deepEqual(shown(modelChoices(listed, preset('Anthropic'), [], english)), [
    '# Suggested',
    '[x] claude-haiku-4-5-20251001',
    '[x] claude-opus-5',
    '# All other models',
    'claude-3-haiku',
    'claude-haiku-4-5-mini',
  ]);
});

test('what the user chose before is picked instead', () => {
  const listed = ['gpt-6-luna', 'my-model'];
  assert.deepEqual(shown(modelChoices(listed, preset('OpenAI'), ['my-model'], english)), [
    '# Suggested',
    '[x] my-model',
    '# All other models',
    'gpt-6-luna',
  ]);
});

test('all models of a local server are picked, but for those that are not for prompts', () => {
  assert.deepEqual(
    shown(modelChoices(['qwen3:8b', 'nomic-embed-text', 'gemma3'], preset('Ollama'), [], english)),
    ['# All models', '[x] gemma3', '[x] qwen3:8b', '# Probably not for prompts', 'nomic-embed-text'],
  );
});

test('ids are those that requests name', () => {
  assert.deepEqual(bareIds(['models/gemini-3.8-flash', 'gemini-3.8-flash', 'acme/models/x']), [
    'gemini-3.8-flash',
    'acme/models/x',
  ]);
});
