import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holds } from '../../../../server/prompts/compression/protect.ts';
import { readPromptText } from '../../../../server/prompts/compression/read-prompt-text.ts';
import type { Keeps } from '../../../../server/prompts/compression/rule.ts';
import { measure, userPrompt } from './prompts.ts';

/** Whether `old` may become `replacement` in `text`. */
function may(keeps: Keeps, text: string, old: string, replacement: string): boolean {
  const start = text.indexOf(old);
  assert.notEqual(start, -1);
  return holds(keeps, userPrompt(text), [{ passage: 0, start, end: start + old.length, replacement }]);
}

describe('The net under a rule that keeps all', () => {
  it('lets words change', () => {
    assert.ok(may('all', 'Please do this in order to win.', 'in order to', 'to'));
    assert.ok(may('all', 'You should not use tabs.', 'You should not', 'Do not'));
  });
  const losses: readonly (readonly [text: string, old: string, replacement: string])[] = [
    ['Do not ask.', 'not ', ''],
    ['Ask {{name}} first.', '{{name}} ', ''],
    ['Use at most 5 lines.', 'at most 5 lines', 'few lines'],
    ['Say "good  morning" now.', '  ', ' '],
    ['Run `a   b` now.', '   ', ' '],
    ['We ask Ann daily.', 'Ann', 'her'],
    ['Call fooBar twice.', 'oo', 'o'],
  ];
  for (const [text, old, replacement] of losses) {
    it(`sees that ${JSON.stringify(text)} loses something without ${JSON.stringify(old)}`, () => {
      assert.ok(!may('all', text, old, replacement));
    });
  }
  it('sees a negation or a number that was not there', () => {
    assert.ok(!may('all', 'Avoiding tabs is fine.', 'fine', 'not fine'));
    assert.ok(!may('all', 'Use a few lines.', 'a few', '3'));
  });
  it('sees two kept words in another order', () => {
    assert.ok(!may('all', 'use fooBar or barFoo here', 'fooBar or barFoo', 'barFoo or fooBar'));
  });
  it('sees words that would become one', () => {
    assert.ok(!may('all', 'be very brief now', ' very ', ''));
  });
  it('sees half a character, an edit outside of the text, and edits that overlap', () => {
    assert.ok(!holds('all', userPrompt('a 🚀 b'), [{ passage: 0, start: 2, end: 3, replacement: '' }]));
    assert.ok(!holds('all', userPrompt('a b'), [{ passage: 0, start: 2, end: 9, replacement: '' }]));
    assert.ok(!holds('all', userPrompt('a b'), [{ passage: 1, start: 0, end: 1, replacement: '' }]));
    const overlapping = [
      { passage: 0, start: 0, end: 4, replacement: '' },
      { passage: 0, start: 3, end: 6, replacement: '' },
    ];
    assert.ok(!holds('all', userPrompt('aa bb cc dd'), overlapping));
  });
  it('sees that a value of data changes, which no word of it is', () => {
    assert.ok(!may('all', '```json\n{"rating":"👍👍👍"}\n```', '👍👍👍', '👍'));
    assert.ok(may('all', '```yaml\nname: river   \nsize: 2\n```', '   \n', '\n'));
  });
  it('sees what stands within the default of a variable, however long', () => {
    const text = `Reach the goal \u0024{goal:${'I would like a garden. '.repeat(20)}Please plan it} soon.`;
    assert.ok(!may('all', text, 'Please plan', 'Plan'));
    assert.ok(
      !may('all', text.replace('{goal', '{\u0024{goal').replace(' it}', ' it}}'), 'Please plan', 'Plan'),
    );
  });
  it('sees an edit of an included file and of what the format writes', () => {
    const included = readPromptText({ passages: [{ text: 'some words', includedFrom: 'a.md' }] }, measure);
    assert.ok(!holds('all', included, [{ passage: 0, start: 0, end: 5, replacement: '' }]));
    const indented = readPromptText(
      { passages: [{ text: 'a\n  b', fixed: [{ start: 2, end: 4 }] }] },
      measure,
    );
    assert.ok(!holds('once', indented, [{ passage: 0, start: 1, end: 4, replacement: ' ' }]));
  });
});

describe('The net under a rule that keeps everything once', () => {
  it('lets a repetition go', () => {
    assert.ok(may('once', 'Use at most 5 lines. Yes. Use at most 5 lines.', 'Use at most 5 lines. ', ''));
  });
  it('sees that the last one goes', () => {
    assert.ok(!may('once', 'Use at most 5 lines. Use at most 6 lines.', 'Use at most 5 lines. ', ''));
    const text = 'Not now. Not now.';
    assert.ok(
      !holds('once', userPrompt(text), [{ passage: 0, start: 0, end: text.length, replacement: '' }]),
    );
  });
  it('counts the lines of a block of code', () => {
    const text = '```\na = 1\nb = 2\na = 1\n```';
    assert.ok(may('once', text, 'a = 1\nb = 2\na = 1', 'a = 1\nb = 2'));
    assert.ok(!may('once', text, 'a = 1\nb = 2\na = 1', 'a = 1'));
  });
});

describe('The net under a rule that keeps values', () => {
  const json = '```json\n{ "a": [1, 2], "b": "x  y" }\n```';
  it('lets data be written in another way', () => {
    assert.ok(may('value', json, '{ "a": [1, 2], "b": "x  y" }', '{"a":[1,2],"b":"x  y"}'));
  });
  it('sees a value that is lost or new', () => {
    assert.ok(!may('value', json, '{ "a": [1, 2], "b": "x  y" }', '{"a":[1],"b":"x  y"}'));
    assert.ok(!may('value', json, '{ "a": [1, 2], "b": "x  y" }', '{"a":[1,2,3],"b":"x  y"}'));
  });
});
