import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../../protocol/messages.ts';
import { droppedTexts } from '../../../server/fitting/dropped-text.ts';
import { hasContext, readContext } from '../../../server/fitting/fit-messages.ts';
import { outsideOfContext } from '../../../server/prompts/context-blocks.ts';

const user = (content: string): Message => ({ role: 'user', content });
const block = (text: string, name = '') =>
  `<context${name === '' ? '' : ` name="${name}"`}>\n${text}\n</context>\n`;

const PARAGRAPH =
  'The cache keeps an answer for a week. It is found by a hash of the request, and the oldest of them go first when the disk is full.';
const fn = (name: string) =>
  `function ${name}(one, other) {\n  const ${name}Sum = one + other;\n  return ${name}Sum * 2;\n}\n`;

const fitted = (messages: readonly Message[], room: number | null = null) => {
  const context = readContext(messages);
  assert.ok(context !== null);
  const fit = context.fitter.fit(room);
  const { messages: after, text } = context.apply(fit);
  return { contents: after.map(({ content }) => content), text, why: droppedTexts(context.pieces, fit, 12) };
};

describe('markers', () => {
  test('a piece that was sent already becomes a line that says where it is', () => {
    const { contents, text, why } = fitted([
      user(`Why?\n${block(PARAGRAPH, 'a.md')}And:\n${block(PARAGRAPH, 'b.md')}Well?`),
    ]);
    const line = '[… 1 line of b.md left out, the same as in a.md …]\n';
    assert.deepEqual(contents, [`Why?\n${block(PARAGRAPH, 'a.md')}And:\n${line}Well?`]);
    assert.equal(text, block(PARAGRAPH, 'a.md') + line);
    assert.deepEqual(why, ['b.md, line 1: the same as in a.md.']);
  });

  test('functions that are left out become a line, and the others stay whole', () => {
    const source = ['first', 'second', 'third'].map(fn).join('\n');
    const { contents, why } = fitted([user(`${block(source, 'src/a.ts')}What is secondSum?`)], 100);
    assert.deepEqual(contents, [
      `<context name="src/a.ts">\n[… 4 lines of src/a.ts left out …]\n\n${fn('second')}\n[… 4 lines of src/a.ts left out …]\n\n</context>\nWhat is secondSum?`,
    ]);
    assert.deepEqual(why, ['src/a.ts, lines 1 to 4 and 11 to 14: least relevant to the question.']);
  });

  test('sentences that are left out become three points in their line', () => {
    const text = `The weather was mild and everybody walked in the park. The treaty was signed in Westphalia. The weather was mild and everybody walked by the river.`;
    const { contents } = fitted([user(`${block(text)}Where was the treaty signed?`)], 50);
    assert.deepEqual(contents, [
      '<context>\n[…] The treaty was signed in Westphalia. […]\n</context>\nWhere was the treaty signed?',
    ]);
  });

  test('pieces that are left out one after the other share a line', () => {
    const names = ['one', 'two', 'three', 'four'];
    const blocks = names.map((name) => block(fn(name), `${name}.ts`)).join('\n');
    const { contents } = fitted([user(`${blocks}What is fourSum?`)], 90);
    assert.deepEqual(contents, [
      `[… 3 pieces of context left out …]\n\n\n\n${block(fn('four'), 'four.ts')}What is fourSum?`,
    ]);
  });

  test('what is between two pieces keeps them apart', () => {
    const { contents } = fitted([user(`${block(fn('one'))}and\n${block(fn('two'))}?`)], 0);
    assert.deepEqual(contents, ['[… 4 lines left out …]\nand\n[… 4 lines left out …]\n?']);
  });

  test('a name that is very long is cut', () => {
    const { contents } = fitted([user(`${block(fn('one'), 'a'.repeat(500))}?`)], 0);
    assert.deepEqual(contents, [`[… 4 lines of ${'a'.repeat(80)}… left out …]\n?`]);
  });
});

describe('the question', () => {
  const text = block(['first', 'second', 'third'].map(fn).join('\n'));
  const keeps = (messages: readonly Message[], isQuestion?: (content: string) => boolean) => {
    const context = readContext(messages, isQuestion);
    assert.ok(context !== null);
    const { text: after } = context.apply(context.fitter.fit(100));
    return ['first', 'second', 'third'].filter((name) => after.includes(`${name}Sum`));
  };

  test('is what the last message of the user says outside of context', () => {
    assert.deepEqual(keeps([user(text), user('firstSum?'), user(`thirdSum?\n${block('x = 1')}`)]), ['third']);
  });

  test('is in an earlier message where the last has nothing but context', () => {
    assert.deepEqual(keeps([user('firstSum?'), user(text)]), ['first']);
  });

  test('is not what the model said, nor what is asked for it by itself', () => {
    const messages: readonly Message[] = [
      user(`${text}secondSum?`),
      { role: 'assistant', content: 'thirdSum' },
      user('Go on with firstSum.'),
    ];
    assert.deepEqual(
      keeps(messages, (content) => !content.startsWith('Go on')),
      ['second'],
    );
  });
});

test('what the model said is never taken for context', () => {
  const messages: readonly Message[] = [{ role: 'assistant', content: block(PARAGRAPH) }];
  assert.equal(hasContext(messages), false);
  assert.equal(readContext(messages), null);
});

test('whatever the messages are, nothing outside of the marks changes, and what has no marks is the same', () => {
  const line = fc.oneof(
    fc.constantFrom('<context>', '<context name="a">', '</context>', '', PARAGRAPH, ...fn('one').split('\n')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  );
  const content = fc.array(line, { maxLength: 24 }).map((lines) => lines.join('\n'));
  const role = fc.constantFrom<Message['role']>('system', 'user', 'assistant');
  const messages = fc.array(fc.record({ role, content }), { maxLength: 4 });
  const room = fc.option(fc.nat(300));
  fc.assert(
    fc.property(messages, room, (before, most) => {
      const context = readContext(before);
      if (context === null) return;
      const after = context.apply(context.fitter.fit(most)).messages;
      assert.equal(after.length, before.length);
      for (const [index, message] of before.entries()) {
        const now = after[index] as Message;
        assert.equal(now.role, message.role);
        if (!hasContext([message])) assert.equal(now, message);
        else
          assert.equal(
            withoutMarkers(outsideOfContext(now.content)),
            withoutMarkers(outsideOfContext(message.content)),
          );
      }
    }),
  );
});

/** Markers of whole pieces stand where the pieces were, outside of any marks. */
const withoutMarkers = (text: string): string => text.replace(/\[… [^\n]* left out[^\n]* …\]\n?/g, '');

test('a hundred thousand pieces are fitted, and those that are left out take few lines', () => {
  const pieces = Array.from({ length: 100_000 }, (_, index) =>
    block(`Fact ${index} is that it is ${index % 97}.`),
  );
  const { contents, why } = fitted([user(`${pieces.join('')}What is fact 4711?`)], 2000);
  assert.match(contents[0] ?? '', /Fact 4711 /);
  assert.ok((contents[0] ?? '').length < 30_000);
  assert.equal(why.length, 12);
});

test('base64, emoji and halves of characters are fitted as anything else is', () => {
  const texts = [
    Buffer.alloc(200_000, 'abc').toString('base64'),
    '🙂'.repeat(20_000),
    '\ud83d'.repeat(20_000),
    '',
  ];
  const { contents } = fitted([user(`${texts.map((text) => block(text)).join('')}Why?`)], 10_000);
  assert.ok((contents[0] ?? '').length < 11_000);
});
