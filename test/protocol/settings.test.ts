import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SETTINGS } from '../../protocol/setting-definitions.ts';
import { defaultSettings, isLoopback, parseSettings } from '../../protocol/settings.ts';

const local = {
  name: 'Local',
  baseUrl: 'http://localhost:11434/v1/',
  models: ['qwen3:8b', { id: 'x', contextTokens: 8192 }],
};

test('providers are read with their models, and what is left out has its meaning', () => {
  const { settings, problems } = parseSettings({ providers: [local] });
  assert.deepEqual(problems, []);
  assert.deepEqual(settings.providers, [
    {
      name: 'Local',
      baseUrl: 'http://localhost:11434/v1',
      models: [
        { id: 'qwen3:8b', contextTokens: null, encoding: null },
        { id: 'x', contextTokens: 8192, encoding: null },
      ],
      keyEnvironment: null,
      needsKey: false,
      pricedAs: null,
      alternatives: [],
      free: false,
      firstTokenSeconds: null,
      simulated: false,
    },
  ]);
});

test('a model may say what it does not take', () => {
  const models = [
    { id: 'x', lacks: ['tools'] },
    { id: 'y', lacks: [] },
  ];
  const { settings } = parseSettings({ providers: [{ ...local, models }] });
  assert.deepEqual(
    settings.providers[0]?.models.map(({ lacks }) => lacks),
    [['tools'], undefined],
  );
});

test('settings come nested or with dots, and each has its default', () => {
  assert.equal(parseSettings({ budgets: { enabled: false } }).settings.budgetsEnabled, false);
  assert.equal(parseSettings({ 'budgets.enabled': false }).settings.budgetsEnabled, false);
  assert.deepEqual(parseSettings({}).settings, defaultSettings());
  assert.equal(defaultSettings().providers[0]?.name, 'OpenAI');
});

const broken: readonly (readonly [string, unknown, RegExp])[] = [
  ['no list', 'http://localhost', /farthing\.providers is not a list\./],
  [
    'no URL',
    [{ ...local, baseUrl: 'localhost:11434' }],
    /farthing\.providers\[0\]\.baseUrl is not an http or https URL\./,
  ],
  ['no name', [local, { ...local, name: ' ' }], /farthing\.providers\[1\]\.name is empty\./],
  [
    'an unknown word for what a model lacks',
    [{ ...local, models: [{ id: 'x', lacks: ['tools', 'vision'] }] }],
    /farthing\.providers\[0\]\.models\.lacks is none of tools, schema\./,
  ],
  ['one name twice', [local, { ...local, name: 'LOCAL' }], /names "LOCAL" twice\./],
];
for (const [what, providers, message] of broken) {
  test(`providers with ${what} are named, and no prompt goes anywhere else meanwhile`, () => {
    const { settings, problems } = parseSettings({ providers });
    assert.deepEqual(settings.providers, []);
    assert.match(problems[0]?.message ?? '', message);
    assert.match(problems[0]?.message ?? '', /No provider is used until it is mended\.$/);
  });
}

test('any other setting that cannot be read has its default, and the rest is used', () => {
  const { settings, problems } = parseSettings({ 'request.attempts': 99, 'cache.hours': 2 });
  assert.equal(settings.attempts, 3);
  assert.equal(settings.cacheHours, 2);
  assert.deepEqual(problems, [
    {
      key: 'farthing.request.attempts',
      message: 'farthing.request.attempts is not between 1 and 10. Its default is used until it is mended.',
    },
  ]);
});

test('whatever settings hold, they are read without a throw, and every problem names its setting', () => {
  const keys = SETTINGS.map((setting) => setting.key);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), fc.anything()), (raw) => {
      const { settings, problems } = parseSettings(raw);
      assert.ok(settings.attempts >= 1 && settings.attempts <= 10);
      for (const { key } of problems) assert.ok(keys.includes(key.replace('farthing.', '')));
    }),
  );
});

test('loopback is this machine and nothing that only looks like it', () => {
  for (const url of ['http://localhost/v1', 'http://127.0.0.1:1', 'http://127.9.9.9', 'http://[::1]:8'])
    assert.ok(isLoopback(url), url);
  for (const url of ['http://localhost.example.com', 'http://127.0.0.1.nip.io', 'https://api.openai.com']) {
    assert.ok(!isLoopback(url), url);
  }
});

