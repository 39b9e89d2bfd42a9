/** Long ways to say short things become the short ones. */
import type { Rule } from '../rule.ts';
import { phraseRule } from './wording/phrase-rule.ts';
import { WORDY_PHRASES } from './wording/wordy-phrases.ts';

export const wordyPhrases: Rule = phraseRule({
  id: 'wordy-phrases',
  title: 'Wordy phrases',
  what: 'Writes the short form of a long phrase, such as "because" for "due to the fact that". The sentence says the same.',
  risk: 'low',
  phrases: WORDY_PHRASES,
  message: (from, to) =>
    to === ''
      ? `Leave out “${from}”: the instruction stays the same.`
      : `Write “${to}” in place of “${from}”.`,
  examples: [
    { before: 'Sort the lines in order to find the largest.', after: 'Sort the lines to find the largest.' },
    {
      before: 'Due to the fact that it is late, make use of the short form.',
      after: 'Because it is late, use the short form.',
    },
    { before: 'Make sure to provide an explanation of each step.', after: 'Explain each step.' },
    { before: 'Read a wide range of topics.', after: 'Read many topics.' },
  ],
  leaves: [
    'You have a wide range of experience.',
    'It should perform as well as the original.',
    'Put the lines in order.',
  ],
});
