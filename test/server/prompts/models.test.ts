/** Which configured model a request means. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { parseSettings } from '../../../protocol/settings.ts';
import { resolveModel } from '../../../server/prompts/models.ts';

const provider = (name: string, ...models: readonly string[]) => ({
  name,
  baseUrl: 'http://127.0.0.1:1/v1',
  models,
});

function settingsOf(providers: readonly object[], model = '') {
  const { settings, problems } = parseSettings({ providers, model });
  assert.deepEqual(problems, []);
  return settings;
}

const PROVIDERS = [
  provider('Empty'),
  provider('OpenAI', 'gpt-5-mini', 'gpt-4.1'),
  provider('OpenRouter', 'openai/gpt-5-mini', 'anthropic/claude-haiku-4.5', 'gpt-4.1'),
  provider('My Server', 'Llama-4-Scout'),
];

type Requested = Parameters<typeof resolveModel>[0];

/** `requested` resolves to "provider: model", with `note`, among PROVIDERS and the setting `model`. */
function check(
  sentence: string,
  requested: Requested,
  found: string,
  note: string | null = null,
  model = '',
) {
  test(sentence, () => {
    const resolved = resolveModel(requested, settingsOf(PROVIDERS, model));
    assert.equal(`${resolved.provider.name}: ${resolved.model.id}`, found);
    assert.equal(resolved.note, note);
  });
}

describe('a model is found', () => {
  check('by its id', 'gpt-4.1', 'OpenAI: gpt-4.1');
  check('by provider and id', 'OpenRouter/gpt-4.1', 'OpenRouter: gpt-4.1');
  check(
    'by an id with a slash, before a provider of that name',
    'openai/gpt-5-mini',
    'OpenRouter: openai/gpt-5-mini',
  );
  check(
    'by provider and an id with a slash',
    'openrouter/openai/gpt-5-mini',
    'OpenRouter: openai/gpt-5-mini',
  );
  check('in any case', 'OPENAI/GPT-4.1', 'OpenAI: gpt-4.1');
  check("by the name in VS Code's picker", 'GPT-5 mini', 'OpenAI: gpt-5-mini');
  check('by that name with its vendor', 'GPT-4.1 (copilot)', 'OpenAI: gpt-4.1');
  check('by its id with a vendor', ' gpt-5-mini (OpenAI) ', 'OpenAI: gpt-5-mini');
  check('by a provider whose name has spaces', 'my server/llama-4 scout', 'My Server: Llama-4-Scout');
  check('as the first of a list that is configured', ['gpt-9', 'gpt-4.1', 'gpt-5-mini'], 'OpenAI: gpt-4.1');
});

test('an exact id comes before a provider of that name, and before another case', () => {
  const settings = settingsOf([
    provider('openai', 'GPT-5-mini', 'gpt-5-mini'),
    provider('OpenRouter', 'openai/gpt-5-mini'),
  ]);
  const found = (name: string) => resolveModel(name, settings);
  assert.equal(found('openai/gpt-5-mini').provider.name, 'OpenRouter');
  assert.equal(found('gpt-5-mini').model.id, 'gpt-5-mini');
});

describe('without a request', () => {
  check('the first model of the first provider that has one is used', null, 'OpenAI: gpt-5-mini');
  check('the setting comes before it', null, 'OpenAI: gpt-4.1', null, 'GPT-4.1');
  check('a blank request is none', [' ', ''], 'OpenAI: gpt-5-mini');
});

test('being strict about no request changes nothing', () => {
  assert.equal(resolveModel(null, settingsOf(PROVIDERS), { strict: true }).model.id, 'gpt-5-mini');
});

describe('a request that no provider has', () => {
  check(
    'falls back with a note',
    'GPT-9',
    'OpenAI: gpt-5-mini',
    'GPT-9 is in no configured provider, so gpt-5-mini is used.',
  );
  check(
    'falls back to the setting',
    ['a', 'b'],
    'OpenAI: gpt-4.1',
    'None of a, b is in a configured provider, so gpt-4.1 is used.',
    'gpt-4.1',
  );
});

/** Resolving is refused with a sentence that contains `part`. */
function checkRefused(
  sentence: string,
  [requested, strict, settings]: readonly [Requested, boolean, ReturnType<typeof settingsOf>],
  code: ErrorCode,
  part: string,
) {
  test(sentence, () => {
    assert.throws(
      () => resolveModel(requested, settings, { strict }),
      (error: Error & { code?: string }) => error.code === code && error.message.includes(part),
    );
  });
}

describe('it is refused', () => {
  const known = 'gpt-5-mini, gpt-4.1, openai/gpt-5-mini, anthropic/claude-haiku-4.5, Llama-4-Scout.';
  checkRefused(
    'to take another for what the user chose',
    ['x', true, settingsOf(PROVIDERS)],
    'unknownModel',
    known,
  );
  checkRefused(
    'to take another for the setting',
    [null, false, settingsOf(PROVIDERS, 'x')],
    'unknownModel',
    '"x"',
  );
  checkRefused(
    'to fall back to a setting that is unknown',
    ['y', false, settingsOf(PROVIDERS, 'x')],
    'unknownModel',
    '"x"',
  );
  checkRefused(
    'to go on without a provider',
    [null, false, settingsOf([])],
    'noProvider',
    'farthing.providers',
  );
  checkRefused('to go on without a model', ['x', true, settingsOf([provider('Empty')])], 'noProvider', '');
});
