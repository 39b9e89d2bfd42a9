/** An example that is much longer than the others costs more than it shows. */
import type { Finding, Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { shotsOf } from './wording/shots.ts';

const FEWEST_SHOTS = 3;
/** So many times the median of the examples, and at least so many words. */
const TIMES_MEDIAN = 3;
const FEWEST_WORDS = 120;

export const fewShotTooLong: Rule = {
  id: 'few-shot-too-long',
  title: 'Examples longer than needed',
  what: 'Points at an example that is more than three times as long as the others. A shorter one often shows the same.',
  risk: 'review',
  keeps: 'all',
  examples: [
    {
      before: [
        'Classify the mood.',
        'Input: the room was lovely\nOutput: positive',
        'Input: the food was cold\nOutput: negative',
        `Input: ${'we went from the room to the beach and on to the market '.repeat(12).trim()}\nOutput: neutral`,
      ].join('\n\n'),
      after: null,
    },
  ],
  leaves: [
    'Classify.\n\nInput: the room was lovely\nOutput: positive\n\nInput: the food was cold\nOutput: negative\n\nInput: we stayed\nOutput: neutral\n',
  ],
  *find(prompt): Generator<Finding> {
    for (const [index, passage] of prompt.passages.entries()) {
      if (passage.includedFrom !== null) continue;
      const shots = shotsOf(passage, index);
      if (shots.length < FEWEST_SHOTS) continue;
      const lengths = shots.map(({ wordCount }) => wordCount).toSorted((one, other) => one - other);
      const median = itemAt(lengths, Math.floor((lengths.length - 1) / 2));
      for (const { start, end, wordCount } of shots)
        if (wordCount >= FEWEST_WORDS && wordCount > median * TIMES_MEDIAN)
          yield {
            passage: index,
            start,
            end,
            edits: [],
            message: `Shorten this example: it has ${wordCount} words, the others about ${median}.`,
          };
    }
  },
};
