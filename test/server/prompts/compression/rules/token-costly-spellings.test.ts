import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lookAlikes } from '../../../../../server/prompts/compression/rules/look-alikes.ts';
import { oddSpacing } from '../../../../../server/prompts/compression/rules/odd-spacing.ts';
import { spacedLetters } from '../../../../../server/prompts/compression/rules/spaced-letters.ts';
import { spacedNumbers } from '../../../../../server/prompts/compression/rules/spaced-numbers.ts';
import { findings, shortened } from './properties.ts';

describe('Odd spaces', () => {
  it('become plain ones between words and nothing beside a space or at the end of a line', () => {
    for (const [before, after] of [
      ['one\u00a0two', 'one two'],
      ['Write \u00a0here', 'Write here'],
      ['A line\u00a0\nand more', 'A line\nand more'],
      ['\ufeffWrite a poem', 'Write a poem'],
      ['a very\u200b long\u2060 poem', 'a very long poem'],
      ['re\u00adspon\u00adsi\u00adbility', 'responsibility'],
      ['Attention\u202f!', 'Attention !'],
    ] as const)
      assert.equal(shortened(oddSpacing, before).after, after, JSON.stringify(before));
  });

  it('stay where they are seen: in emoji, in scripts that join letters, between digits, in code and in quotes', () => {
    for (const text of [
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} is a family',
      '\u0915\u094d\u200d\u0937 and \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
      '\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u200b\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01',
      '1\u202f000 or 12\u200b34',
      'Use `a\u00a0b` here',
      'Say "a\u00a0b" here',
      'name\tcity\nAda\tLondon',
      '\u00a0\u00a0indented',
      'a list:\n- one\n \u00a0 two',
      '\u200b- no list',
      '1.\u00a0no list',
      '\u3042\u3000\u3044',
    ])
      assert.deepEqual(findings(oddSpacing, text), [], JSON.stringify(text));
  });

  it('never change what is kept and never cost a token, wherever they stand', () => {
    const units = fc.constantFrom(
      ...[
        'a',
        'Bob',
        ' ',
        '\n',
        '\u00a0',
        '\u200b',
        '\u00ad',
        '\u2009',
        '\t',
        '\ufeff',
        '5',
        '"',
        '`',
        '-',
        '#',
      ],
      ...['\u{1f469}', '\u200d', '\u0646', '{{x}}', 'not', '\u3000', '\u6771', '.'],
    );
    fc.assert(
      fc.property(fc.array(units, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        findings(oddSpacing, text);
        const { after, again, tokensBefore, tokensAfter } = shortened(oddSpacing, text);
        assert.equal(again, after);
        assert.ok(after === text || tokensAfter < tokensBefore);
      }),
    );
  });
});

describe('Look-alike letters', () => {
  it('become the letters that they look like, a word at a time', () => {
    const text =
      'Write \u0430 short p\u043eem about \u{1d41f}\u{1d428}\u{1d428}\u{1d41d} and \uff46\uff4c\uff4f\uff57\uff45\uff52\uff53.';
    assert.equal(shortened(lookAlikes, text).after, 'Write \u0430 short poem about food and flowers.');
  });

  it('stay in words of their own script, in quoted text, in code, and as names of quantities', () => {
    for (const text of [
      '\u041d\u0430\u043f\u0438\u0448\u0438 \u0441\u0442\u0438\u0445',
      'Is `c\u0430t` or "c\u0430t" a word?',
      'Let \u{1d465} be \u03c1c and \u0394x',
      'the \u041cac\u0430\u043aa',
      'the don\u2019t',
    ])
      assert.deepEqual(findings(lookAlikes, text), [], JSON.stringify(text));
  });

  it('are marks as well, where that has fewer tokens', () => {
    assert.equal(shortened(lookAlikes, 'say that it\u2019s fine').after, "say that it's fine");
    const dash = 'one \u2013 two';
    assert.equal(shortened(lookAlikes, dash).after, dash);
  });
});

describe('Spaced letters and numbers', () => {
  it('are joined where they spell a word', () => {
    assert.equal(shortened(spacedLetters, 'please w r i t e it').after, 'please write it');
    assert.equal(shortened(spacedLetters, 'S T O P at the end').after, 'STOP at the end');
  });

  it('stay where they are a list, a formula or initials', () => {
    for (const text of [
      'x y z w',
      'A B C D E F',
      'a a a a a',
      'W R I T E 5 lines',
      'S T O P x',
      "w r i t e'n",
    ])
      assert.equal(shortened(spacedLetters, text).after, text);
  });

  it('are pointed out and never changed where they are digits', () => {
    const numbers = (text: string) =>
      findings(spacedNumbers, text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(numbers('about 12 500 and 1\u202f000\u202f000 people'), [
      '12 500',
      '1\u202f000\u202f000',
    ]);
    assert.deepEqual(numbers('from 100 200 300 or 250 000'), ['250 000']);
    assert.deepEqual(numbers('a mean of 3 . 14 here'), ['3 . 14']);
    for (const text of [
      '+49 30 123 456',
      '0 123 456',
      '1 800 555 0199',
      '1, 2, 3',
      '`1 000 000`',
      'no. 5. 6 items',
    ])
      assert.deepEqual(numbers(text), [], text);
  });
});
