/** Files that stand in a prompt as base64: a model can hardly read them, and they take a token per two characters. */
import { encodedStretches } from '../data/encoded-stretches.ts';
import type { Rule } from '../rule.ts';

export const base64Blobs: Rule = {
  id: 'base64-blobs',
  title: 'Base64 in the text',
  what: 'Points at base64 of 200 characters and more and at data URLs, with the tokens that they take. A model reads a picture or a file better as an attachment.',
  risk: 'review',
  keeps: 'all',
  examples: [
    {
      before: `What is in this picture? data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAA7f9Qz1'.repeat(4)}`,
      after: null,
    },
  ],
  leaves: [`Count the letters of ${'a'.repeat(300)}.`, 'What does the prefix data:image/png;base64, mean?'],
  *find(prompt) {
    for (const [index, { text }] of prompt.passages.entries()) {
      for (const { start, end } of encodedStretches(text)) {
        const tokens = prompt.tokens(text.slice(start, end)).toLocaleString('en-US');
        const message = `This encoded data takes ${tokens} tokens: attach it as a file, or leave it out.`;
        yield { passage: index, start, end, edits: [], message };
      }
    }
  },
};
