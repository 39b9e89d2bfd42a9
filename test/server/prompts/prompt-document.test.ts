/** Prompt files through their front door: text in, document out. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type PromptDocument, parsePrompt } from '../../../server/prompts/prompt-document.ts';

const parse = (text: string) => parsePrompt({ uri: 'file:///a.prompt.md', text });

/** Parses `text` and compares what `expected` names of the document, and that all else is as in a plain body. */
function check(sentence: string, text: string, expected: Partial<PromptDocument>) {
  test(sentence, () => {
    const document = parse(text);
    const names = Object.keys(expected) as (keyof PromptDocument)[];
    assert.deepEqual(Object.fromEntries(names.map((name) => [name, document[name]])), expected);
    assert.equal(document.text.slice(document.bodyOffset), document.body);
    if (!names.includes('problem')) assert.equal(document.problem, null);
    if (!names.includes('notes')) assert.deepEqual(document.notes, []);
  });
}

const noLines = null;
const whole = (text: string) => [{ role: 'user', content: text }] as const;

describe('where a prompt begins', () => {
  const closed = { first: 0, last: 2 };
  check('a file without front matter is its body', 'Hello', {
    frontMatterLines: noLines,
    body: 'Hello',
    bodyLine: 0,
    messages: whole('Hello'),
  });
  check('the body follows the closing line', '---\nname: a\n---\n\nHello\n', {
    frontMatterLines: closed,
    body: '\nHello\n',
    bodyLine: 4,
    messages: whole('Hello'),
  });
  check('CRLF ends lines as LF does', '---\r\nname: a\r\n---\r\nHello\r\nyou\r\n', {
    frontMatterLines: closed,
    bodyLine: 3,
    messages: whole('Hello\r\nyou'),
  });
  check('a byte order mark may come before the front matter', '\uFEFF---\nname: a\n---\nHello', {
    frontMatterLines: closed,
    body: 'Hello',
  });
  check('a byte order mark is no part of a body', '\uFEFFHello', { body: 'Hello', bodyOffset: 1 });
  check('an empty front matter says nothing', '---\n---\nHello', {
    frontMatterLines: { first: 0, last: 1 },
    body: 'Hello',
  });
  check('a front matter may be all there is', '---\nname: a\n---', {
    frontMatterLines: closed,
    body: '',
    bodyLine: 2,
    messages: [],
  });
  check('a front matter of comments says nothing', '---\n# later\n---\nHello', { body: 'Hello' });
  check('a second front matter is body text', '---\n---\n---\na: 1\n---\n', { body: '---\na: 1\n---\n' });
  check('a rule below the first line is body text', 'Hello\n---\nyou\n---\n', {
    frontMatterLines: noLines,
    body: 'Hello\n---\nyou\n---\n',
  });
  check('a front matter that is not closed is body text, with a note', '---\nname: a\nHello', {
    frontMatterLines: noLines,
    body: '---\nname: a\nHello',
    notes: [
      { line: 0, message: 'The front matter has no closing line "---", so the whole file is the prompt.' },
    ],
  });
  check('an empty file has no messages', '', { body: '', bodyLine: 0, messages: [] });
  check('the body of a blank file begins on its first line', '\n \n', { bodyLine: 0, messages: [] });
});

test('parsing never throws, and the body is always the end of the text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '---',
      '---\n',
      '\r\n',
      '\n',
      '\uFEFF',
      'model: ',
      'farthing:\n',
      '  cache: x\n',
      '- ',
      '{',
    ),
    fc.constantFrom('&a ', '*a ', '*b', '!!x ', '"', "'", '|', '>', ': ', '? ', '```\n', 'user:\n', '{{a}}'),
    fc.string({ unit: 'binary' }),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  const fenced = text.map((yaml) => `---\n${yaml}\n---\nbody`);
  fc.assert(
    fc.property(fc.oneof(text, fenced), (input) => {
      const document = parse(input);
      assert.equal(input.slice(document.bodyOffset), document.body);
      assert.ok(document.bodyLine <= (input.match(/\r\n|\r|\n/g) ?? []).length);
      assert.ok(document.problem === null || document.problem.code === 'badFrontMatter');
    }),
    { numRuns: 1000 },
  );
});

for (const [kind, deep] of [
  ['brackets', '['.repeat(20_000)],
  ['indicators', '- '.repeat(20_000)],
  ['both', `${'- '.repeat(10_000)}${'{a: '.repeat(5_000)}`],
] as const)
  test(`a front matter nested beyond measure by ${kind} is a problem and nothing worse`, () => {
    const { problem } = parse(`---\n${deep}\n---\nHello`);
    assert.match(problem?.message ?? '', /line 2: it is nested too deeply/);
  });
