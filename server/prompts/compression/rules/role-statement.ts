/** "Act as a tutor. You are an expert in algebra." says "Act as a tutor, an expert in algebra." */
import type { Finding, Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { onlySpaces, setOf } from './wording/phrase-table.ts';
import { type ProseSentence, proseSentences } from './wording/prose.ts';

/** What can stand behind a comma as it stands behind "You are". */
const SKILLS = setOf('skilled experienced proficient specialized specialised knowledgeable responsible');
const PREPOSITIONS = setOf('in at with for about on');

/** The second sentence goes on about the same person with an article or a skill, so that it can be an apposition. */
const isApposition = ({ words }: ProseSentence): boolean =>
  words[0]?.lower === 'you' &&
  words[1]?.lower === 'are' &&
  words.length > 4 &&
  (words[2]?.lower === 'a' ||
    words[2]?.lower === 'an' ||
    (SKILLS.has(words[2]?.lower ?? '') && PREPOSITIONS.has(words[3]?.lower ?? '')));

const isRole = ({ words }: ProseSentence): boolean =>
  words.length <= 14 &&
  ((words[0]?.lower === 'act' && words[1]?.lower === 'as') ||
    (words[0]?.lower === 'you' &&
      words[1]?.lower === 'are' &&
      (words[2]?.lower === 'a' || words[2]?.lower === 'an')));

export const roleStatement: Rule = {
  id: 'role-statement',
  title: 'A role in two sentences',
  what: 'Joins "Act as a …" and the "You are a …" that follows it into one sentence.',
  risk: 'low',
  keeps: 'all',
  examples: [
    {
      before: 'Act as a tutor. You are an expert in algebra and patient with beginners.',
      after: 'Act as a tutor, an expert in algebra and patient with beginners.',
    },
  ],
  leaves: [
    'Act as a tutor. You are responsible.',
    'Act as a tutor. You are patient with beginners.',
    'Act as a guide, but stay silent at first. You answer later.',
  ],
  *find(prompt): Generator<Finding> {
    let before: ProseSentence | null = null;
    for (const prose of proseSentences(prompt)) {
      const { passage, index, sentence, words } = prose;
      const { text } = passage;
      if (
        before !== null &&
        before.passage === passage &&
        before.sentence.block === sentence.block &&
        isRole(before) &&
        isApposition(prose) &&
        !/[,;:]/.test(text.slice(before.sentence.start, before.sentence.end)) &&
        !/[;:]/.test(text.slice(sentence.start, sentence.end)) &&
        text.charAt(before.sentence.end - 1) === '.' &&
        /[\p{L}\p{N}]/u.test(text.charAt(before.sentence.end - 2)) &&
        onlySpaces(text, before.sentence.end, sentence.start) &&
        words[0]?.start === sentence.start
      ) {
        const edit = {
          passage: index,
          start: before.sentence.end - 1,
          end: itemAt(words, 2).start,
          replacement: ', ',
        };
        if (!passage.keeps(edit.start, edit.end))
          yield {
            passage: index,
            start: edit.start,
            end: itemAt(words, 1).end,
            edits: [edit],
            message: 'Join the two sentences about the role with a comma.',
          };
        before = null;
      } else before = prose;
    }
  },
};
