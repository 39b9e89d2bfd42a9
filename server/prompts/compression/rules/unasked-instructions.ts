/** Sentences that ask for what today's models do unasked. */
import type { Finding, Rule } from '../rule.ts';
import { proseSentences } from './wording/prose.ts';
import { isAlone, leftOut, removeSentence } from './wording/remove-sentence.ts';
import { isUnasked } from './wording/unasked.ts';

/** The longest that the table has. */
const MOST_WORDS = 16;

export const unaskedInstructions: Rule = {
  id: 'unasked-instructions',
  title: 'Instructions that models follow unasked',
  what: 'Leaves out whole sentences such as "Think carefully" or "Be helpful and accurate", which change little in the answers of today\'s models. Try it on your own cases first.',
  risk: 'review',
  keeps: 'all',
  examples: [
    {
      before: 'List the risks of the plan. Answer to the best of your ability.',
      after: 'List the risks of the plan.',
    },
    { before: 'Take a deep breath. List the risks of the plan.', after: 'List the risks of the plan.' },
    {
      before: 'Rules:\n- Sort by date.\n- Ensure all recommendations are clear and relevant.',
      after: 'Rules:\n- Sort by date.',
    },
    { before: 'Rules:\n- Sort by date.\n- Be helpful and accurate.', after: 'Rules:\n- Sort by date.' },
  ],
  leaves: [
    'Think step by step.',
    'Sort by date. Ensure all recommendations are concise.',
    'Sort by date. Ensure all information is current.',
    'Do not guess.',
    'Be accurate to the cent.',
    'Be honest. Say what is weak.',
  ],
  *find(prompt): Generator<Finding> {
    for (const { passage, index, sentence, words } of proseSentences(prompt)) {
      if (words.length > MOST_WORDS || passage.role === 'assistant') continue;
      if (!isUnasked(words.map(({ lower }) => lower).join(' '))) continue;
      // Two words next to others often lean on them: "Be honest. If a skill is weak, say so."
      if (words.length < 3 && !isAlone(passage, sentence)) continue;
      const edit = removeSentence(passage, index, sentence);
      if (edit !== null)
        yield leftOut(sentence, edit, 'Try it without this sentence: models do this unasked.');
    }
  },
};
