/** The guided setup, question by question, with a person who answers what is scripted and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACK, CANCELLED, type Dialogs, type Question } from '../../../client/text/dialogs.ts';
import type { Choice } from '../../../client/text/provider-choices.ts';
import { type SetupWorld, setUpProvider } from '../../../client/text/provider-setup.ts';
import type { ConnectionTest } from '../../../protocol/messages.ts';
import { english } from './english.ts';

/** What the person does: the label to choose, labels, or a text to type. */
type Deed = string | readonly string[] | typeof BACK | typeof CANCELLED;

const answered = (...models: string[]): ConnectionTest => ({
  ok: true,
  message: 'It answers.',
  models,
  missing: [],
  milliseconds: 3,
});
const refused: ConnectionTest = {
  ...answered(),
  ok: false,
  message: 'OpenAI refused the API key. Check that it is current.',
};

/** A person who answers in turn. What was asked is noted as "step/steps title". */
function person(...deeds: readonly Deed[]) {
  const left = [...deeds];
  const asked: string[] = [];
  const offered: string[][] = [];
  const next = ({ step, steps, title, canGoBack }: Question): Deed => {
    asked.push(`${step}/${steps} ${title}`);
    const deed = left.shift();
    if (deed === undefined) throw new Error(`a question that nobody expected: ${asked.at(-1)}`);
    assert.ok(deed !== BACK || canGoBack, 'there is no way back from the first question');
    return deed;
  };
  const pick = <Value>(choices: readonly Choice<Value>[], label: unknown): Value => {
    const found = choices.find((choice) => !('heading' in choice) && choice.label === label);
    if (found === undefined || 'heading' in found) throw new Error(`"${String(label)}" was not offered`);
    return found.value;
  };
  const dialogs: Dialogs = {
    choose: async (question, choices) => {
      const deed = next(question);
      offered.push(choices.map((choice) => ('heading' in choice ? `# ${choice.heading}` : choice.label)));
      return deed === BACK || deed === CANCELLED ? deed : pick(choices, deed);
    },
    chooseMany: async (question, choices) => {
      const deed = next(question);
      if (deed === BACK || deed === CANCELLED) return deed;
      if (typeof deed === 'string') throw new Error('several were asked for');
      return deed.map((label) => pick(choices, label));
    },
    type: async (question) => {
      const deed = next(question);
      if (deed === BACK || deed === CANCELLED) return deed;
      const typed = deed === 'what is there' ? question.value : String(deed);
      assert.notEqual(question.check(typed)?.severity, 'error', question.check(typed)?.message);
      return typed;
    },
    wait: (_, work) => work(new AbortController().signal),
  };
  return { dialogs, asked, offered, assertDone: () => assert.deepEqual(left, []) };
}

interface Around {
  readonly tests?: readonly ConnectionTest[];
  readonly known?: Awaited<ReturnType<SetupWorld['knownKey']>>;
  readonly default?: string | null;
}

async function setUp(someone: ReturnType<typeof person>, around: Around = {}) {
  const tests = [...(around.tests ?? [])];
  const probed: Parameters<SetupWorld['probe']>[0][] = [];
  const result = await setUpProvider({
    l10n: english,
    dialogs: someone.dialogs,
    configured: [{ name: 'Work', needsKey: true, key: 'environment' }],
    modelsOf: () => [],
    defaultWithout: () => around.default ?? null,
    knownKey: async () => around.known ?? null,
    discover: async () => [{ name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['qwen3:8b'] }],
    probe: async (endpoint) => {
      probed.push(endpoint);
      const found = tests.shift();
      if (found === undefined) throw new Error('a test that nobody expected');
      return found;
    },
  });
  someone.assertDone();
  assert.deepEqual(tests, [], 'every scripted test was made');
  return { result, probed };
}

const OPENAI = { name: 'OpenAI', baseUrl: 'https://api.openai.com/v1', keyEnvironment: 'OPENAI_API_KEY' };

test('a provider with a key: provider, key, models, default', async () => {
  const someone = person('OpenAI', ' sk-1 ', ['gpt-6-luna', 'gpt-6-sol'], 'gpt-6-sol');
  const { result, probed } = await setUp(someone, { tests: [answered('gpt-6-luna', 'gpt-6-sol', 'tts-1')] });
  assert.deepEqual(result, {
    entry: { ...OPENAI, models: ['gpt-6-luna', 'gpt-6-sol'] },
    key: 'sk-1',
    defaultModel: 'OpenAI/gpt-6-sol',
  });
  assert.deepEqual(probed, [{ name: 'OpenAI', baseUrl: OPENAI.baseUrl, key: 'sk-1' }]);
  assert.deepEqual(someone.asked, [
    '1/4 Set Up Provider',
    '2/4 API key of OpenAI',
    '3/4 Models of OpenAI',
    '4/4 Default model',
  ]);
});

test('a server on this machine needs two questions, no key, and is free', async () => {
  const someone = person('Ollama', ['qwen3:8b']);
  const { result, probed } = await setUp(someone, { tests: [answered('qwen3:8b')] });
  assert.deepEqual(result, {
    entry: { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['qwen3:8b'], free: true },
    key: null,
    defaultModel: null,
  });
  assert.equal(probed[0]?.key, null);
  assert.equal(someone.asked.length, 2);
});

