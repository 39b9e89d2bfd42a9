/** "You will:" over a list of instructions announces what the list itself shows. */
import type { Finding, Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { proseSentences } from './wording/prose.ts';
import { leftOut, removeLeadIn } from './wording/remove-sentence.ts';
import { INSTRUCTION_VERBS } from './wording/verbs.ts';
import { wordsOf } from './wording/words.ts';

const LEAD_INS = new Set([
  'you will',
  'you should',
  'you need to',
  'you are to',
  'you have to',
  'your task is to',
  'your tasks are to',
  'your job is to',
  'your role is to',
  'your goal is to',
  'your tasks are',
  'your tasks',
  'your responsibilities',
  'your responsibilities are',
  'your responsibilities are to',
  'your responsibilities include',
  'do the following',
  'please do the following',
  'your task is to do the following',
  'you will do the following',
  'follow these steps',
]);

export const emptyLeadIns: Rule = {
  id: 'empty-lead-ins',
  title: 'Empty lead-ins',
  what: 'Leaves out a line such as "You will:" between a paragraph and a list of instructions: the list says it.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: 'Help the team review code.\n\nYou will:\n- Read the change.\n- Name its risks.',
      after: 'Help the team review code.\n\n- Read the change.\n- Name its risks.',
    },
  ],
  leaves: [
    'You will:\n- Read the change.',
    'Review code.\n\nYou will see:\n- a list\n- a table',
    'Review code.\n\nYou will:\n- never guess\n- stay calm',
  ],
  *find(prompt): Generator<Finding> {
    for (const { passage, index, sentence, words } of proseSentences(prompt)) {
      if (words.length > 7 || !LEAD_INS.has(words.map(({ lower }) => lower).join(' '))) continue;
      const { text, blocks } = passage;
      const [before, block, after] = [
        blocks[sentence.block - 1],
        itemAt(blocks, sentence.block),
        blocks[sentence.block + 1],
      ];
      // Between two lists it is what parts them; under a heading the list is the heading's.
      if (before?.kind !== 'paragraph' || block.kind !== 'paragraph' || after?.kind !== 'listItem') continue;
      if (wordsOf(text, block.start, sentence.start).length > 0 || text.charAt(sentence.end - 1) !== ':')
        continue;
      if (!INSTRUCTION_VERBS.has(wordsOf(text, after.start, after.end)[0]?.lower ?? '')) continue;
      const edit = removeLeadIn(passage, index, sentence.block);
      if (edit !== null) yield leftOut(sentence, edit, 'Leave this line out: the list below says it.');
    }
  },
};
