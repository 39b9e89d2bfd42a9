import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakdownGroups, breakdownTitle } from '../../../client/text/breakdown-lines.ts';
import type { Breakdown } from '../../../protocol/token-counts.ts';
import { english } from './english.ts';

const aBreakdown = (changes: Partial<Breakdown> = {}): Breakdown => ({
  uri: 'file:///a.prompt.md',
  version: 1,
  model: 'gpt-5',
  approximate: false,
  total: 1000,
  contextTokens: 400_000,
  sections: [
    { kind: 'role', title: 'system', role: 'system', line: 0, depth: 0, tokens: 900 },
    { kind: 'heading', title: 'Rules', role: null, line: 2, depth: 1, tokens: 4 },
  ],
  roles: [{ role: 'system', tokens: 900 }],
  overhead: 7,
  byPipeline: 0,
  frontMatter: null,
  included: [],
  variables: [],
  pastValues: null,
  tooLarge: false,
  ...changes,
});

const linesOf = (changes: Partial<Breakdown> = {}) =>
  breakdownGroups(aBreakdown(changes), english).flatMap(({ title, lines }) => [
    `# ${title}`,
    ...lines.map(({ label, description }) => `${label} | ${description}`),
  ]);

test('sections stand below their message, with their share of the whole', () => {
  assert.deepEqual(linesOf(), [
    '# Sections',
    'System | 900 tokens · 90 %',
    '\u2003Rules | 4 tokens · under 1 %',
    '# Around the messages',
    'Chat format | 7 tokens · under 1 %',
  ]);
});

test('a choice goes to the line of its section, and to none where there is none', () => {
  const [sections, around] = breakdownGroups(aBreakdown(), english);
  assert.deepEqual(
    [sections, around].flatMap((group) => group?.lines.map(({ line }) => line)),
    [0, 2, null],
  );
});

test('what stands above says the share of the context window, where it is known', () => {
  assert.equal(
    breakdownTitle(aBreakdown(), english),
    '1,000 tokens with gpt-5, under 1 % of the context window (400,000)',
  );
  assert.equal(
    breakdownTitle(aBreakdown({ contextTokens: null, approximate: true, variables: ['{{a}}'] }), english),
    '≈1,000+ tokens with gpt-5',
  );
});

test('values are measured from past runs, or said to be unknown', () => {
  const variables = ['{{a}}', '{{b}}'];
  assert.match(linesOf({ variables }).join('\n'), /^\{\{a\}\}, \{\{b\}\} \| no past runs say/m);
  assert.match(
    linesOf({ variables, pastValues: { tokens: 40, runs: 5 } }).join('\n'),
    /\| 40 tokens more, median of 5 past runs$/m,
  );
  assert.match(
    linesOf({ variables, pastValues: { tokens: 40, runs: 1 } }).join('\n'),
    /in the one past run$/m,
  );
});

test('linked files are apart, and say why one is not counted', () => {
  const file = { line: 3, depth: 0, tokens: null } as const;
  const lines = linesOf({
    included: [
      { ...file, target: 'a.md', tokens: 12, problem: null },
      { ...file, target: 'b.md', depth: 1, problem: 'circular' },
      { ...file, target: 'c.md', problem: 'untrusted' },
    ],
  });
  assert.deepEqual(lines.slice(-3), [
    'a.md | 12 tokens',
    '\u2003b.md | leads back to a file that links here: counted once',
    'c.md | not read until you trust this workspace',
  ]);
});

test('what the pipeline adds or leaves out, and what is not sent, is said', () => {
  assert.match(linesOf({ byPipeline: -20 }).join('\n'), /^Left out by the pipeline \| -20 tokens$/m);
  assert.match(linesOf({ byPipeline: 20 }).join('\n'), /^Added by the pipeline.* \| 20 tokens$/m);
  assert.deepEqual(linesOf({ frontMatter: { line: 0, tokens: 9 } }).slice(-2), [
    '# Not sent',
    'Front matter | 9 tokens',
  ]);
  assert.match(linesOf({ tooLarge: true }).join('\n'), /too long to be counted by section/);
});
