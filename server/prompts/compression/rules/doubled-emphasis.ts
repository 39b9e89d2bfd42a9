/** Emphasis on emphasis: one mark says it. */
import type { Edit, Finding, Rule } from '../rule.ts';
import { itemAt } from './wording/item-at.ts';
import { onlySpaces } from './wording/phrase-table.ts';
import { proseSentences } from './wording/prose.ts';

/** Adverbs that people double. A doubled name or number may be meant. */
const DOUBLED = new Set([
  'very',
  'really',
  'so',
  'please',
  'extremely',
  'always',
  'super',
  'highly',
  'the',
  'a',
  'and',
  'to',
  'of',
]);
const CALLS = new Set(['important', 'note', 'warning', 'attention', 'critical', 'caution']);

/** Marks repeated behind a word: at most a handful in a sentence. */
const MARKS = /(?<=[\p{L}\p{N}*_"')\]])(!{2,40}|\?{2,40})(?![!?])/gu;

const MESSAGE = 'Say it once: the emphasis is the same.';

export const doubledEmphasis: Rule = {
  id: 'doubled-emphasis',
  title: 'Doubled emphasis',
  what: 'Turns "very very" and a row of exclamation marks into one, and leaves out a second "IMPORTANT:" in a row.',
  risk: 'low',
  keeps: 'all',
  examples: [
    { before: 'This is very very clear to the reader.', after: 'This is very clear to the reader.' },
    { before: 'Answer in French!!!!!!!!!!!!', after: 'Answer in French!' },
    {
      before: '**Important:** Important: read the rules of the house.',
      after: '**Important:** read the rules of the house.',
    },
  ],
  leaves: ['Is x !== y?', 'Say it again and again.', 'Answer in French!'],
  *find(prompt): Generator<Finding> {
    for (const { passage, index, sentence, words } of proseSentences(prompt)) {
      const { text } = passage;
      const edits: Edit[] = [];
      for (let at = 1; at < words.length; at += 1) {
        const [before, word] = [itemAt(words, at - 1), itemAt(words, at)];
        if (word.lower !== before.lower) continue;
        const between = text.slice(before.end, word.start);
        if (DOUBLED.has(word.lower) && onlySpaces(text, before.end, word.start))
          edits.push({ passage: index, start: before.end, end: word.end, replacement: '' });
        else if (
          at === 1 &&
          CALLS.has(word.lower) &&
          /^(?::\*{2}|\*{2}:|:|!) $/.test(between) &&
          text.charAt(word.end) === ':'
        )
          edits.push({
            passage: index,
            start: word.start,
            end: Math.min(word.end + (text[word.end + 1] === ' ' ? 2 : 1), sentence.end),
            replacement: '',
          });
      }
      const written = text.slice(sentence.start, sentence.end);
      if (written.includes('!!') || written.includes('??'))
        for (const { index: at, 0: marks } of written.matchAll(MARKS))
          edits.push({
            passage: index,
            start: sentence.start + at + 1,
            end: sentence.start + at + marks.length,
            replacement: '',
          });
      for (const edit of edits)
        if (!passage.keeps(edit.start, edit.end))
          yield { passage: index, start: edit.start, end: edit.end, edits: [edit], message: MESSAGE };
    }
  },
};
