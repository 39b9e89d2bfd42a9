/** Hashes that are longer than anybody compares: nearly a token per two digits. */
import type { Rule } from '../rule.ts';

/** A word of hexadecimal digits; what is before it keeps the search from beginning within a word. */
const HEX = /(?<![\w])(?:0x)?[0-9a-fA-F]{40,}(?!\w)/g;

export const longHashes: Rule = {
  id: 'long-hashes',
  title: 'Long hashes',
  what: 'Points at hexadecimal numbers of 40 digits and more, with the tokens that they take. The first eight digits mostly tell one from another.',
  risk: 'review',
  keeps: 'all',
  examples: [
    { before: 'Explain what commit 3f786850e387550fdab836ed7e6dc881de23001b changed.', after: null },
  ],
  leaves: [
    'Explain what commit 3f786850 changed.',
    `The number is ${'1234567890'.repeat(4)}.`,
    'Session 123e4567-e89b-12d3-a456-426614174000 failed.',
  ],
  *find(prompt) {
    for (const [index, { text }] of prompt.passages.entries()) {
      for (const { index: start, 0: written } of text.matchAll(HEX)) {
        const digits = written.replace(/^0x/, '');
        if (!/\d/.test(digits) || !/[a-f]/i.test(digits)) continue;
        const tokens = prompt.tokens(written).toLocaleString('en-US');
        const message = `This hash takes ${tokens} tokens: shorten it to its first eight digits where those are enough.`;
        yield { passage: index, start, end: start + written.length, edits: [], message };
      }
    }
  },
};