test('steps of the pipeline are left out by name, and only those that may be', () => {
  assert.deepEqual(
    [...parseSettings({ stages: { retry: false, fallback: true } }).settings.stagesOff],
    ['retry'],
  );
  const { settings, problems } = parseSettings({ stages: { record: false } });
  assert.equal(settings.stagesOff.size, 0);
  assert.match(problems[0]?.message ?? '', /farthing\.stages\.record is none of attribute, exactCache/);
});

test('hours of the cache are by kinds of task that there are', () => {
  assert.deepEqual(parseSettings({ 'cache.hoursByKind': { extract: 2 } }).settings.cacheHoursByKind, {
    extract: 2,
  });
  const { problems } = parseSettings({ 'cache.hoursByKind': { poem: 2 } });
  assert.match(problems[0]?.message ?? '', /farthing\.cache\.hoursByKind\.poem is none of answer, /);
});

test('models that no provider has are named where they would be ignored without a word', () => {
  const raw = {
    providers: [local],
    baseline: 'qwen3:80b',
    'budgets.downgradeTo': 'Locale/x',
    'fallback.chain': ['x', 'y', 'local/QWEN3:8b'],
  };
  const { settings, problems } = parseSettings(raw);
  assert.deepEqual(
    [settings.baseline, settings.budgetDowngradeTo, settings.fallbackChain],
    ['', '', ['x', 'local/QWEN3:8b']],
  );
  const whom = 'which no configured provider has';
  assert.deepEqual(problems, [
    {
      key: 'farthing.baseline',
      message: `farthing.baseline names "qwen3:80b", ${whom}. Its default is used until it is mended.`,
    },
    {
      key: 'farthing.budgets.downgradeTo',
      message: `farthing.budgets.downgradeTo names "Locale/x", ${whom}. Its default is used until it is mended.`,
    },
    {
      key: 'farthing.fallback.chain',
      message: `farthing.fallback.chain names "y", ${whom}. It is left out until it is mended.`,
    },
  ]);
});

test('models that there are, and providers that cannot be read, make no such problem', () => {
  const known = { baseline: 'Local/x', 'budgets.downgradeTo': 'x', model: 'auto' };
  assert.deepEqual(parseSettings({ ...known, providers: [local] }).problems, []);
  const keys = parseSettings({ ...known, providers: 'none' }).problems.map(({ key }) => key);
  assert.deepEqual(keys, ['farthing.providers']);
});

test('what all connections share is said only by those who say it', () => {
  const shared = (raw: unknown) => {
    const { cacheMegabytes, logLevel } = parseSettings(raw).settings;
    return [cacheMegabytes, logLevel];
  };
  assert.deepEqual(shared({}), [null, null]);
  assert.deepEqual(shared({ 'cache.megabytes': 256, log: { level: 'info' } }), [256, 'info']);
  const raw = { 'cache.megabytes': 'all', 'log.level': 'loud' };
  assert.deepEqual(shared(raw), [null, null]);
  assert.match(parseSettings(raw).problems[0]?.message ?? '', /It stays as it is until it is mended\.$/);
});

test('a command has its program and arguments as they are written, and its limits', () => {
  const read = (command: unknown) => parseSettings({ cascade: { command } });
  assert.deepEqual(read({ command: ['node', '', ' a b'] }).settings.cascadeCommand, {
    command: ['node', '', ' a b'],
    timeoutSeconds: 120,
    maxOutputKilobytes: 64,
  });
  assert.deepEqual(read(null), { settings: defaultSettings(), problems: [] });
  for (const bad of [
    ...['npm test', ['npm'], {}, { command: [] }, { command: [''] }, { command: 'npm test' }],
    ...[{ command: ['npm', 1] }, { command: ['npm'], timeoutSeconds: 0 }],
    { command: ['npm'], maxOutputKilobytes: 1e9 },
  ]) {
    const { settings, problems } = read(bad);
    assert.equal(settings.cascadeCommand, null);
    assert.deepEqual(
      problems.map(({ key }) => key),
      ['farthing.cascade.command'],
    );
  }
});
