/** Numbers with spaces in them: a token per group and more, and a model may read several numbers. */
import { keptIn } from '../data/places.ts';
import { proseBlocks } from '../data/prose-blocks.ts';
import type { Rule } from '../rule.ts';

const SPACED = new RegExp(
  [
    String.raw`(?<![\d.,+]|\d[ \u00a0\u2009\u202f])(?<groups>[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+)(?![\d.,]?\d|[ \u00a0\u2009\u202f]\d)`,
    String.raw`(?<![\d.,]|\d )(?<point>\d{1,15} \. ?\d{1,15}|\d{1,15}\. \d{1,15}(?=%))(?![\d.,]| [.,\d])`,
  ].join('|'),
  'gu',
);

export const spacedNumbers: Rule = {
  id: 'spaced-numbers',
  title: 'Spaced numbers',
  what: 'Points at numbers with spaces between their digits. Numbers are never changed: whether it is one number, its author knows.',
  risk: 'review',
  keeps: 'all',
  examples: [
    { before: 'The city has 1 250 000 people.', after: null },
    { before: 'Round to 3 . 5 at the most.', after: null },
  ],
  leaves: [
    'Choose from 100 200 300.',
    'Call +49 30 123 456.',
    'In chapter 2. 3 people arrive.',
    'The city has 1250000 people.',
  ],
  *find(prompt) {
    for (const [index, passage] of prompt.passages.entries()) {
      for (const block of proseBlocks(passage)) {
        for (const { index: at, 0: number, groups } of passage.text
          .slice(block.start, block.end)
          .matchAll(SPACED)) {
          if (groups?.['groups'] !== undefined && mayBeList(number)) continue;
          const start = block.start + at;
          const span = { start, end: start + number.length };
          if (keptIn(passage, span).some(({ kind }) => kind === 'code' || kind === 'quoted')) continue;
          const message = 'Write this number without spaces, if it is one number.';
          yield { passage: index, ...span, edits: [], message };
        }
      }
    }
  },
};

/** Groups of three that are as well several numbers: "100 200 300". */
const mayBeList = (number: string): boolean => /^\d{3}\D/.test(number) && !number.endsWith('000');
