/** Words in front of a statement that only say that a statement comes. */
import type { Rule } from '../rule.ts';
import { phraseRule } from './wording/phrase-rule.ts';
import type { Phrase } from './wording/phrase-table.ts';
import { setOf } from './wording/phrase-table.ts';
import { wordsOf } from './wording/words.ts';

const OPENERS = [
  'note that',
  'please note that',
  'do note that',
  'it is important to note that',
  "it's important to note that",
  'it is also important to note that',
  'it is worth noting that',
  "it's worth noting that",
  'it is worth mentioning that',
  'it should be noted that',
  'it must be noted that',
  'it is important to remember that',
  'it is important to understand that',
  'it is important to keep in mind that',
  'keep in mind that',
  'please keep in mind that',
  'also keep in mind that',
  'bear in mind that',
  'please bear in mind that',
  'be aware that',
  'please be aware that',
  'please be advised that',
  'please remember that',
  'remember that',
  'as mentioned above',
  'as mentioned earlier',
  'as mentioned before',
  'as mentioned previously',
  'as previously mentioned',
  'as stated above',
  'as stated earlier',
  'as i mentioned above',
  'as i said before',
  'as you know',
  'as you may know',
  'needless to say',
  'it goes without saying that',
  'as a matter of fact',
  'for all intents and purposes',
  'first and foremost',
  'last but not least',
  'with that being said',
  'that being said',
  'having said that',
  'with that said',
  'with this in mind',
  'with that in mind',
  'at the end of the day',
  'when all is said and done',
  'the fact of the matter is that',
  'let me start by saying that',
  'i would like to point out that',
  'i want to point out that',
  'what i want is for you to',
  'in this task you will',
  'for this task you will',
  'in this exercise you will',
  'your job today is to',
];

const PHRASES: readonly Phrase[] = [
  ...OPENERS.map((from): Phrase => ({ from, to: '', at: 'start', notBefore: setOf('be in for to not') })),
  { from: 'i need help with', to: 'help with', at: 'start' },
  { from: 'i need your help with', to: 'help with', at: 'start' },
  { from: 'i need your help to', to: 'help me', at: 'start' },
  {
    from: 'your main/primary task/goal/job/objective is to',
    to: '',
    at: 'start',
    notBefore: setOf('not never be'),
  },
];

export const throatClearing: Rule = phraseRule({
  id: 'throat-clearing',
  title: 'Throat-clearing',
  what: 'Leaves out openings such as "It is important to note that": what follows says the same without them.',
  risk: 'low',
  phrases: PHRASES,
  // An item "Note that …" in a list of what to tell is told itself.
  allows: ({ passage: { text, blocks }, sentence }, { phrase }) => {
    const block = blocks[sentence.block];
    return (
      phrase.from !== 'note that' ||
      block?.kind !== 'listItem' ||
      wordsOf(text, block.start, sentence.start).length > 0
    );
  },
  message: (from, to) =>
    to === '' ? `Leave out “${from}”: the statement stays the same.` : `Write “${to}” in place of “${from}”.`,
  examples: [
    {
      before: 'It is important to note that the output is read by a program.',
      after: 'The output is read by a program.',
    },
    { before: 'Please keep in mind that the reader is a child.', after: 'The reader is a child.' },
    { before: 'I need help with the plan of a garden.', after: 'Help with the plan of a garden.' },
  ],
  leaves: [
    '- Say that help comes.\n- Note that more tries may make it worse.',
    'Note the time of each event.',
    'Remember the name of the guest.',
  ],
});
