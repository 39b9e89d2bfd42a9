/** Spaces that are no plain space, and characters that nobody sees: most take a token of their own. */
import { createMeasure } from '../data/measured.ts';
import { plainSpaces } from '../data/odd-spaces.ts';
import { editsAt, ownPassages } from '../data/places.ts';
import { proseBlocks } from '../data/prose-blocks.ts';
import type { Rule } from '../rule.ts';

export const oddSpacing: Rule = {
  id: 'odd-spacing',
  title: 'Odd spacing',
  what: 'Makes no-break, thin and wide spaces and tabs within prose plain spaces, and takes out soft hyphens and spaces of no width, where the tokenizer counts fewer tokens for it.',
  risk: 'lossless',
  keeps: 'all',
  examples: [
    {
      before: 'Write\u00a0a short\u2009poem about the im\u00adpor\u00adtant sea.',
      after: 'Write a short poem about the important sea.',
    },
  ],
  leaves: [
    'Explain \u{1f469}\u200d\u{1f4bb} and \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.',
    'The total is 1\u00a0000\u00a0000 items.',
    'name\tcity\nAda\tLondon\nAlan\tManchester',
    '\u200b# This is no heading',
    '```\na\u00a0=\u00a0b\n```',
    '\u6771\u4eac\u3000\u5927\u962a',
  ],
  *find(prompt) {
    const saved = createMeasure(prompt);
    for (const { passage, index } of ownPassages(prompt)) {
      for (const block of proseBlocks(passage)) {
        const text = passage.text.slice(block.start, block.end);
        const changes = plainSpaces(text).filter(
          (change) =>
            !passage.keeps(block.start + change.start, block.start + change.end) && saved(text, change) > 0,
        );
        const edits = editsAt(index, block.start, changes);
        const [first, last] = [edits[0], edits.at(-1)];
        if (first === undefined || last === undefined) continue;
        const message =
          'Write plain spaces here: these characters look the same and take tokens of their own.';
        yield { passage: index, start: first.start, end: last.end, edits, message };
      }
    }
  },
};
