/** `farthing.expect` in a front matter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readExpectation } from '../../../server/prompts/expectation.ts';
import { readFrontMatter } from '../../../server/prompts/front-matter.ts';

test('an expectation is read with all that it says', () => {
  const { frontMatter, notes } = readFrontMatter(
    'farthing:\n  expect:\n    matches: "^[A-Z]+$"\n    fields: [title, author.name]\n    minLength: 2\n    maxLength: 90\n',
  );
  assert.deepEqual(notes, []);
  assert.equal(frontMatter.expect?.matches?.source, '^[A-Z]+$');
  assert.deepEqual(frontMatter.expect?.fields, ['title', 'author.name']);
  assert.equal(frontMatter.expect?.minLength, 2);
  assert.equal(frontMatter.expect?.maxLength, 90);
});

test('a front matter without one expects nothing', () => {
  assert.equal(readFrontMatter('name: a\n').frontMatter.expect, null);
});

for (const [what, expect, note] of [
  ['a pattern that is none', 'matches: "("', /farthing\.expect\.matches/],
  ['a repetition in a repetition', 'matches: "^(a+)+$"', /without a repetition inside a repetition/],
  ['deeper repetitions', 'matches: "((x|a*)b){2,}"', /farthing\.expect\.matches/],
  ['a length that is none', 'minLength: -1', /farthing\.expect\.minLength/],
  ['a maximum under the minimum', 'minLength: 9\n    maxLength: 3', /above maxLength/],
  ['no fields', 'fields: []', /farthing\.expect\.fields/],
  ['a key that is unknown', 'matchs: a', /Unknown key "farthing\.expect\.matchs"/],
] as const)
  test(`${what} is noted on its line and not used`, () => {
    const { frontMatter, notes } = readFrontMatter(`farthing:\n  expect:\n    ${expect}\n`);
    assert.equal(frontMatter.expect, null);
    assert.equal(notes.length, 1);
    assert.match(notes[0]?.message ?? '', note);
  });

test('an expectation that is no list of keys is noted', () => {
  assert.match(
    readFrontMatter('farthing.expect: yes\n').notes[0]?.message ?? '',
    /not a set of expectations/,
  );
});

for (const pattern of [
  '^\\d+-\\d+$',
  '(a|b)*',
  'a{2,5}(b{1,3})+',
  '[(a+)+]+',
  '\\(a+\\)+',
  '^(?<year>\\d{4})$',
])
  test(`a quick pattern is used: ${pattern}`, () => {
    assert.equal(readExpectation({ matches: pattern })?.expect?.matches?.source, pattern);
  });

test('whatever is written there, reading it does not throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (value, matches) => {
      readExpectation(value);
      readExpectation({ matches });
    }),
  );
});
