import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contextBlocks, outsideOfContext } from '../../../server/prompts/context-blocks.ts';

const read = (content: string) =>
  contextBlocks(content).map(({ name, textStart, textEnd }) => [name, content.slice(textStart, textEnd)]);

test('a block is what is between its two lines, with its name or without one', () => {
  const content = 'Why?\n<context name="src/a.ts">\none\ntwo\n</context>\nAnd\n<context>\nthree\n</context>';
  assert.deepEqual(read(content), [
    ['src/a.ts', 'one\ntwo\n'],
    ['', 'three\n'],
  ]);
  assert.equal(outsideOfContext(content), 'Why?\nAnd\n');
});

test('the lines may end as on Windows and be indented', () => {
  assert.deepEqual(read('  <context name="a">  \r\none\r\n </context>\t\r\nrest'), [['a', 'one\r\n']]);
});

test('a block may be empty', () => assert.deepEqual(read('<context>\n</context>\n'), [['', '']]));

const text: readonly (readonly [string, string])[] = [
  ['a block that is not closed', '<context>\none\n'],
  ['a block that is not opened', 'one\n</context>\n'],
  ['a block in another', '<context>\none\n<context>\ntwo\n</context>\nthree\n</context>\n'],
  ['a mark in a line with something else', 'see <context>\none\n</context>\n'],
  ['an end in a line with something else', '<context>\none</context>\n'],
  ['another attribute', '<context file="a">\none\n</context>\n'],
  ['a name that is not closed', '<context name="a>\none\n</context>\n'],
  ['another case', '<Context>\none\n</Context>\n'],
];
for (const [what, content] of text)
  test(`${what} is text like any other`, () => {
    assert.deepEqual(read(content), []);
    assert.equal(outsideOfContext(content), content);
  });

test('what comes after blocks in one another is read again', () => {
  const nested = '<context>\n<context>\n</context>\n</context>\n';
  assert.deepEqual(read(`${nested}<context>\none\n</context>`), [['', 'one\n']]);
});

test('whatever the lines are, blocks do not overlap and have no mark in them', () => {
  const lines = fc.constantFrom('<context>', '<context name="a">', '</context>', 'text', '');
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 30 }), (all) => {
      const content = all.join('\n');
      let at = 0;
      for (const { start, textStart, textEnd, end } of contextBlocks(content)) {
        assert.ok(at <= start && start < textStart && textStart <= textEnd && textEnd < end);
        assert.doesNotMatch(content.slice(textStart, textEnd), /context/);
        at = end;
      }
    }),
  );
});
