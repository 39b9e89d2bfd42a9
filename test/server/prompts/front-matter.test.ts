/** What a front matter says, what is noted, and what keeps a prompt from running. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FrontMatter, readFrontMatter } from '../../../server/prompts/front-matter.ts';

const NOTHING = readFrontMatter('').frontMatter;

/** Reads `yaml`; `says` is what differs from an empty front matter, `notes` are "line: message". */
function check(sentence: string, yaml: string, says: Partial<FrontMatter>, notes: readonly string[] = []) {
  test(sentence, () => {
    const { extra = new Map(), ...rest } = says;
    const reading = readFrontMatter(yaml);
    assert.equal(reading.problem, null);
    assert.deepEqual(reading.frontMatter, { ...NOTHING, ...rest, extra: reading.frontMatter.extra });
    if ('extra' in says) assert.deepEqual(reading.frontMatter.extra, extra);
    assert.deepEqual(
      reading.notes.map(({ line, message }) => `${line}: ${message}`),
      notes,
    );
  });
}

const unknown = (key: string) => `Unknown front matter key "${key}": kept, not used by Farthing.`;

describe('keys that Farthing uses', () => {
  check('an empty front matter says nothing', '', {
    name: null,
    description: null,
    model: null,
    agent: null,
    tools: [],
    argumentHint: null,
    maxTokens: null,
    temperature: null,
    cache: null,
    extra: new Map(),
  });
  check(
    "VS Code's keys are read",
    'name: review\ndescription: Reviews a change\nmodel: GPT-5 mini\nagent: ask\nargument-hint: a file\n' +
      'tools: [search, edit]\n',
    {
      name: 'review',
      description: 'Reviews a change',
      model: 'GPT-5 mini',
      agent: 'ask',
      argumentHint: 'a file',
      tools: ['search', 'edit'],
    },
  );
  check('tools may be a text with commas', 'tools: search, edit', { tools: ['search', 'edit'] });
  check('"mode" is an older name of "agent"', 'mode: ask', { agent: 'ask' });
  check('models may be a list', 'model: [gpt-5-mini, gpt-5]', { model: ['gpt-5-mini', 'gpt-5'] });
  check('a key without a value says nothing', 'model:\nfarthing:\n', {});
  check(
    "Farthing's own options stand under its name",
    'farthing:\n  maxTokens: 800\n  temperature: 0.2\n  cache: refresh',
    { maxTokens: 800, temperature: 0.2, cache: 'refresh' },
  );
  check('and may be written with a dot', 'farthing.cache: bypass', { cache: 'bypass' });
  check("its own model comes before VS Code's", 'model: GPT-5\nfarthing: { model: gpt-5-nano }', {
    model: 'gpt-5-nano',
  });
});

describe('keys that are noted', () => {
  check(
    'an unknown key is kept and noted on its line',
    'name: a\n\nowner: { team: docs }\n',
    { name: 'a', extra: new Map([['owner', { team: 'docs' }]]) },
    [`3: ${unknown('owner')}`],
  );
  check('a key that only VS Code uses is kept without a note', 'applyTo: "**"', {
    extra: new Map([['applyTo', '**']]),
  });
  check(
    'an unknown option is kept and noted',
    'farthing: { speed: 9 }',
    { extra: new Map([['farthing.speed', 9]]) },
    [`1: ${unknown('farthing.speed')}`],
  );
  check('options that are no set of keys are noted', 'farthing: fast', {}, [`1: ${unknown('farthing')}`]);
  check(
    'options of the wrong type are noted and not used',
    'farthing:\n  maxTokens: 0\n  temperature: hot\n  cache: never\n  model: 5',
    {},
    [
      '1: "farthing.model" is not a text or a list of texts, so it is not used.',
      '1: "farthing.maxTokens" is not a whole number of 1 or more, so it is not used.',
      '1: "farthing.temperature" is not a number from 0 to 2, so it is not used.',
      '1: "farthing.cache" is not one of use, refresh, bypass, only, so it is not used.',
    ],
  );
  check('a model of the wrong type is noted, because it decides the price', 'model: [gpt-5, 4]', {}, [
    '1: "model" is not a text or a list of texts, so it is not used.',
  ]);
  check(
    'a tier beside a model of ours leaves the model out',
    'farthing:\n  tier: small\n  model: gpt-5',
    { tier: 'small', model: 'gpt-5' },
    [
      '1: "farthing.model" is not used, since "farthing.tier" leaves the choice to Farthing; leave out one of them.',
    ],
  );
  check("a tier beside VS Code's own model is none of its business", 'model: GPT-5\nfarthing.tier: small', {
    tier: 'small',
    model: 'GPT-5',
  });
  check(
    'a preference chooses nothing where the model is named',
    'model: GPT-5\nfarthing.preference: best',
    { preference: 'best', model: 'GPT-5' },
    [
      '2: "farthing.preference" changes nothing, since the prompt names its model; write "auto" for the model, or leave it out.',
    ],
  );
  check(
    'and chooses among all for "auto", and among those of a tier',
    'model: auto\nfarthing.preference: best',
    {
      preference: 'best',
      model: 'auto',
    },
  );
  check("VS Code's own complaints are left to VS Code", 'description: [1]\ntools: 5\nagent: {}', {});
  check('keys that every object has are ordinary keys', '__proto__: 1\nconstructor: 2', {}, [
    `1: ${unknown('__proto__')}`,
    `2: ${unknown('constructor')}`,
  ]);
});

