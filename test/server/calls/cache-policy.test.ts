import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '../../../protocol/settings.ts';
import { type CacheWishes, cachePolicy } from '../../../server/calls/cache-policy.ts';
import { type PromptDocument, parsePrompt } from '../../../server/prompts/prompt-document.ts';

const own = (farthing: string): PromptDocument['frontMatter'] => {
  const text = `---\nfarthing: ${farthing}\n---\nHello`;
  return parsePrompt({ uri: 'file:///a.prompt.md', text }).frontMatter;
};

const wishes = (overrides: Partial<CacheWishes> = {}): CacheWishes => ({
  asked: null,
  own: null,
  kind: 'answer',
  temperature: null,
  workspace: 'engine',
  promptHash: null,
  settings: { ...defaultSettings(), cacheHours: 24, cacheHoursByKind: { explain: 2 } },
  ...overrides,
});

const HOUR = 3_600_000;

for (const [what, given, mode] of [
  ['nothing was said', {}, 'use'],
  ['the prompt file says so', { own: own('{ cache: refresh }') }, 'refresh'],
  ['the user says otherwise for this once', { asked: 'bypass', own: own('{ cache: use }') }, 'bypass'],
] as const)
  test(`the mode is "${mode}" where ${what}`, () => assert.equal(cachePolicy(wishes(given)).mode, mode));

for (const [what, given, hours] of [
  ['the setting', {}, 24],
  ['the setting for its kind', { kind: 'explain' }, 2],
  ['the prompt file, whatever its kind', { kind: 'explain', own: own('{ cacheHours: 0.5 }') }, 0.5],
] as const)
  test(`an answer is kept as long as ${what} says`, () =>
    assert.equal(cachePolicy(wishes(given)).maxAgeMs, hours * HOUR));

test('a high temperature is not cached, and the user is told how to have it cached', () => {
  const { mode, why } = cachePolicy(wishes({ temperature: 1.2 }));
  assert.equal(mode, 'bypass');
  assert.match(why ?? '', /temperature 1\.2 .*cache: use/);
});

for (const [what, given, mode] of [
  ['the prompt file says that it is', { own: own('{ cache: use }') }, 'use'],
  ['only a kept answer is wanted', { asked: 'only' }, 'only'],
  ['the temperature is not above the setting', { temperature: defaultSettings().cacheTemperature }, 'use'],
] as const)
  test(`a high temperature is cached where ${what}`, () => {
    const policy = cachePolicy(wishes({ temperature: 1.2, ...given }));
    assert.deepEqual([policy.mode, policy.why], [mode, null]);
  });

test('answers are shared among workspaces only where the setting says so', () => {
  const scope = (cacheSharing: 'user' | 'workspace', workspace: string | null) =>
    cachePolicy(wishes({ workspace, settings: { ...defaultSettings(), cacheSharing } })).scope;
  assert.equal(scope('user', 'engine'), '');
  assert.equal(scope('workspace', 'engine'), 'engine');
  assert.equal(scope('workspace', null), '');
});
