/** Which models may answer a call of which nobody named one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../protocol/settings.ts';
import { inspectPrompt, prepareCall } from '../../../server/calls/prepare-call.ts';
import { parsePrompt } from '../../../server/prompts/prompt-document.ts';

const REAL = [
  { name: 'OpenAI', baseUrl: 'https://api.openai.com/v1', models: ['gpt-5.2', 'gpt-5-nano', 'gpt-5-mini'] },
  { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['qwen3:8b'] },
];
const DEMO = {
  name: 'Demo',
  baseUrl: 'http://127.0.0.1:9/v1',
  models: ['demo-small', 'demo-frontier'],
  simulated: true,
};

function prepare({
  settings = {} as Record<string, unknown>,
  head = '',
  model = undefined as string | undefined,
  betterThan = undefined as string | undefined,
  preference = undefined as 'frugal' | undefined,
  keys = ['OpenAI'],
  providers = REAL as readonly unknown[],
} = {}) {
  const uri = 'file:///a.prompt.md';
  const text = `${head === '' ? '' : `---\n${head}\n---\n`}Hello`;
  const parsed = parseSettings({ providers, ...settings });
  assert.deepEqual(parsed.problems, []);
  return prepareCall(
    {
      callId: 'a',
      source: { kind: 'document', uri },
      feature: 'test',
      signal: new AbortController().signal,
      startedAt: 0,
      purpose: 'run',
      ...(model === undefined ? {} : { model }),
      ...(betterThan === undefined ? {} : { betterThan }),
      ...(preference === undefined ? {} : { preference }),
    },
    {
      settings: parsed.settings,
      workspace: null,
      branch: () => null,
      openPrompt: () => parsePrompt({ uri, text }),
      keys: { get: (name) => (keys.includes(name) ? 'key' : null) },
    },
  );
}

const idsOf = (call: ReturnType<typeof prepare>) => call.ladder.map(({ model }) => model.id);
const ALL = ['qwen3:8b', 'gpt-5-nano', 'gpt-5-mini', 'gpt-5.2'];

test('a model that is named has no ladder, whoever names it', () => {
  assert.deepEqual(idsOf(prepare()), []);
  assert.deepEqual(idsOf(prepare({ settings: { model: 'gpt-5-mini' } })), []);
  assert.deepEqual(idsOf(prepare({ settings: { model: 'auto' }, head: 'model: gpt-5-mini' })), []);
  assert.deepEqual(idsOf(prepare({ settings: { model: 'auto' }, model: 'gpt-5-mini' })), []);
  assert.deepEqual(idsOf(prepare({ head: 'farthing: { tier: small }', model: 'gpt-5.2' })), []);
  assert.deepEqual(idsOf(prepare({ head: 'model: gpt-5-mini\nfarthing: { preference: frugal }' })), []);
});

test('"auto" stands for all models, from the least capable tier on; the call is the last one’s until it is routed', () => {
  for (const auto of [{ settings: { model: 'auto' } }, { head: 'model: Auto' }, { model: 'auto' }]) {
    const call = prepare(auto);
    assert.deepEqual(idsOf(call), ALL);
    assert.equal(call.model.id, 'gpt-5.2');
  }
});

test('of a list the first that is configured is meant, and "auto" is', () => {
  assert.deepEqual(idsOf(prepare({ head: 'model: [gpt-9, auto]' })), ALL);
  assert.deepEqual(idsOf(prepare({ head: 'model: [auto, gpt-5.2]' })), ALL);
  const named = prepare({ head: 'model: [gpt-9, gpt-5-mini, auto]' });
  assert.deepEqual([idsOf(named), named.model.id], [[], 'gpt-5-mini']);
});

test('of a prompt that is routed nobody is told that its model, or that of the settings, is not there', () => {
  const { settings } = parseSettings({ providers: REAL, model: 'gpt-9' });
  const caller = { settings, workspace: null, branch: () => null, openPrompt: () => null };
  for (const head of [
    'model: GPT-9\nfarthing.tier: small',
    'farthing.preference: best',
    'model: [gpt-9, auto]',
  ]) {
    const text = `---\n${head}\n---\nHello`;
    assert.deepEqual(inspectPrompt({ kind: 'text', uri: 'file:///a.prompt.md', text }, caller).notes, []);
  }
});

/** What is noted of a prompt with this front matter, for a run that prefers `preference`. */
function notesOf(head: string, preference?: 'frugal'): readonly string[] {
  const { settings } = parseSettings({ providers: REAL, model: 'auto' });
  const caller = { settings, workspace: null, branch: () => null, openPrompt: () => null };
  const text = `---\n${head}\n---\nHello`;
  const { notes } = inspectPrompt({ kind: 'text', uri: 'file:///a.prompt.md', text }, caller, preference);
  return notes.map(({ message }) => message);
}

