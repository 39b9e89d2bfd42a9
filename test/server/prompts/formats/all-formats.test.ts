/** What holds for every format, whatever is in the file. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of prompts look like JavaScript's templates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PromptFormat } from '../../../../server/prompts/formats/format.ts';
import { PROMPT_FORMATS } from '../../../../server/prompts/formats/formats.ts';
import { parsePrompt } from '../../../../server/prompts/prompt-document.ts';
import { checkOffsets } from './check.ts';

const PIECES = [
  ...['---\n', '---', '\n', '\r\n', '\r', '\uFEFF', ' ', '  ', '\t', '\\', '"', "'", '`', '```\n', '"""'],
  ...[
    'system:\n',
    'user:\n',
    '# A\n',
    '## Examples\n',
    'Example 1:\n',
    'Input: a\n',
    'Output: b\n',
    '<example>\n',
  ],
  ...['</example>\n', '{{a}}', '{{', '}}', '{%', '%}', '${', '}', '${x}', '{{role "system"}}', '{{#if a}}'],
  ...[
    '[a](b.md)',
    '@a/b.md',
    '#file:x',
    'messages:\n',
    '  - role: user\n',
    '    content: ',
    '|\n',
    '>-\n',
    '|2\n',
  ],
  ...[
    '      text\n',
    '        more\n',
    '&a ',
    '*a',
    'model: m\n',
    'generateText({ prompt: ',
    '})',
    'f"',
    "r'",
    ' + ',
  ],
  ...[
    'llm.generate(prompt=',
    ')',
    "{ role: 'user', content: ",
    '\\n',
    '\\u{41}',
    '\\x4',
    'é',
    '😀',
    'שלום',
    '\u0301',
    '\0',
  ],
];
const text = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    {
      maxLength: 40,
    },
  )
  .map((pieces) => pieces.join(''));

/** A text as a format reads it, whatever its file is called. */
const readAs = (format: PromptFormat, written: string) =>
  format.read({ uri: 'file:///a', path: '/a', languageId: '', text: written });

for (const format of PROMPT_FORMATS)
  test(`${format.id}: reading never throws, and every offset is right`, () => {
    fc.assert(
      fc.property(text, (input) => checkOffsets(readAs(format, input))),
      { numRuns: 400 },
    );
  });

const yamlScalar = fc.record({
  lines: fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { minLength: 1, maxLength: 6 }),
  style: fc.constantFrom('|', '|-', '>', '>-', '"', "'"),
});
test('github-models: what is written in a block or in quotes is read back', () => {
  fc.assert(
    fc.property(yamlScalar, ({ lines, style }) => {
      const written =
        style === '"'
          ? JSON.stringify(lines.join('\n'))
          : style === "'"
            ? `'${lines.join(' ').replaceAll("'", "''")}'`
            : `${style}\n${lines.map((line) => `      ${line}`).join('\n')}`;
      const source = `messages:\n  - role: user\n    content: ${written}\n`;
      checkOffsets(parsePrompt({ uri: 'file:///a.prompt.yml', text: source }));
    }),
  );
});

test('every format has a name of its own', () => {
  const ids = PROMPT_FORMATS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

const LARGE = 500_000;
for (const [what, unit] of [
  ['words', 'Ten words '],
  ['lines', '# a\n'],
  ['beginnings of tags', '{{ {% ${ {# '],
  ['beginnings of links', '[a]( `'],
  ['openings of examples', '<example>\nInput: a\n'],
  ['quotes and escapes', '"\\'],
  ['zeros', '\0\uFFFD'],
] as const)
  test(`a large file of ${what} is read by every format`, () => {
    const large = unit.repeat(LARGE / unit.length);
    for (const format of PROMPT_FORMATS) assert.equal(readAs(format, large).format, format.id);
  });

for (const format of PROMPT_FORMATS)
  test(`${format.id}: ten megabytes are read, or said to be too much`, () => {
    const { id } = format;
    const document = readAs(format, 'Ten words.\n'.repeat(1_000_000));
    assert.equal(document.problem?.code, id === 'github-models' ? 'badFrontMatter' : undefined);
    assert.equal(document.messages.length, ['github-models', 'javascript', 'python'].includes(id) ? 0 : 1);
  });
