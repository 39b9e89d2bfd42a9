/** "I want you to act as …" is the instruction "Act as …" with words in front of it. */
import type { Rule } from '../rule.ts';
import { phraseRule } from './wording/phrase-rule.ts';
import { type Phrase, setOf, type WordTest } from './wording/phrase-table.ts';
import { gerundOf, INSTRUCTION_VERBS, LEADING_ADVERBS } from './wording/verbs.ts';

/** Also with "always" and the like in front, which `allows` looks behind. */
const INSTRUCTION: WordTest = { has: (word) => INSTRUCTION_VERBS.has(word) || LEADING_ADVERBS.has(word) };

const PREPOSITIONS = setOf('with in as to for by on about');

/** After "you will" these tell what happens as often as what to do. */
const HAPPENINGS = setOf(
  'get find view enter start hold remain connect run return meet stop break open repeat',
);

const OPENERS = [
  'i would like you to',
  "i'd like you to",
  'i want you to',
  'i need you to',
  'i am asking you to',
  'i ask you to',
  'you should',
  'you are to',
  'you are asked to',
  'you are required to',
  'you are expected to',
  'you are tasked to',
  'your task/job/goal/role/objective/mission is to',
  'your task will be to',
  'your job will be to',
  'you will',
  'you need to',
  'you will need to',
  'you have to',
  'you are going to',
];

const PHRASES: readonly Phrase[] = [
  ...OPENERS.map((from): Phrase => ({ from, to: '', at: 'start', before: INSTRUCTION })),
  ...[...INSTRUCTION_VERBS].map(
    (verb): Phrase => ({
      from: `you are tasked/responsible with/for ${gerundOf(verb)}`,
      to: verb,
      at: 'start',
    }),
  ),
  ...[...INSTRUCTION_VERBS].map(
    (verb): Phrase => ({
      from: `you should/will/must only ${verb}`,
      to: `${verb} only`,
      at: 'start',
      before: PREPOSITIONS,
    }),
  ),
  ...[...INSTRUCTION_VERBS].map(
    (verb): Phrase => ({
      from: `i want you to only ${verb}`,
      to: `${verb} only`,
      at: 'start',
      before: PREPOSITIONS,
    }),
  ),
  { from: 'and it will be your job to', to: 'and you will', before: INSTRUCTION },
  { from: 'it will be your job to', to: 'you will', before: INSTRUCTION },
  { from: 'and your task/job is to', to: 'and you will', before: INSTRUCTION },
];

export const indirectInstructions: Rule = phraseRule({
  id: 'indirect-instructions',
  title: 'Indirect instructions',
  what: 'Turns "I want you to …", "You should …" and "Your task is to …" into the instruction itself.',
  risk: 'low',
  phrases: PHRASES,
  allows({ words, passage, sentence }, { last, phrase }) {
    if (passage.text.charAt(sentence.end - 1) === '?') return false;
    if (phrase.from === 'you will' && HAPPENINGS.has(words[last]?.lower ?? '')) return false;
    // "You are tasked with planning and writing": what is joined to the -ing form would have to change too.
    if (phrase.from.startsWith('you are tasked/'))
      return !/(?:,|\b(?:and|or|while|as well as)) (?:\w+ )?\w+ing\b/.test(
        passage.text.slice(sentence.start, sentence.end),
      );
    if (phrase.to.endsWith(' only')) return true;
    const verb = LEADING_ADVERBS.has(words[last]?.lower ?? '') ? words[last + 1] : words[last];
    if (verb === undefined || !INSTRUCTION_VERBS.has(verb.lower)) return false;
    // "Help me and I will pay" is a condition; "You will help me and I will pay" is none.
    const rest = words.slice(last);
    return (
      phrase.to !== '' ||
      !rest.some(
        (word, at) => word.lower === 'i' && (rest[at - 1]?.lower === 'and' || rest[at - 1]?.lower === 'or'),
      )
    );
  },
  message: (from, to) =>
    to === ''
      ? `Leave out “${from}”: the instruction is what follows.`
      : `Write “${to}” in place of “${from}”.`,
  examples: [
    { before: 'I want you to act as a Linux terminal.', after: 'Act as a Linux terminal.' },
    { before: 'Your task is to review the text.', after: 'Review the text.' },
    { before: 'You should only reply with the result.', after: 'Reply only with the result.' },
  ],
  leaves: [
    'You should be precise.',
    'You should not explain the result.',
    'You will receive a list of names.',
    'You will find the file in the folder.',
  ],
});
