import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LONGEST_UNIT } from '../../../server/fitting/unit.ts';
import { cut } from '../../../server/fitting/units.ts';

const unitsOf = (text: string) => cut(text).units.map(({ start, end }) => text.slice(start, end));

describe('prose', () => {
  test('is cut at its sentences, and not at numbers, initials or abbreviations', () => {
    assert.deepEqual(unitsOf('Pi is 3.14 or so. J. Smith said "no." Use it, e.g. here! Why? Because.'), [
      'Pi is 3.14 or so. ',
      'J. Smith said "no." ',
      'Use it, e.g. here! ',
      'Why? ',
      'Because.',
    ]);
  });

  test('is cut at the full stops of other scripts', () => {
    assert.deepEqual(unitsOf('今天很好。我们走吧！「是。」好'), [
      '今天很好。',
      '我们走吧！',
      '「是。」',
      '好',
    ]);
    assert.deepEqual(unitsOf('कल आया। आज गया।'), ['कल आया। ', 'आज गया।']);
  });

  test('has its items and headings for themselves, with their indentation', () => {
    assert.deepEqual(unitsOf('# Head\n- one\n  - two\n\nText goes\non here.'), [
      '# Head\n',
      '- one\n',
      '  - two\n\n',
      'Text goes\non here.',
    ]);
  });

  test('without any end is cut all the same, and never inside of a character', () => {
    const units = unitsOf('🙂'.repeat(LONGEST_UNIT));
    assert.ok(units.length > 1);
    assert.ok(units.every((unit) => unit.isWellFormed() && unit.length <= LONGEST_UNIT + 2));
  });
});

describe('code', () => {
  const typescript = [
    "import a from 'a';\nimport b from 'b';\n\n",
    '/** Adds. */\n@pure\nexport function add(a: number, b: number) {\n  if (a > b) {\n    return b;\n  } else {\n    return a;\n  }\n}\n\n',
    'export class Store {\n  one() {\n    return 1;\n  }\n\n  two() {\n    return 2;\n  }\n}\n\n',
    'const text = `\nnot indented\n`;\n',
  ];
  const sources: Readonly<Record<string, readonly string[]>> = {
    TypeScript: typescript,
    Python: [
      'import os\nfrom sys import argv\n\n',
      '@cached\ndef first(a):\n    """Says\nwhat it does\n    """\n    if a:\n        return 1\n    else:\n        return 2\n\n',
      'class Second:\n    def __init__(self):\n        self.a = 1\n',
    ],
    'C with its braces on lines of their own': [
      '#include <stdio.h>\n\n',
      'int main(int argc, char **argv)\n{\n    printf("hi");\n    return 0;\n}\n\n',
      'static void other(void)\n{\n    return;\n}\n',
    ],
    Go: [
      'package main\n\n',
      'func one() int {\n\treturn 1\n}\n\n',
      '// two says two.\nfunc two() int {\n\treturn 2\n}\n',
    ],
    Ruby: [
      "require 'a'\n\n",
      'def one\n  if a\n    return 1\n  end\nend\n\n',
      'def two\n  self.a = 2\nend\n',
    ],
  };
  for (const [language, parts] of Object.entries(sources))
    test(`of ${language} has each function whole, with what belongs to it`, () => {
      assert.ok(cut(parts.join('')).isCode);
      assert.deepEqual(unitsOf(parts.join('')), parts);
    });

  test('of a large class is cut at its methods', () => {
    const methods = Array.from(
      { length: 200 },
      (_, index) => `  method${index}(a) {\n    const b = a + ${index};\n\n    return b;\n  }\n`,
    );
    const text = `export class Large {\n${methods.join('\n')}}\n`;
    const { units } = cut(text);
    assert.ok(units.length > 100);
    for (const { start, end } of units.slice(1, -1)) {
      const unit = text.slice(start, end);
      assert.match(unit, /^ {2}method\d+\(a\) \{\n[^}]*\n {2}\}\n\n?$/);
    }
    assert.equal(new Set(units.map(({ group }) => group)).size, 1);
  });

  test('on one line is cut somewhere', () => {
    const units = unitsOf(`const a = {\n${'x'.repeat(5 * LONGEST_UNIT)};\n};\n`);
    assert.ok(units.length > 4 && units.every((unit) => unit.length <= LONGEST_UNIT + 100));
  });
});

test('prose with a list in it is no code', () => {
  assert.equal(cut('# Title\n\n* one thing\n* another thing\n\nAll of it is said.\n').isCode, false);
});

test('an empty text has no units', () => assert.deepEqual(unitsOf(''), []));
