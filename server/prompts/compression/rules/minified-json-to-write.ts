/** JSON that shows what an answer is to look like, without white space: answers follow it. */
import { minifiedBlocks } from '../data/minified-blocks.ts';
import type { Rule } from '../rule.ts';

export const minifiedJsonToWrite: Rule = {
  id: 'minified-json-to-write',
  title: 'Minified JSON to be written',
  what: 'Writes JSON that an answer or a file is to look like without line breaks and indentation. The model then writes it so as well, which saves its tokens too: good where a program reads it, bad where a person does.',
  risk: 'review',
  keeps: 'value',
  examples: [
    {
      before:
        'Answer in this format:\n\n```json\n{\n  "name": "Ada",\n  "fields": [\n    "mathematics"\n  ]\n}\n```',
      after: 'Answer in this format:\n\n```json\n{"name":"Ada","fields":["mathematics"]}\n```',
    },
  ],
  leaves: [
    'Answer in this format:\n\n```json\n{"name":"Ada"}\n```',
    'Read this:\n\n```json\n{\n  "name": "Ada"\n}\n```',
  ],
  find: (prompt) =>
    minifiedBlocks(
      prompt,
      true,
      'Minify this JSON where a program reads what is written: answers follow its layout.',
    ),
};