describe('what is not valid', () => {
  const cases: readonly (readonly [sentence: string, yaml: string, problem: string])[] = [
    ['a mapping in a mapping', 'name: a\nb: c: d', 'line 3: Nested mappings are not allowed in compact'],
    ['a key that comes twice', 'name: a\nname: b', 'line 3: Map keys must be unique'],
    ['a tab as indentation', 'farthing:\n\tcache: use', 'line 3: Tabs are not allowed as indentation'],
    ['a text in place of keys', 'just words', 'line 2: keys with values were expected'],
    ['a list in place of keys', '\n- a\n- b', 'line 3: keys with values were expected'],
    [
      'a front matter of a whole book',
      `name: ${'a'.repeat(64_000)}`,
      'line 2: it has more than 64000 characters',
    ],
    ['an alias without an anchor', 'name: *a', 'line 2: Unresolved alias'],
    [
      'aliases that multiply',
      `a: &a [1, 2]\n${[...'bcdefghij'].map((key, i) => `${key}: &${key} [${`*${'abcdefghi'[i]}, `.repeat(9)}]`).join('\n')}`,
      'line 2: Excessive alias count',
    ],
  ];
  for (const [sentence, yaml, problem] of cases)
    test(`${sentence} is refused with its line and the next step`, () => {
      const { frontMatter, problem: found } = readFrontMatter(yaml);
      assert.equal(found?.code, 'badFrontMatter');
      assert.ok(found.message.includes(problem), found.message);
      assert.match(found.message, /Mend it, then run the prompt again\.$/);
      assert.deepEqual(frontMatter, NOTHING);
    });

  test('the sentence does not quote the file', () => {
    const secret = 'sk-very-secret';
    const { problem } = readFrontMatter(`key: |${secret}\n  x`);
    assert.equal(problem?.code, 'badFrontMatter');
    assert.ok(!problem.message.includes(secret), problem.message);
  });
});

test('aliases beyond measure are refused, and markup is none', () => {
  const aliases = (count: number) =>
    `a: &a x\n${'b: [*a]\n'.replace('*a', Array(count).fill('*a').join(', '))}`;
  assert.equal(readFrontMatter(aliases(90)).problem, null);
  assert.match(readFrontMatter(aliases(101)).problem?.message ?? '', /more than 100 aliases/);
  assert.equal(readFrontMatter(`description: "${'**bold** 2*3 '.repeat(200)}"`).problem, null);
});

for (const written of ['1.10', '20261121000000000001', '0x10', '7'])
  test(`version ${written} is what is written, however YAML reads numbers`, () => {
    for (const yaml of [`farthing:\n  version: ${written}`, `farthing.version: ${written}`])
      assert.equal(readFrontMatter(yaml).frontMatter.version, written);
    assert.equal(readFrontMatter(`farthing: { maxTokens: 1e3 }`).frontMatter.maxTokens, 1000);
  });

describe('shortening of all of its text', () => {
  check('is accepted by its author', 'farthing: { compress: true }\n', { compress: true });
  check('is not where that is not said', 'farthing: { compress: false }\n', { compress: false });
  check('is a yes or no', 'farthing: { compress: low }\n', {}, [
    '1: "farthing.compress" is not true or false, so it is not used.',
  ]);
});

describe('a check by command', () => {
  check('is asked for', 'farthing: { check: true }\n', { check: true });
  check('is not asked for', 'farthing: { check: false }\n', { check: false });
  for (const value of ['npm test', '[npm, test]', '{ command: [npm, test] }', '1'])
    check(`is never named: ${value}`, `farthing: { check: ${value} }\n`, {}, [
      '1: "farthing.check" is not true or false, so it is not used.',
    ]);
});
