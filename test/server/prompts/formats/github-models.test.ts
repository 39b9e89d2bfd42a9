/** GitHub Models' prompt files: texts in every way in which YAML writes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixed, outline, read, said } from './check.ts';

const messages = (...contents: readonly string[]) =>
  `messages:\n${contents.map((content) => `  - role: user\n    content: ${content}\n`).join('')}`;

test('model, parameters, messages and an example value are read', () => {
  const document = read(
    'sum.prompt.yml',
    'name: Sum\nmodel: openai/gpt-4o-mini\nmodelParameters:\n  temperature: 0.3\n  max_tokens: 20\n' +
      'messages:\n  - role: system\n    content: Be brief.\n  - role: user\n    content: "{{input}}"\n' +
      'testData:\n  - input: Hello\n    expected: Hi\nevaluators: []\n',
  );
  assert.equal(document.format, 'github-models');
  assert.deepEqual(said(document), ['system|Be brief.', 'user|{{input}}']);
  const { model, temperature, maxTokens } = document.frontMatter;
  assert.deepEqual(model, ['openai/gpt-4o-mini', 'gpt-4o-mini']);
  assert.deepEqual({ temperature, maxTokens }, { temperature: 0.3, maxTokens: 20 });
  assert.deepEqual(document.samples, { input: 'Hello' });
  assert.equal(document.bodyLine, 6);
  assert.deepEqual(document.notes, []);
});

const CASES: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'a literal block',
    '|\n      a {{x}}\n        b\n\n      c\n\n',
    'a {{x}}\n  b\n\nc',
    ['      ', '      '],
  ],
  ['a literal block that keeps', '|+\n      a\n\n', 'a', []],
  ['a literal block with its indentation', '|2-\n        x\n      y', '  x\ny', ['      ']],
  ['a literal block with CRLF', '|\r\n      a\r\n      b\r\n', 'a\nb', ['      ']],
  ['double quotes', '"q\\n\\"x\\" \\u00e9"', 'q\n"x" é', ['\\n', '\\"', '\\"', '\\u00e9']],
  ['double quotes on two lines', '"a\n      b"', 'a b', ['\n      ']],
  ['single quotes', "'it''s'", "it's", ["''"]],
  ['plain text', 'a "b" c', 'a "b" c', []],
  ['plain text on two lines', 'a\n      b', 'a b', ['\n      ']],
];
for (const [what, yaml, content, spans] of CASES)
  test(`${what} is read as YAML reads it`, () => {
    const document = read('a.prompt.yaml', messages(yaml));
    assert.deepEqual(said(document), [`user|${content}`]);
    assert.deepEqual(
      fixed(document)[0]?.filter((span) => !/^[\r\n]+$/.test(span)),
      spans,
    );
  });

test('a folded block is read as YAML folds it, also in part', () => {
  const document = read('a.prompt.yml', messages('>-\n      d\n      e\n\n      f'));
  assert.deepEqual(said(document), ['user|d e\nf']);
  assert.equal(document.parts[0]?.read('d\n      e'), 'd e');
});

test('an alias is read as what it means, and nothing of it is text', () => {
  const document = read('a.prompt.yml', `x: &long Hello\n${messages('*long')}`);
  assert.deepEqual(said(document), ['user|Hello']);
  assert.deepEqual(fixed(document), [['*long']]);
});

test('a message without a text is said and left out', () => {
  const document = read('a.prompt.yml', messages('[1, 2]', 'Hi'));
  assert.deepEqual(said(document), ['user|Hi']);
  assert.deepEqual(
    document.notes.map(({ line }) => line),
    [1],
  );
});

test('many braces in a text are no nesting', () => {
  assert.equal(read('a.prompt.yml', messages(`|\n      ${'{'.repeat(2000)}`)).problem, null);
});

test('examples in a block are found by their lines', () => {
  const document = read(
    'a.prompt.yml',
    messages('|\n      Input: a\n      Output: b\n\n      Input: c\n      Output: d\n'),
  );
  assert.deepEqual(outline(document), ['example|Input: a|3', 'example|Input: c|6']);
});

for (const [what, text] of [
  ['YAML that is broken', 'messages:\n  - role: user\n   content: "a\n'],
  ['brackets beyond measure', `messages: ${'['.repeat(20_000)}`],
  ['an alias of nothing', messages('*none')],
  ['a list', '- a\n- b'],
  ['more than a prompt', `a: ${'x'.repeat(10_000_000)}`],
] as const)
  test(`${what} is a problem and nothing worse`, () => {
    assert.equal(read('a.prompt.yml', text).problem?.code, 'badFrontMatter');
  });
