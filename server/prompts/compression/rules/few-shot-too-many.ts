/** More examples than show something new. */
import type { Finding, Rule } from '../rule.ts';
import { type Shot, shotsOf, similarity } from './wording/shots.ts';

const FEWEST_KEPT = 3;
/** Below that two examples show different things; above `few-shot-duplicates` they are the same. */
const ALIKE = 0.4;
const NEARLY_THE_SAME = 0.75;
const MOST_COMPARED = 60;

export const fewShotTooMany: Rule = {
  id: 'few-shot-too-many',
  title: 'More examples than keep coverage',
  what: 'Points at examples that are much like another one, as long as three stay. Which of them are needed shows only a trial.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before: [
        'Classify the mood.',
        'Input: the room was lovely and the staff was very kind to us\nOutput: positive',
        'Input: the food was cold and the waiter was rude\nOutput: negative',
        'Input: we stayed a night\nOutput: neutral',
        'Input: the room was lovely and the staff was very friendly\nOutput: positive',
      ].join('\n\n'),
      after: null,
    },
  ],
  leaves: [
    'Classify.\n\nInput: the room was lovely\nOutput: positive\n\nInput: the room was lovely but cold\nOutput: mixed\n',
  ],
  *find(prompt): Generator<Finding> {
    for (const [index, passage] of prompt.passages.entries()) {
      if (passage.includedFrom !== null) continue;
      const shots = shotsOf(passage, index).slice(0, MOST_COMPARED);
      let left = shots.length;
      const kept: Shot[] = [];
      for (const shot of shots) {
        const nearest = Math.max(0, ...kept.map((other) => similarity(other, shot)));
        if (nearest < ALIKE || nearest >= NEARLY_THE_SAME || left <= FEWEST_KEPT) {
          kept.push(shot);
          continue;
        }
        left -= 1;
        yield {
          passage: index,
          start: shot.start,
          end: shot.end,
          edits: [],
          message: `Try it without this example: an earlier one is much like it, and ${left} stay.`,
        };
      }
    }
  },
};
