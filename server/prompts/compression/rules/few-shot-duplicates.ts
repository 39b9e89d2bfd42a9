/** An example that is nearly another one teaches nothing more. */
import { holds } from '../protect.ts';
import type { Edit, Finding, Rule } from '../rule.ts';
import { type Shot, shotsOf, similarity } from './wording/shots.ts';

const NEARLY_THE_SAME = 0.75;
/** Every example is compared with at most so many before it. */
const MOST_COMPARED = 100;

export const fewShotDuplicates: Rule = {
  id: 'few-shot-duplicates',
  title: 'Examples that are nearly the same',
  what: 'Leaves out an example whose words are nearly all in an earlier example. Where it has a number or a name of its own, it is only pointed at.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before:
        'Classify the mood.\n\nInput: the room was lovely, the view was wide and the staff was very kind to us all\nOutput: positive\n\nInput: the food was cold and the waiter was rude\nOutput: negative\n\nInput: the room was lovely, the view was wide and the staff was very kind to us\nOutput: positive\n',
      after:
        'Classify the mood.\n\nInput: the room was lovely, the view was wide and the staff was very kind to us all\nOutput: positive\n\nInput: the food was cold and the waiter was rude\nOutput: negative\n',
    },
  ],
  leaves: [
    'Classify.\n\nInput: the room was lovely\nOutput: positive\n\nInput: the food was cold\nOutput: negative\n',
  ],
  *find(prompt): Generator<Finding> {
    for (const [index, passage] of prompt.passages.entries()) {
      if (passage.includedFrom !== null) continue;
      const kept: Shot[] = [];
      for (const shot of shotsOf(passage, index)) {
        if (!kept.slice(-MOST_COMPARED).some((other) => similarity(other, shot) >= NEARLY_THE_SAME)) {
          kept.push(shot);
          continue;
        }
        const edit = withoutShot(passage.text, shot);
        const edits = holds('once', prompt, [edit]) ? [edit] : [];
        const message =
          edits.length > 0
            ? 'Leave this example out: an earlier one is nearly the same.'
            : 'See whether this example can go: an earlier one is nearly the same but for a number or a name.';
        yield { passage: index, start: shot.start, end: shot.end, edits, message };
      }
    }
  },
};

/** The example with the blank lines in front of it. */
function withoutShot(text: string, shot: Shot): Edit {
  let start = shot.start;
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start -= 1;
  return { passage: shot.passage, start, end: shot.end, replacement: '' };
}
