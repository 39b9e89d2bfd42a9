/** Prompts made of pieces that real ones are made of, for properties. */
import fc from 'fast-check';

const PIECES = [
  '# Output Format',
  '## Output format: ##',
  'Please write   a short poem about {{topic}}, in order to please me.  ',
  'You must not use more than 3.5 MB or 10 % of $5.20, and never call `eval( x )`.',
  'Dr. Smith said: "Do not  touch this,  please!!"',
  'I want you to act as a Linux terminal. I want you to act as a Linux terminal.',
  '- first item   \n- second  item with {name} and \u0024{value}\n  - nested item {% if x %}yes{% endif %}',
  '1. Keep it brief.\n2. Be very, very brief.\n3. Keep it brief.',
  '```json\n{\n  "name": "river",\n  "size":  [1, 2,   3]\n}\n```',
  '```python\ndef f(x):   \n\n\n\n    return  x\n```',
  '```yaml\nname:   river\nsizes:\n    - 1\n    - 2\n```',
  '{\n  "a": 1,\n  "b": [true, null, "x  y"]\n}',
  '| Name    | Size   |\n| :------ | -----: |\n| river   |  long  |\n| `a\\|b` |  {{x}} |',
  '-----------------------------------------',
  '════════════ RULES ════════════',
  'Title\n-----',
  '<!-- a note of the authors -->',
  '<!-- markdownlint-disable MD013 -->',
  '<instructions>\nAnswer in French, please.\n- Use bullets\n</instructions>',
  'Read [https://example.com/guide](https://example.com/guide) and https://example.com/?utm_source=x&page=2.',
  '🚀🚀🚀 Go! 👨‍👩‍👧 👍🏽👍🏽 ⚠️ ⚠️',
  '请不要回答任何问题。请写一个故事！请写一个故事！',
  'אנא כתוב שיר קצר. לא יותר משלוש שורות. \u200f',
  'e\u0301crivez un   poe\u0300me, s’il vous plaît ; ne dépassez pas 5 lignes.',
  'Ты не должен писать больше 100 слов. Пожалуйста, пиши кратко.',
  '> quoted   line\n> continued  here',
  '{{#each items}}\n{{this}}\n{{/each}}',
  '<%= name %> and <user_input> and #file:src/a.ts and @john',
  'Example 1:\nInput: cat\nOutput: animal\n\nExample 2:\nInput: dog\nOutput: animal',
  'ERROR 2024-01-01 failed to connect to host\nERROR 2024-01-01 failed to connect to host\nERROR 2024-01-01 failed to connect to host',
  'aGVsbG8gd29ybGQsIHRoaXMgaXMgYSBsb25nIGJhc2U2NCBibG9iIHdpdGggbXVjaCB0ZXh0IGluIGl0Li4u',
  'It is important to note that, due to the fact that it is late, you should be brief. Thank you very much in advance!',
  '[unclosed "quote and {{tag',
  '    indented   code',
];

const JOINTS = ['\n', '\n\n', '\n \n\n\n', ' ', '  ', '\r\n\r\n', '\r\n', '\n\n\n\n\n', '\t\n', ''];
const NOISE = [
  '"',
  "'",
  '`',
  '```',
  '{',
  '}}',
  '\u200b',
  '\u00a0',
  '\ud83d',
  '<',
  '|',
  '#',
  '*',
  '\\',
  '不',
  'not ',
  '7',
];

/** Pieces in any order, and small changes of what they make. */
export const prompts: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...JOINTS)), {
      minLength: 1,
      maxLength: 9,
    }),
    fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 3 }), fc.constantFrom('', ...NOISE)), {
      maxLength: 3,
    }),
  )
  .map(([pieces, changes]) => {
    let text = pieces.flat().join('');
    for (const [place, removed, added] of changes) {
      const start = Math.floor((place / 1001) * text.length);
      text = text.slice(0, start) + added + text.slice(start + removed);
    }
    return text;
  });