test('a model of its own fallback that nobody has is noted, and those that are there are not', () => {
  assert.deepEqual(notesOf('farthing: { model: gpt-5-mini, fallback: [gpt-5.2, gpt-9, claude-9] }'), [
    '"gpt-9" of "farthing.fallback" is in no configured provider, so it is left out; name a model that is.',
    '"claude-9" of "farthing.fallback" is in no configured provider, so it is left out; name a model that is.',
  ]);
  assert.deepEqual(notesOf('farthing: { fallback: [] }'), []);
});

test('a preference for a run of a prompt that names its model is said to change nothing', () => {
  assert.deepEqual(notesOf('model: gpt-5-mini', 'frugal'), [
    'The preference "frugal" changes nothing, since the prompt names its model; choose the model "auto" for this run, or take it out of the front matter.',
  ]);
  assert.deepEqual(notesOf('model: gpt-5-mini'), []);
  for (const routed of ['model: auto', 'farthing: { tier: small }', 'description: none'])
    assert.deepEqual(notesOf(routed, 'frugal'), []);
});

test('a prompt file that says a tier or a preference, and no model, is routed', () => {
  const small = prepare({ head: 'farthing: { tier: small }' });
  assert.deepEqual(idsOf(small), ['gpt-5-nano']);
  const frugal = prepare({ head: 'farthing: { preference: frugal }' });
  assert.deepEqual([idsOf(frugal), frugal.preference], [ALL, 'frugal']);
});

test('a preference for this run is one for choosing, unless the prompt names its model', () => {
  const chosen = prepare({ settings: { model: 'gpt-5.2' }, preference: 'frugal' });
  assert.deepEqual([idsOf(chosen), chosen.preference], [ALL, 'frugal']);
  assert.deepEqual(idsOf(prepare({ head: 'model: gpt-5-mini', preference: 'frugal' })), []);
  const tier = prepare({ head: 'farthing: { tier: small, preference: best }', preference: 'frugal' });
  assert.deepEqual([idsOf(tier), tier.preference], [['gpt-5-nano'], 'frugal']);
});

test('a tier that no model has is that of the next above it, or else below', () => {
  const providers = [{ ...REAL[0], models: ['gpt-5-nano', 'gpt-5.2'] }];
  assert.deepEqual(idsOf(prepare({ providers, head: 'farthing: { tier: middle }' })), ['gpt-5.2']);
  const small = [{ ...REAL[0], models: ['gpt-5-nano'] }];
  assert.deepEqual(idsOf(prepare({ providers: small, head: 'farthing: { tier: middle }' })), ['gpt-5-nano']);
});

test('whoever overrules a tier is believed', () => {
  const settings = {
    model: 'auto',
    routing: { tiers: { 'gpt-5-mini': 'frontier', 'OpenAI/gpt-5.2': 'small' } },
  };
  assert.deepEqual(idsOf(prepare({ settings })), ['qwen3:8b', 'gpt-5.2', 'gpt-5-nano', 'gpt-5-mini']);
});

test('providers without their key are left out, unless there is no other', () => {
  const settings = { model: 'auto' };
  assert.deepEqual(idsOf(prepare({ settings, keys: [] })), ['qwen3:8b']);
  assert.deepEqual(idsOf(prepare({ settings, keys: [], providers: [REAL[0]] })), ALL.slice(1));
});

test('the simulator stands beside no real model', () => {
  const settings = { model: 'auto' };
  assert.deepEqual(idsOf(prepare({ settings, providers: [...REAL, DEMO] })), ALL);
  assert.deepEqual(idsOf(prepare({ settings, providers: [DEMO] })), ['demo-small', 'demo-frontier']);
});

test('a better model than the one that answered is one of a higher tier, and of the highest another of it', () => {
  assert.deepEqual(idsOf(prepare({ betterThan: 'OpenAI/gpt-5-mini' })), ['gpt-5.2']);
  assert.deepEqual(idsOf(prepare({ betterThan: 'qwen3:8b' })), ALL.slice(1));
  assert.deepEqual(idsOf(prepare({ betterThan: 'gpt-5.2' })), ['gpt-5.2']);
  const providers = [{ ...REAL[0], models: ['gpt-5.2', 'gpt-5.1'] }];
  assert.deepEqual(idsOf(prepare({ providers, betterThan: 'gpt-5.2' })), ['gpt-5.1']);
});

test('without any provider the sentence is the usual one', () => {
  assert.throws(() => prepare({ settings: { model: 'auto' }, providers: [] }), { code: 'noProvider' });
});
