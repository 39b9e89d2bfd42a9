/** JSON without the white space that only people need. */
import { minifiedBlocks } from '../data/minified-blocks.ts';
import type { Rule } from '../rule.ts';

export const minifiedJson: Rule = {
  id: 'minified-json',
  title: 'Minified JSON',
  what: 'Writes JSON in data without line breaks and indentation. Every value, key and number stays as it is written, and so do the lines of JSON Lines. JSON that an answer is to look like is left to "Minified JSON to be written".',
  risk: 'lossless',
  keeps: 'value',
  examples: [
    {
      before:
        'Read this:\n\n```json\n{\n  "name": "Ada",\n  "born": 1815,\n  "fields": [\n    "mathematics",\n    "computing"\n  ]\n}\n```',
      after: 'Read this:\n\n```json\n{"name":"Ada","born":1815,"fields":["mathematics","computing"]}\n```',
    },
    {
      before:
        'Fill it in:\n\n```json\n{\n  "user": {{user}},\n  "note": "for {{team}}",\n  "open": true\n}\n```',
      after: 'Fill it in:\n\n```json\n{"user": {{user}},"note":"for {{team}}","open":true}\n```',
    },
  ],
  leaves: [
    '```json\n{"a":1,"text":"two  spaces"}\n```',
    '```jsonc\n{\n  // The limit per day\n  "limit": 5\n}\n```',
    'Answer in this format:\n\n```json\n{\n  "name": "Ada"\n}\n```',
    '```js\nconst point = { "x": 1 };\n```',
  ],
  find: (prompt) =>
    minifiedBlocks(
      prompt,
      false,
      'Minify this JSON: the model reads the same without line breaks and indentation.',
    ),
};
