/** Which encoding and which overhead a model's id stands for. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { chatOverhead } from '../../../server/tokens/chat-overhead.ts';
import { chooseEncoding } from '../../../server/tokens/choose-encoding.ts';

/** Model ids and encodings as the tiktoken package publishes them. */
const published: Readonly<Record<string, string>> = createRequire(import.meta.url)(
  'tiktoken/model_to_encoding.json',
);

const EXACT: readonly (readonly [id: string, encoding: string])[] = [
  ['gpt-4o', 'o200k_base'],
  ['GPT-4o-2024-08-06', 'o200k_base'],
  ['openai/gpt-4o-mini', 'o200k_base'],
  ['openrouter/openai/gpt-4.1-nano:free', 'o200k_base'],
  ['ft:gpt-4o-mini-2024-07-18:team::abc', 'o200k_base'],
  ['ft:gpt-3.5-turbo-0125:team:name:id', 'cl100k_base'],
  ['gpt-4.5-preview', 'o200k_base'],
  ['gpt-5', 'o200k_base'],
  ['gpt-5.4-mini', 'o200k_base'],
  ['chatgpt-4o-latest', 'o200k_base'],
  ['o1', 'o200k_base'],
  ['o3-mini-2025-01-31', 'o200k_base'],
  ['o4-mini', 'o200k_base'],
  ['gpt-4', 'cl100k_base'],
  ['gpt-4-1106-preview', 'cl100k_base'],
  ['gpt-4-turbo-2024-04-09', 'cl100k_base'],
  ['gpt-35-turbo', 'cl100k_base'],
  ['gpt-oss:20b', 'o200k_harmony'],
  ['openai/gpt-oss-120b', 'o200k_harmony'],
  ['davinci:ft-team-2023', 'r50k_base'],
];

const APPROXIMATE = [
  'claude-sonnet-4-5',
  'anthropic/claude-3.5-haiku',
  'gemini-2.5-flash',
  'meta-llama/llama-3.3-70b:free',
  'mistral-large',
  'deepseek-chat',
  'deepseek/deepseek-r1',
  'qwen3-coder',
  'o1000',
  'gpt4all',
  'gpt-j-6b',
  'olmo',
  'gpt-4-x-alpaca',
  '',
];

describe('choosing an encoding', () => {
  it('knows every model of the published list', () => {
    assert.ok(Object.keys(published).length > 50);
    for (const [id, encoding] of Object.entries(published)) {
      assert.deepEqual(chooseEncoding(id), { encoding, approximate: false }, id);
    }
  });

  it('sees through vendors, dates, variants and fine-tuning', () => {
    for (const [id, encoding] of EXACT) {
      assert.deepEqual(chooseEncoding(id), { encoding, approximate: false }, id);
    }
  });

  it('stands in for the tokenizers of others, and says so', () => {
    for (const id of APPROXIMATE) {
      assert.deepEqual(chooseEncoding(id), { encoding: 'o200k_base', approximate: true }, id);
    }
  });

  it('lets the settings decide', () => {
    assert.deepEqual(chooseEncoding('my-model', 'cl100k_base'), {
      encoding: 'cl100k_base',
      approximate: false,
    });
    assert.deepEqual(chooseEncoding('gpt-4o', 'gpt2'), { encoding: 'gpt2', approximate: false });
  });

  it('is chosen by the id, approximately, when the settings name one that is none', () => {
    for (const named of ['o300k', 'constructor'])
      assert.deepEqual(chooseEncoding('gpt-4', named), { encoding: 'cl100k_base', approximate: true });
  });
});

describe('the overhead of a chat', () => {
  it('is three tokens a message and three for the reply', () => {
    for (const id of ['gpt-3.5-turbo', 'gpt-4', 'openai/gpt-4o', 'o3', 'gpt-5', 'claude-sonnet-4-5']) {
      assert.deepEqual(chatOverhead(id), { perMessage: 3, roles: true, perRequest: 3 }, id);
    }
  });

  it('is four tokens a message for the first chat model', () => {
    assert.equal(chatOverhead('gpt-3.5-turbo-0301').perMessage, 4);
  });

  it('is nothing for models that complete a text', () => {
    for (const id of [
      'text-davinci-003',
      'davinci-002',
      'babbage',
      'gpt-3.5-turbo-instruct',
      'code-cushman-001',
    ]) {
      assert.deepEqual(chatOverhead(id), { perMessage: 0, roles: false, perRequest: 0 }, id);
    }
  });
});
