import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, isNamed, withoutProvider, withProvider } from '../../../client/text/provider-settings.ts';
import { PROVIDER_PRESETS } from '../../../protocol/provider-presets.ts';
import { parseSettings } from '../../../protocol/settings.ts';

const ENTRY = { name: 'Orchard', baseUrl: 'https://api.example.com/v1', models: ['apple-1'] };
const preset = (name: string) => {
  const found = PROVIDER_PRESETS.find((candidate) => candidate.name === name);
  assert.ok(found);
  return found;
};

test('a new provider comes last, and the others stay as they are, whatever is in them', () => {
  const others = [{ name: 'Other', baseUrl: 'x', models: [], comment: 'mine' }, 'rubbish', null];
  assert.deepEqual(withProvider(others, ENTRY), [...others, ENTRY]);
});

test('a provider of the same name is replaced where it stands', () => {
  const before = [{ ...ENTRY, name: ' orchard ', models: ['old'] }, { name: 'Other' }];
  assert.deepEqual(withProvider(before, ENTRY), [ENTRY, { name: 'Other' }]);
});

test('what was added by hand stays while it is about the same endpoint and models', () => {
  const byHand = {
    ...ENTRY,
    models: [{ id: 'apple-1', contextTokens: 8000 }, 'pear-2'],
    alternatives: ['https://eu.example.com/v1'],
    pricedAs: 'openai',
  };
  assert.deepEqual(withProvider([byHand], { ...ENTRY, models: ['apple-1', 'plum-3'] }), [
    { ...byHand, models: [{ id: 'apple-1', contextTokens: 8000 }, 'plum-3'] },
  ]);
  const elsewhere = { ...ENTRY, baseUrl: 'https://api.example.org/v1' };
  assert.deepEqual(withProvider([byHand], elsewhere), [
    { ...elsewhere, models: [{ id: 'apple-1', contextTokens: 8000 }] },
  ]);
});

test('a provider is removed by its name, and nothing else is', () => {
  assert.deepEqual(withoutProvider([ENTRY, { name: 'Other' }, 7], 'orchard'), [{ name: 'Other' }, 7]);
  assert.ok(!isNamed(null, 'x') && !isNamed({ name: 7 }, '7'));
});

test('a preset on this machine is free, one elsewhere names the variable of its key', () => {
  const chosen = { baseUrl: 'http://127.0.0.1:11434/v1', models: ['qwen3:8b'], hasKey: false };
  assert.deepEqual(entryOf({ ...chosen, preset: preset('Ollama'), name: 'Ollama' }), {
    name: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    models: ['qwen3:8b'],
    free: true,
  });
  assert.equal(
    entryOf({ ...chosen, preset: preset('Anthropic'), name: 'Anthropic' }).keyEnvironment,
    'ANTHROPIC_API_KEY',
  );
});

test("an endpoint of one's own needs a key exactly if it was given one", () => {
  for (const baseUrl of ['https://api.example.com/v1', 'http://localhost:8000/v1']) {
    for (const hasKey of [true, false]) {
      const entry = entryOf({ preset: null, name: 'Own', baseUrl, models: ['m'], hasKey });
      const { settings, problems } = parseSettings({ providers: [entry] });
      assert.deepEqual(problems, []);
      assert.equal(settings.providers[0]?.needsKey, hasKey, `${baseUrl}, ${hasKey}`);
    }
  }
});

test('every entry that the setup can write is a setting without a problem', () => {
  const entries = PROVIDER_PRESETS.map((known) =>
    entryOf({ preset: known, name: known.name, baseUrl: known.baseUrl, models: ['m'], hasKey: !known.local }),
  );
  const { settings, problems } = parseSettings({ providers: entries });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    settings.providers.map(({ needsKey, free }) => [needsKey, free]),
    PROVIDER_PRESETS.map(({ local }) => [!local, local]),
  );
});