test('a key that is in the environment is used and not asked for', async () => {
  const someone = person('OpenAI', ['gpt-6-luna'], 'Leave it as it is');
  const { result, probed } = await setUp(someone, {
    known: { key: 'sk-env', origin: 'environment' },
    default: 'Work/model',
    tests: [answered('gpt-6-luna')],
  });
  assert.equal(probed[0]?.key, 'sk-env');
  assert.deepEqual([result?.key, result?.defaultModel], [null, null]);
  // Before a provider is chosen, a key may be needed.
  assert.deepEqual(someone.asked, ['1/4 Set Up Provider', '2/3 Models of OpenAI', '3/3 Default model']);
});

test('a refused key is said, and another one is asked for, twice too', async () => {
  const someone = person(
    'OpenAI',
    ...['Enter Another Key', 'sk-typo', 'Enter Another Key', 'sk-right', ['gpt-6-luna'], 'gpt-6-luna'],
  );
  const { result, probed } = await setUp(someone, {
    known: { key: 'sk-old', origin: 'environment' },
    default: 'Work/model',
    tests: [refused, refused, answered('gpt-6-luna')],
  });
  assert.deepEqual(
    probed.map(({ key }) => key),
    ['sk-old', 'sk-typo', 'sk-right'],
  );
  assert.equal(result?.key, 'sk-right');
  assert.deepEqual(someone.offered[1], [
    'OpenAI refused the API key.',
    '# What now?',
    'Try Again',
    'Enter Another Key',
    'Save Anyway',
  ]);
});

test('a test that failed can be made again', async () => {
  const someone = person('LM Studio', 'Try Again', ['m']);
  const { result } = await setUp(someone, { tests: [refused, answered('m')] });
  assert.deepEqual(result?.entry.models, ['m']);
});

test("what failed can be saved: with a preset's models, or with ids that are typed", async () => {
  const preset = person('OpenAI', 'sk-1', 'Save Anyway', ['gpt-6-luna']);
  assert.deepEqual((await setUp(preset, { tests: [refused] })).result?.entry.models, ['gpt-6-luna']);
  const typed = person('LM Studio', 'Save Anyway', 'one, two', 'Leave it as it is');
  assert.deepEqual((await setUp(typed, { tests: [refused] })).result?.entry.models, ['one', 'two']);
});

test("an endpoint of one's own: base URL, name, and a key only if it has one", async () => {
  const own = 'Other OpenAI-compatible endpoint…';
  const someone = person(own, 'https://llm.example.com/v1/chat/completions', 'what is there', '', ['m']);
  const { result, probed } = await setUp(someone, { tests: [answered('m')] });
  assert.deepEqual(result, {
    entry: { name: 'llm.example.com', baseUrl: 'https://llm.example.com/v1', models: ['m'], needsKey: false },
    key: null,
    defaultModel: null,
  });
  assert.equal(probed[0]?.key, null);
  assert.equal(someone.asked[1], '2/6 Set Up Provider');
});

test('an endpoint that answers without a list is asked for its ids', async () => {
  const own = 'Other OpenAI-compatible endpoint…';
  const someone = person(own, 'http://localhost:8000/v1', 'vLLM', 'sk-1', 'mistral');
  const { result } = await setUp(someone, { tests: [answered()] });
  assert.deepEqual(result?.entry, {
    name: 'vLLM',
    baseUrl: 'http://localhost:8000/v1',
    models: ['mistral'],
    needsKey: true,
  });
});

test('going back asks the question before, and what was typed is still there', async () => {
  const own = 'Other OpenAI-compatible endpoint…';
  const someone = person(
    own,
    'https://one.example.com/v1',
    BACK,
    BACK,
    own,
    'what is there',
    'One',
    BACK,
    'what is there',
    '',
    BACK,
    'sk-2',
    ['m'],
  );
  const { result } = await setUp(someone, { tests: [answered('m'), answered('m')] });
  assert.deepEqual(
    [result?.entry.name, result?.entry.baseUrl, result?.key],
    ['One', 'https://one.example.com/v1', 'sk-2'],
  );
});

test('going back to the first question and choosing another provider forgets the key of the first', async () => {
  const someone = person('OpenAI', 'sk-openai', BACK, BACK, 'DeepSeek', 'sk-deepseek', ['m']);
  const { result, probed } = await setUp(someone, { tests: [answered('m'), answered('m')] });
  assert.deepEqual(
    probed.map(({ name, key }) => [name, key]),
    [
      ['OpenAI', 'sk-openai'],
      ['DeepSeek', 'sk-deepseek'],
    ],
  );
  assert.equal(result?.entry.name, 'DeepSeek');
});

test('Escape at any question ends it without a result', async () => {
  const deeds: readonly Deed[] = ['OpenAI', 'sk-1', ['gpt-6-luna', 'gpt-6-sol']];
  for (let answers = 0; answers <= deeds.length; answers++) {
    const someone = person(...deeds.slice(0, answers), CANCELLED);
    const tests = answers >= 2 ? [answered('gpt-6-luna', 'gpt-6-sol')] : [];
    assert.equal((await setUp(someone, { tests })).result, null);
  }
});
