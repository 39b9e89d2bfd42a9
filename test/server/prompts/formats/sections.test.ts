/** Sections, links and tags, through prompt files. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of prompts look like JavaScript's templates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outline, read } from './check.ts';

const LONG = 'Words. '.repeat(80);

test('messages are sections that begin with their role lines', () => {
  const { sections } = read('a.prompt.md', '---\nname: a\n---\nsystem:\n\nBe kind.\nuser:\nHi\n');
  assert.deepEqual(
    sections.map(({ kind, title, role, line }) => ({ kind, title, role, line })),
    [
      { kind: 'role', title: 'system', role: 'system', line: 3 },
      { kind: 'role', title: 'user', role: 'user', line: 6 },
    ],
  );
});

test('headings of a long message hold what is below them, and those of a short one do not', () => {
  const document = read('a.prompt.md', `# One\n${LONG}\n\n## Inner\nx\n\n# Two\ny\n`);
  assert.deepEqual(outline(document), ['heading|One|0', 'heading|Inner|3', 'heading|Two|6']);
  const { text, sections } = document;
  const inner = sections.find(({ title }) => title === 'Inner');
  assert.equal(text.slice(inner?.start, inner?.end), '## Inner\nx');
  assert.ok((sections.find(({ title }) => title === 'One')?.end ?? 0) === inner?.end);
  assert.deepEqual(outline(read('a.prompt.md', '# One\nshort')), []);
});

test('a heading in a fence is code', () => {
  assert.deepEqual(outline(read('a.prompt.md', `${LONG}\n\`\`\`\n# no\nExample 1:\n\`\`\`\n`)), []);
});

const examples: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'pairs',
    'Sort.\n\nInput: a\nOutput: b\n\nInput: c\nOutput: d',
    ['example|Input: a|2', 'example|Input: c|5'],
  ],
  ['questions and answers', 'Q: a\nA: b\nQ: c\nA: d', ['example|Q: a|0', 'example|Q: c|2']],
  [
    'headings',
    '## Examples\n### Example 1\na\n### Example 2\nb\n## Rules\nc',
    ['examples|Examples|0', 'example|Example 1|1', 'example|Example 2|3'],
  ],
  ['labels', 'Example 1:\na\n\n**Example 2**\nb', ['example|Example 1|0', 'example|Example 2|3']],
  [
    'tags',
    '<examples>\n<example>\na\n</example>\n<example id="2">\nb\n</example>\n</examples>\nc',
    ['examples|examples|0', 'example|example|1', 'example|example|4'],
  ],
  ['a labelled pair', 'Example 1:\nInput: a\nOutput: b', ['example|Example 1|0']],
  ['an input alone', 'Input: {{text}}', []],
  ['the word in a sentence', 'For example, write a test. Examples help.\nAn example 1', []],
];
for (const [what, text, found] of examples)
  test(`few-shot examples: ${what}`, () => assert.deepEqual(outline(read('a.prompt.md', text)), found));

test('an example ends where it ends', () => {
  const { sections, text } = read('a.prompt.md', '<example>\na\n</example>\nc');
  const [, example] = sections;
  assert.equal(text.slice(example?.start, example?.end), '<example>\na\n</example>');
});

test('links to files are found, and nothing else', () => {
  const text =
    '[a](docs/a.md) [b](../b%20c.md#part "Title") [c](<d e.md>) #file:src/f.ts\n' +
    '[no](https://x.org) [no](#part) [no](mailto:a@b.c) ![no](a.png) `[no](a.md)` [no]({{x}})\n```\n[no](b.md)\n```\n';
  const { links } = read('a.prompt.md', text);
  assert.deepEqual(
    links.map(({ kind, path }) => `${kind}|${path}`),
    ['link|docs/a.md', 'link|../b c.md', 'link|d e.md', 'reference|src/f.ts'],
  );
  assert.equal(text.slice(links[0]?.start, links[0]?.end), '[a](docs/a.md)');
});

test('a CLAUDE.md pulls in what it names with "@", and a prompt file does not', () => {
  const text = 'See @docs/a.md, @~/.claude/me.md. Not @ada, me@x.org, `@b/c.md`.';
  assert.deepEqual(
    read('CLAUDE.md', text).links.map(({ path }) => path),
    ['docs/a.md', '~/.claude/me.md'],
  );
  assert.deepEqual(read('a.prompt.md', text).links, []);
});

test('tags of template languages are found', () => {
  const text = '{{a}} {{#if b}} {{{c}}} ${input:d} {% for e %} {# f #} #tool:g ${x {{ }';
  const { templateTags } = read('a.prompt.md', text);
  assert.deepEqual(
    templateTags.map(({ start, end }) => text.slice(start, end)),
    ['{{a}}', '{{#if b}}', '{{{c}}}', '${input:d}', '{% for e %}', '{# f #}', '#tool:g'],
  );
});
