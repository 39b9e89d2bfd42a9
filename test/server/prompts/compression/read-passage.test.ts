import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readPassage } from '../../../../server/prompts/compression/read-passage.ts';
import type { Span } from '../../../../server/prompts/prompt-part.ts';
import { prompts } from './pieces.ts';

const blocksOf = (text: string) =>
  readPassage({ text }).blocks.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
const sentencesOf = (text: string) => {
  const passage = readPassage({ text });
  return passage.sentences.map(({ start, end }) => text.slice(start, end));
};
const keptOf = (text: string) =>
  readPassage({ text }).kept.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

describe('The blocks of a passage', () => {
  it('are those of Markdown, in a flat list', () => {
    assert.deepEqual(blocksOf('# Title\n\nText.\n\n- one\n  - two\n\n> said\n\n---\n\n    code'), [
      'heading # Title',
      'paragraph Text.',
      'listItem - one',
      'listItem - two',
      'quote said',
      'rule ---',
      'code code',
    ]);
  });
  it('tell data from code by the word behind the fence', () => {
    const { blocks } = readPassage({ text: '```YAML\na: 1\n```\n\n```python\na = 1\n```' });
    assert.deepEqual(
      blocks.map(({ kind, language }) => [kind, language]),
      [
        ['data', 'yaml'],
        ['code', 'python'],
      ],
    );
  });
  it('make one of a JSON value without a fence, blank lines and all', () => {
    assert.deepEqual(blocksOf('See:\n\n{\n  "a": 1,\n\n  "b": [2]\n}\n\nDone.'), [
      'paragraph See:',
      'data {\n  "a": 1,\n\n  "b": [2]\n}',
      'paragraph Done.',
    ]);
  });
  it('leave a bracket that is no JSON to the prose', () => {
    assert.deepEqual(blocksOf('[1] See the note.\n\n{{topic}} comes first.'), [
      'paragraph [1] See the note.',
      'paragraph {{topic}} comes first.',
    ]);
  });
  it('see the prose between tags that frame it', () => {
    assert.deepEqual(
      blocksOf('Read this:\n<rules>\n- Be brief.\n- Be kind.\n</rules>\n\n<notes>\nText.\n</notes>'),
      [
        'paragraph Read this:',
        'html <rules>',
        'listItem - Be brief.',
        'listItem - Be kind.',
        'html </rules>',
        'html <notes>',
        'paragraph Text.',
        'html </notes>',
      ],
    );
  });
  it('give headings and list items their levels', () => {
    const { blocks } = readPassage({ text: '## Two\n\nOne\n===\n\n- a\n  1. b' });
    assert.deepEqual(
      blocks.map(({ level }) => level),
      [2, 1, 1, 2],
    );
  });
});

describe('The sentences of a passage', () => {
  it('end at marks, not at abbreviations, decimals, addresses and initials', () => {
    assert.deepEqual(
      sentencesOf('Ask Dr. Smith, e.g. today. It costs 3.5 euros! See https://a.example/b.c now? Yes.'),
      ['Ask Dr. Smith, e.g. today.', 'It costs 3.5 euros!', 'See https://a.example/b.c now?', 'Yes.'],
    );
  });
  it('end at the marks of Chinese and Japanese, which no space follows', () => {
    assert.deepEqual(sentencesOf('请写一个故事。不要太长！短くしてください。'), [
      '请写一个故事。',
      '不要太长！',
      '短くしてください。',
    ]);
  });
  it('do not end within what is quoted or code', () => {
    assert.deepEqual(sentencesOf('Say "Stop. Go. Now." twice. Run `a. B. c` then.'), [
      'Say "Stop. Go. Now." twice.',
      'Run `a. B. c` then.',
    ]);
  });
  it('go on over a line that was wrapped, and end with a short line', () => {
    const wrapped = `This line is long enough to have been wrapped by somebody's\neditor at its usual width.`;
    assert.deepEqual(sentencesOf(wrapped), [wrapped]);
    assert.deepEqual(sentencesOf('Name: Ann\nAge: 30'), ['Name: Ann', 'Age: 30']);
  });
  it('leave out list marks and hashes', () => {
    assert.deepEqual(sentencesOf('## Rules ##\n\n- [ ] Be brief.\n1. Be kind.'), [
      'Rules',
      'Be brief.',
      'Be kind.',
    ]);
  });
});

