/** What a task on selected code works on, finds again, and takes from its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EMPTY_ANSWER } from '../../../client/text/answer-text.ts';
import { readCodeAnswer } from '../../../client/text/code-answer.ts';
import { selectedCode, surroundingsOf, withLineEnds } from '../../../client/text/code-range.ts';
import { type CodeSymbol, enclosingSymbol } from '../../../client/text/enclosing-symbol.ts';
import { findAgain } from '../../../client/text/find-again.ts';
import { readFences } from '../../../protocol/code-fences.ts';
import { atMargin } from '../../../protocol/code-margin.ts';
import type { Decision, Receipt } from '../../../protocol/receipt.ts';
import { aReceipt } from '../receipts.ts';
import { english } from './english.ts';

/** The selection is between the two bars. */
const marked = (text: string) => {
  const start = text.indexOf('|');
  const end = text.lastIndexOf('|') - 1;
  return { text: text.replaceAll('|', ''), range: { start, end } };
};

for (const [sentence, selection, expected] of [
  ['a selection grows to the beginning of its line', 'a\n  |b();|\n', '  b();'],
  ['blank edges are not worked on', 'a\n|\n\r\n  b();\n  c();\n \n|d', '  b();\n  c();'],
  ['a part of a line stays one', 'let a = |b + c|;', 'b + c'],
] as const)
  test(sentence, () => {
    const { text, range } = marked(selection);
    const found = selectedCode(text, range);
    assert.equal(found && text.slice(found.start, found.end), expected);
  });

test('white space is no code', () => {
  const { text, range } = marked('a|\r\n  |b');
  assert.equal(selectedCode(text, range), null);
});

test('a small file is sent whole, and a large one cut between lines', () => {
  const small = surroundingsOf('a\r\nb\r\nc', { start: 3, end: 4 });
  assert.deepEqual(small, { before: 'a\n', after: '\nc', isWhole: true });
  const line = `${'x'.repeat(99)}\n`;
  const text = `${line.repeat(500)}HERE\n${line.repeat(500)}`;
  const { before, after, isWhole } = surroundingsOf(text, { start: 50_000, end: 50_004 });
  assert.equal(isWhole, false);
  assert.ok(before.length <= 8000 && after.length <= 8000);
  assert.ok(/^(x{99}\n)+$/.test(before) && /^\n(x{99}\n)+$/.test(after));
});

for (const [sentence, answer, replaced, before, expected] of [
  [
    'code without a margin gets that of the selection',
    'if (a) {\n  b;\n\n}',
    '    x;\n    y;',
    '',
    '    if (a) {\n      b;\n\n    }',
  ],
  ['code that has its margin stays as it is', '    a;\n      b;', '    x;', '', '    a;\n      b;'],
  ['code at a deeper margin moves out', '        a;\n          b;', '    x;', '', '    a;\n      b;'],
  ['tabs stay tabs', 'a;\n\tb;', '\t\tx;', '', '\t\ta;\n\t\t\tb;'],
  ['what goes on in a line begins there', '  b(\n  c,\n)', 'x', '  let a = ', 'b(\n    c,\n  )'],
  [
    'what goes on in a line and is deep enough stays',
    'b(\n    c,\n  )',
    'x',
    '  let a = ',
    'b(\n    c,\n  )',
  ],
  ['blank edges are left out', '\n\na;\n\n', 'x;', '', 'a;'],
] as const)
  test(sentence, () => assert.equal(atMargin(answer, replaced, before), expected));

