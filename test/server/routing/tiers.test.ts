import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROVIDER_PRESETS } from '../../../protocol/provider-presets.ts';
import type { Tier } from '../../../protocol/routing.ts';
import { type ProviderSettings, parseSettings } from '../../../protocol/settings.ts';
import { tierOf } from '../../../server/routing/tiers.ts';

const EXPECTED: Readonly<Record<Exclude<Tier, 'local'>, readonly string[]>> = {
  small: [
    'gpt-5-nano',
    'gpt-6-luna',
    'gpt-4.1-mini',
    'gpt-4o-mini',
    'gpt-3.5-turbo',
    'claude-haiku-4-5',
    'claude-3-5-haiku-20241022',
    'anthropic/claude-haiku-4.5',
    'gemini-2.5-flash-lite',
    'google/gemini-2.0-flash-001',
    'deepseek-flash',
    'deepseek-v4-flash-0731',
    'deepseek-r1-distill-qwen-7b',
    'mistral-small-latest',
    'ministral-8b-latest',
    'open-mistral-7b',
    'meta-llama/llama-3.1-8b-instruct',
    'qwen3:8b',
    'qwen3-30b-a3b',
    'qwen2.5-coder-32b-instruct',
    'gemma-3-27b-it',
    'openai/gpt-oss-20b',
    'grok-3-mini',
    'grok-code-fast-1',
    'nova-lite',
    'demo-small',
  ],
  middle: [
    'gpt-5-mini',
    'openai/gpt-5-mini',
    'gpt-5.4-mini-2026-03-17',
    'gpt-5.6-terra',
    'o4-mini',
    'gpt-4.1',
    'gpt-4o',
    'chatgpt-4o-latest',
    'openai/gpt-oss-120b:free',
    'claude-sonnet-5',
    'claude-3-opus-20240229',
    'claude-4.6-sonnet-20260217',
    'gemini-3.8-flash',
    'gemini-1.5-pro',
    'deepseek-chat',
    'deepseek-v3.2-exp',
    'deepseek-r1-distill-llama-70b',
    'mistral-large-latest',
    'magistral-medium-latest',
    'mixtral-8x7b-instruct',
    'llama-3.3-70b-versatile',
    'qwen3-235b-a22b',
    'grok-4-fast-reasoning',
    'grok-2-vision-1212',
    'minimax-m2',
    'demo-model',
    'something-new',
    '',
  ],
  frontier: [
    'gpt-5',
    'gpt-5.1-codex-max',
    'gpt-5.5-2026-04-23',
    'gpt-6-sol-pro',
    'o3',
    'o3-pro',
    'claude-opus-5',
    'claude-4.5-opus-20251124',
    'claude-fable-5.1',
    'gemini-2.5-pro',
    'google/gemini-3.1-pro-preview',
    'deepseek-v4-pro',
    'deepseek-reasoner',
    'deepseek/deepseek-r1-0528',
    'grok-4-0709',
    'x-ai/grok-4.5',
    'qwen3-max',
    'demo-frontier',
  ],
};

function providerOf(fields: Readonly<Record<string, unknown>> = {}): ProviderSettings {
  const { settings } = parseSettings({
    providers: [{ name: 'Here', baseUrl: 'https://models.example/v1', models: ['m'], ...fields }],
  });
  const [provider] = settings.providers;
  assert.ok(provider);
  return provider;
}

const modelOf = (id: string) => ({ id, contextTokens: null, encoding: null });
const tier = (id: string, fields: Readonly<Record<string, unknown>> = {}, overrides = {}) =>
  tierOf(providerOf(fields), modelOf(id), overrides);

for (const [expected, ids] of Object.entries(EXPECTED))
  test(`Models are known as ${expected} by their ids`, () => {
    const found = Object.fromEntries(ids.map((id) => [id, tier(id)]));
    assert.deepEqual(found, Object.fromEntries(ids.map((id) => [id, expected])));
  });

test('An id is the same in capitals', () => {
  assert.equal(tier('Qwen/Qwen3-8B-Instruct'), 'small');
  assert.equal(tier('GPT-5'), 'frontier');
});

test('Whatever runs on this machine or costs nothing is local, however great its name', () => {
  for (const baseUrl of ['http://127.0.0.1:11434/v1', 'http://localhost:1234/v1', 'http://[::1]:8000/v1'])
    assert.equal(tier('gpt-oss:120b', { baseUrl }), 'local');
  assert.equal(tier('llama-3.3-70b', { baseUrl: 'http://192.168.1.7:8000/v1', free: true }), 'local');
});

test('The simulator and a priced proxy on this machine are what their models are', () => {
  const baseUrl = 'http://127.0.0.1:4000/v1';
  assert.equal(tier('gpt-5-nano', { baseUrl, simulated: true }), 'small');
  assert.equal(tier('demo-frontier', { baseUrl, simulated: true }), 'frontier');
  assert.equal(tier('gpt-5', { baseUrl, pricedAs: 'openai' }), 'frontier');
});

test("The user's word comes first, that of provider and model before that of the model", () => {
  const overrides = { 'gpt-5': 'small', 'Here/gpt-5': 'middle', 'There/gpt-5': 'local' };
  assert.equal(tier('gpt-5', {}, overrides), 'middle');
  assert.equal(tier('gpt-5', { name: 'Elsewhere' }, overrides), 'small');
  assert.equal(tier('openai/gpt-5', {}, overrides), 'frontier');
  assert.equal(tier('qwen3:8b', { free: true }, { 'qwen3:8b': 'middle' }), 'middle');
});

test('A model called like a member of every object is unknown', () => {
  assert.equal(tier('constructor'), 'middle');
  assert.equal(tier('__proto__'), 'middle');
});

test('The presets of each hosted provider are in order of capability', () => {
  const order = ['local', 'small', 'middle', 'frontier'];
  for (const { name, baseUrl, models } of PROVIDER_PRESETS.filter(({ local }) => !local)) {
    const places = models.map((id) => order.indexOf(tier(id, { name, baseUrl })));
    assert.deepEqual(places, places.toSorted(), name);
  }
});

test('The setting takes tiers by model, and names the model of one that is none', () => {
  const { settings, problems } = parseSettings({ routing: { tiers: { 'gpt-5': 'middle' } } });
  assert.deepEqual([settings.tiers, problems], [{ 'gpt-5': 'middle' }, []]);
  const wrong = parseSettings({ routing: { tiers: { 'gpt-5': 'huge' } } });
  assert.deepEqual(wrong.settings.tiers, {});
  assert.match(wrong.problems[0]?.message ?? '', /farthing\.routing\.tiers\["gpt-5"\]/);
});
