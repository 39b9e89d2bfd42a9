/** JSON without the white space that only people need. */
import { minifyingJson } from '../data/json-text.ts';
import { contentOf, editsAt, ownBlocks, replaced, trimmed, variablesIn } from '../data/places.ts';
import type { Rule } from '../rule.ts';

const LANGUAGES = new Set(['json', 'jsonc', 'jsonl', 'ndjson']);

export const minifiedJson: Rule = {
  id: 'minified-json',
  title: 'Minified JSON',
  what: 'Writes JSON in data without line breaks and indentation. Every value, key and number stays as it is written, and so do the lines of JSON Lines.',
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
    '```js\nconst point = { "x": 1 };\n```',
  ],
  *find(prompt) {
    for (const { passage, index, block } of ownBlocks(prompt, isJson)) {
      const span = trimmed(passage.text, contentOf(passage.text, block));
      const variables = variablesIn(passage, span);
      if (variables === null) continue;
      const text = passage.text.slice(span.start, span.end);
      const blanks = minifyingJson(text, variables);
      if (blanks === null || blanks.length === 0) continue;
      if (prompt.tokens(replaced(text, blanks)) >= prompt.tokens(text)) continue;
      const message = 'Minify this JSON: the model reads the same without line breaks and indentation.';
      yield { passage: index, ...span, edits: editsAt(index, span.start, blanks), message };
    }
  },
};

const isJson = ({ kind, language }: { readonly kind: string; readonly language: string }): boolean =>
  kind === 'data' && LANGUAGES.has(language);