describe('What a passage keeps', () => {
  const cases: readonly (readonly [text: string, kept: readonly string[]])[] = [
    [
      'use {{topic}} and \u0024{value} and {name} and {% if x %} and <%= y %>',
      [
        'variable {{topic}}',
        'variable \u0024{value}',
        'variable {name}',
        'variable {% if x %}',
        'identifier <%= y %>',
      ],
    ],
    ['see #file:src/a.ts and #tool:search', ['variable #file:src/a.ts', 'variable #tool:search']],
    ['run `npm test` now', ['code `npm test`']],
    [
      'say "good morning" or “hello” or «salut» or \'bye now\' to them',
      ['quoted "good morning"', 'quoted “hello”', 'quoted «salut»', "quoted 'bye now'"],
    ],
    ["the users' data, it's the dogs' turn", []],
    [
      'call fooBar, snake_case, a.b.c, package.json and ./src/x',
      [
        'identifier fooBar',
        'identifier snake_case',
        'identifier a.b.c',
        'identifier package.json',
        'identifier ./src/x',
      ],
    ],
    [
      'at most 3.5 MB, 10 %, $5.20, 1,000 tokens or 3-5 lines',
      ['number 3.5 MB', 'number 10 %', 'number $5.20', 'number 1,000 tokens', 'number 3-5 lines'],
    ],
    [
      'do not, don’t, never, without',
      ['negation not', 'negation don’t', 'negation never', 'negation without'],
    ],
    [
      'nicht, kein, jamais, sin, не',
      ['negation nicht', 'negation kein', 'negation jamais', 'negation sin', 'negation не'],
    ],
    ['请不要回答，禁止猜测', ['negation 不', 'negation 禁止']],
    ['答えないでください', ['negation ないで']],
    ['Please ask Ann at NASA, as I do. Then stop.', ['name Ann', 'name NASA']],
    [
      'write to a.b@example.com or https://example.com/x?y=1.',
      ['url a.b@example.com', 'url https://example.com/x?y=1'],
    ],
    ['fill in [Your Name] here', ['variable [Your Name]']],
    ['before <!-- Ann said not --> after', []],
  ];
  for (const [text, kept] of cases)
    it(`of ${JSON.stringify(text)}`, () => assert.deepEqual(keptOf(text), kept));

  it('are all blocks of code, and of data the variables only', () => {
    assert.deepEqual(keptOf('```js\nlet a = 1\n```\n\n```json\n{"a": "{{b}}", "not": 1}\n```'), [
      'code ```js\nlet a = 1\n```',
      'variable {{b}}',
    ]);
  });
  it('lies in order and without overlaps, inside any text', () => {
    fc.assert(
      fc.property(prompts, (text) => {
        const { kept, blocks, sentences } = readPassage({ text });
        for (const spans of [kept, blocks, sentences]) assertOrdered(spans, text.length);
      }),
    );
  });
  it('is found in a text that its file indents or escapes, and what the format writes is kept', () => {
    const text = '# Rules\\n\\nDo not ask. Be brief.';
    const fixed = [
      { start: 7, end: 9 },
      { start: 9, end: 11 },
    ];
    const passage = readPassage({ text, fixed });
    assert.deepEqual(
      passage.sentences.map(({ start, end }) => text.slice(start, end)),
      ['Rules', 'Do not ask.', 'Be brief.'],
    );
    assert.deepEqual(
      passage.kept.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`),
      ['fixed \\n', 'fixed \\n', 'negation not'],
    );
    assert.ok(passage.keeps(6, 8));
    assert.ok(!passage.keeps(11, 13));
  });
});

function assertOrdered(spans: readonly Span[], length: number): void {
  let at = 0;
  for (const { start, end } of spans) {
    assert.ok(start >= at && end > start && end <= length, `${start} to ${end} behind ${at} of ${length}`);
    at = end;
  }
}