test('code at the margin of what it replaces is at its place already', () => {
  const code = fc
    .array(fc.constantFrom('a', ' ', '\n', '\t', '`'), { maxLength: 40 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(code, code, (answer, replaced) => {
      const once = atMargin(answer, replaced, '');
      assert.equal(atMargin(once, replaced, ''), once);
      assert.equal(once.replace(/\s/g, ''), answer.replace(/\s/g, ''), 'only white space moves');
    }),
  );
});

for (const [sentence, was, now, expected] of [
  ['a part that moved is found', 'a;\n|b;|\nc;', 'new;\na;\nb;\nc;', 'new;\na;\n|b;|\nc;'],
  ['a part that was changed is not found', 'a;\n|b;|\nc;', 'a;\nb2;\nc;', null],
  ['an equal part elsewhere is not taken for it', 'a;\n|b;|\nc;\nd;\nb;\ne;', 'a;\nB;\nc;\nd;\nb;\ne;', null],
  [
    'of equal parts it is the one with the same neighbours',
    'x;\n|b;|\ny;\nx;\nb;\nz;',
    'new;\nx;\nb;\ny;\nx;\nb;\nz;',
    'new;\nx;\n|b;|\ny;\nx;\nb;\nz;',
  ],
  [
    'of equal parts with equal neighbours none is sure',
    'a;\n|b;|\na;\n',
    'a;\nb;\na;\nb;\na;\n'.repeat(2),
    null,
  ],
  ['a whole file that was added to is found', '|b;|', 'b;\nc;', '|b;|\nc;'],
  ['a deleted part is not found', 'a;\n|b;|\nc;', 'a;\nc;', null],
] as const)
  test(sentence, () => {
    const { text, range } = marked(was);
    const found = findAgain(text, range, now);
    const shown =
      found && `${now.slice(0, found.start)}|${now.slice(found.start, found.end)}|${now.slice(found.end)}`;
    assert.equal(shown, expected);
  });

test('what is found is the part itself, and an unchanged text has it where it was', () => {
  const piece = fc.array(fc.constantFrom('a', 'b', '\n', ' '), { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(piece, piece, piece, piece, (head, part, tail, more) => {
      const [before, range] = [head + part + tail, { start: head.length, end: head.length + part.length }];
      assert.deepEqual(findAgain(before, range, before), range);
      const now = more + before;
      const found = findAgain(before, range, now);
      if (found !== null) assert.equal(now.slice(found.start, found.end), part);
    }),
  );
});

const symbol = (start: number, end: number, isUnit: boolean, children: CodeSymbol[] = []): CodeSymbol => ({
  start,
  end,
  isUnit,
  children,
});
const METHOD = symbol(20, 50, true, [symbol(25, 30, false)]);
const CLASS = symbol(10, 90, true, [METHOD, symbol(60, 70, false)]);
const CONSTANT = symbol(100, 110, false, [symbol(102, 104, false)]);

for (const [cursor, expected, sentence] of [
  [27, METHOD, 'a variable in a method stands for the method'],
  [65, CLASS, 'a field stands for its class'],
  [103, CONSTANT, 'outside of functions and types the outermost symbol is taken'],
  [95, null, 'between symbols there is none'],
] as const)
  test(sentence, () => assert.equal(enclosingSymbol([CLASS, CONSTANT], cursor), expected));

const ended = (text: string, receipt: Partial<Receipt> = {}) =>
  readCodeAnswer(
    {
      ...EMPTY_ANSWER,
      text,
      end: { receipt: aReceipt({ finishReason: 'stop', ...receipt }), problem: null, continuable: false },
    },
    english,
  );
const CODE = '```ts\na();\n```';
const failed: Decision = { stage: 'cascade', action: 'failedGates', why: 'It does not parse.' };

for (const [sentence, read, expected] of [
  ['the code of one block is used', ended(`Sure:\n\n${CODE}`), { code: 'a();' }],
  ['without a block there is nothing to apply', ended('No.'), /no code block.*ask a better model/],
  ['of several blocks none is taken', ended(`${CODE}\n${CODE}`), /has 2 code blocks.*Copy the right one/],
  ['what was cut is continued', ended('```ts\na(', { finishReason: 'length' }), /cut.*Continue it/],
  ['a block that is not closed is not whole', ended('```ts\na('), /not whole/],
  [
    'what did not pass its checks is not applied',
    ended(CODE, { decisions: [failed] }),
    /did not pass.*It does not parse\.$/,
  ],
] as const)
  test(sentence, () => {
    assert.ok(read !== null);
    if (!(expected instanceof RegExp)) assert.deepEqual(read, expected);
    else assert.match('problem' in read ? read.problem : '', expected);
  });

test('an answer under way, or that failed, is not read', () => {
  assert.equal(readCodeAnswer({ ...EMPTY_ANSWER, text: CODE }, english), null);
  const end = { receipt: null, problem: 'The network failed.', continuable: true };
  assert.equal(readCodeAnswer({ ...EMPTY_ANSWER, text: CODE, end }, english), null);
});

test('code comes out of a fence as it went in, with the line ends of its document', () => {
  const code = fc
    .array(fc.constantFrom('a', ' ', '\n', '{', '~'), { minLength: 1 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(code, (text) => {
      const [block] = readFences(`\`\`\`ts\r\n${withLineEnds(text, '\r\n')}\r\n\`\`\``).blocks;
      assert.equal(block?.code, text);
      assert.equal(withLineEnds(withLineEnds(text, '\r\n'), '\n'), text);
    }),
  );
});
