import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { repetition } from '../../../server/fitting/repetition.ts';

test('texts that differ in white space at most are the same, and those that are joined by it are not', () => {
  assert.equal(repetition(' a  b\n', 'a\tb', true, true), 'exact');
  assert.equal(repetition('', ' \n', true, false), 'exact');
  assert.notEqual(repetition('a b', 'ab', true, true), 'exact');
  assert.notEqual(repetition('a', 'ab', true, true), 'exact');
});

test('whatever the texts are, they are the same when they are so with every white space as one', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', '\t'), { maxLength: 8 })
    .map((all) => all.join(''));
  const plain = (one: string) => one.replace(/\s+/g, ' ').trim();
  fc.assert(
    fc.property(text, text, (one, other) =>
      assert.equal(repetition(one, other, true, true) === 'exact', plain(one) === plain(other)),
    ),
    { numRuns: 2000 },
  );
});

test('in prose other signs change nothing, and a number or a negation does', () => {
  assert.equal(repetition('It is so; always.', 'It is so, always.', true, false), 'reworded');
  assert.equal(repetition('It is 5 long.', 'It is 7 long.', false, false), 'similar');
  assert.equal(repetition('It is not so.', 'It is so.', false, false), 'similar');
});

test('in code any sign is a difference', () => {
  assert.equal(repetition('if (a < b) return;', 'if (a > b) return;', true, true), 'similar');
});
