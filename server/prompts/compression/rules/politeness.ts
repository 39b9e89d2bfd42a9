/** "Please" and "thank you" are tokens that no model needs. */
import type { Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { phraseRule } from './wording/phrase-rule.ts';
import type { Phrase } from './wording/phrase-table.ts';
import { setOf } from './wording/phrase-table.ts';

/** After these "please" is a word that is spoken of. */
const NOT_AFTER = setOf('say says saying word words said write type use to never not');

/** What a program asks of its user, in an answer that the prompt writes out: there the courtesy is part of the answer. */
const ASKED_OF_USERS = setOf(
  'try verify contact let wait visit upload follow allow enjoy stand bear hold call',
);

const PHRASES: readonly Phrase[] = [
  { from: 'please', to: '', notAfter: NOT_AFTER, notBefore: ASKED_OF_USERS },
  { from: 'kindly', to: '', at: 'start' },
  { from: 'kindly', to: '', after: setOf('please and then') },
  { from: 'feel free to', to: 'you may', notBefore: setOf('not') },
  { from: 'please feel free to', to: 'you may', notBefore: setOf('not') },
  { from: 'if you would be so kind', to: '' },
  { from: 'if you would', to: '', at: 'end' },
  { from: 'if at all possible', to: 'if possible' },
  { from: 'i would appreciate it if you could', to: '', at: 'start' },
  { from: "i'd appreciate it if you could", to: '', at: 'start' },
  { from: 'i would be grateful if you could', to: '', at: 'start' },
  { from: 'it would be great if you could', to: '', at: 'start' },
];

export const politeness: Rule = phraseRule({
  id: 'politeness',
  title: 'Politeness',
  what: 'Leaves out "please", "kindly" and other courtesies around an instruction. The model does the same without them.',
  risk: 'low',
  phrases: PHRASES,
  // "Please, Dad" is somebody speaking, "/ please explain" is one of several answers, and behind an
  // opening quotation mark, even one that nobody closed, are the words of a letter or a speaker.
  allows: ({ passage: { text }, sentence, words }, { first, last }) =>
    !/[“‘"«]/.test(text.slice(sentence.start, itemAt(words, first).start)) &&
    (first === 0
      ? text.charAt(itemAt(words, last - 1).end) !== ','
      : !/\/\s*$/.test(text.slice(itemAt(words, first - 1).end, itemAt(words, first).start))),
  message: (from, to) =>
    to === ''
      ? `Leave out “${from}”: the instruction stays the same.`
      : `Write “${to}” in place of “${from}”.`,
  examples: [
    { before: 'Please list the files of the folder.', after: 'List the files of the folder.' },
    { before: 'When you are done, please kindly summarise it.', after: 'When you are done, summarise it.' },
  ],
  leaves: [
    'Translate the word please into French.',
    'Say please to every guest.',
    'Ask modestly, ‘Could you please read my letter?',
    'Please, Dad, come home.',
    'Say this: I am sorry, please try again.',
    '*I am with you. Please keep my letter.*',
  ],
});
