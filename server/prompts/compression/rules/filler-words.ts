/** Adverbs that add no meaning where they stand. Each has the company in which that holds; in any other it stays. */
import type { Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { phraseRule } from './wording/phrase-rule.ts';
import type { Phrase } from './wording/phrase-table.ts';
import { setOf } from './wording/phrase-table.ts';
import { MARKED_ADJECTIVES } from './wording/verbs.ts';

/** "Not very clear" is not "not clear", and "the very useful part" is a part apart. */
const NOT_AFTER = new Set([
  '',
  ...setOf("not never isn't aren't wasn't don't doesn't didn't hardly so too no without less rather"),
]);
const MODALS = setOf('can could may might should will would to');

const PHRASES: readonly Phrase[] = [
  {
    from: 'very/really/extremely/quite/truly/incredibly',
    to: '',
    before: MARKED_ADJECTIVES,
    notAfter: NOT_AFTER,
  },
  {
    from: 'absolutely',
    to: '',
    before: setOf('essential critical crucial necessary vital sure certain'),
    notAfter: new Set([...NOT_AFTER, ...setOf('unless if when where only')]),
  },
  {
    from: 'really',
    to: '',
    before: setOf('need needs want wants make help focus understand'),
    after: setOf('i we you and'),
  },
  { from: 'basically', to: '', notAfter: NOT_AFTER, notBefore: setOf('the a an') },
  { from: 'simply', to: '', after: MODALS, notBefore: setOf('be') },
  { from: 'just', to: '', before: setOf('make remember'), at: 'start' },
  { from: 'of course', to: '', at: 'start' },
  { from: 'obviously', to: '', at: 'start' },
  { from: 'in fact', to: '', at: 'start' },
  { from: 'completely/totally/entirely unique', to: 'unique' },
];

export const fillerWords: Rule = phraseRule({
  id: 'filler-words',
  title: 'Filler words',
  what: 'Leaves out "very", "really", "basically" and the like where the sentence says the same without them.',
  risk: 'low',
  phrases: PHRASES,
  // In a question "really" asks for the truth; between commas a word may be one of a list of words.
  allows: ({ passage: { text }, sentence, words }, { first, last }) =>
    text.charAt(sentence.end - 1) !== '?' &&
    !(
      /,\s*$/.test(text.slice(sentence.start, itemAt(words, first).start).slice(-3)) &&
      text[itemAt(words, last - 1).end] === ','
    ),
  message: (from, to) =>
    to === '' ? `Leave out “${from}”: it adds nothing here.` : `Write “${to}” in place of “${from}”.`,
  examples: [
    { before: 'Write a very important email to the team.', after: 'Write an important email to the team.' },
    {
      before: 'You can simply reply with the number of the line.',
      after: 'You can reply with the number of the line.',
    },
  ],
  leaves: [
    'Reply with just one word.',
    'It is not very clear what the user wants.',
    'Choose the very first line.',
    'Avoid jargon unless absolutely necessary.',
    'Rate it as low, high or very high.',
    'Leave out the words really, basically, just.',
  ],
});
