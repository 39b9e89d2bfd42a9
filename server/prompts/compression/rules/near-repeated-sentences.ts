/** The same instruction in nearly the same words. */
import type { Passage, PromptText } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';
import { isEnglishProse } from './wording/prose.ts';
import { removeSentence } from './wording/remove-sentence.ts';
import { type Statement, spellingOf, standsAlone, statements } from './wording/statements.ts';
import { contentStems } from './wording/stems.ts';
import type { Word } from './wording/words.ts';

const FEWEST_STEMS = 4;
/** So many different sentences of the same words are remembered. */
const MOST_ALIKE = 4;
/** With these, the same words in another order say something else. */
const DIRECTIONS = /\b(?:before|after|than|instead|rather|into|from|to)\b/i;

export const nearRepeatedSentences: Rule = {
  id: 'near-repeated-sentences',
  title: 'Nearly repeated sentences',
  what: 'Leaves out a sentence that has the same content words, numbers and negations as an earlier one.',
  risk: 'review',
  keeps: 'once',
  examples: [
    {
      before:
        'Explain every technical term in plain words. Name the sources.\n\nYou should explain the technical terms of every answer in plain words. Sort the list. Make sure that every technical term is explained in plain words.',
      after:
        'Explain every technical term in plain words. Name the sources.\n\nYou should explain the technical terms of every answer in plain words. Sort the list.',
    },
  ],
  leaves: [
    'Explain every technical term in plain words. Do not explain every technical term in plain words.',
    'Write a report of the sales team for May. Write a report of the sales team for June.',
  ],
  *find(prompt): Generator<Finding> {
    const seen = new Map<number, Statement[]>();
    const digest = createDigest();
    for (const [index, passage] of ordered(prompt)) {
      if (!isEnglishProse(passage)) continue;
      for (const statement of statements(passage)) {
        if (statement.words.length <= FEWEST_STEMS) continue;
        const key = digest(statement.words);
        if (key === null) continue;
        const alike = seen.get(key) ?? [];
        const isAlike = alike.some((earlier) => saysNearly(earlier, statement));
        if (!isAlike) seen.set(key, [...alike, statement].slice(0, MOST_ALIKE));
        if (!isAlike || passage.includedFrom !== null) continue;
        const edit = removeSentence(passage, index, statement.sentence);
        if (edit === null) continue;
        const { start, end } = statement.sentence;
        yield {
          passage: index,
          start,
          end,
          edits: [edit],
          message: 'Leave it out if it adds nothing: an earlier sentence says nearly the same.',
        };
      }
    }
  },
};

function ordered(prompt: PromptText): Array<[number, Passage]> {
  return [...prompt.passages.entries()].sort(
    ([, one], [, other]) => Number(one.includedFrom === null) - Number(other.includedFrom === null),
  );
}

/** Adds up numbers of the content words: the same for the same words in any order, and rarely for others. Null for too few words. */
function createDigest(): (words: readonly Word[]) => number | null {
  const numbers = new Map<string, number>();
  function numberOf(word: Word): number {
    const before = numbers.get(word.lower);
    if (before !== undefined) return before;
    const [stem = ''] = contentStems([word]);
    let number = 0;
    for (let at = 0; at < stem.length; at += 1) number = (Math.imul(number, 31) + stem.charCodeAt(at)) | 0;
    numbers.set(word.lower, number);
    return number;
  }
  return (words) => {
    let sum = 0;
    let count = 0;
    for (const word of words) {
      const number = numberOf(word);
      sum = (sum + Math.imul(number, 0x9e3779b1)) | 0;
      if (number !== 0) count += 1;
    }
    return count < FEWEST_STEMS ? null : sum;
  };
}

/** The same content words, in the same order where that counts, but not the same sentence: that is another rule's. */
function saysNearly(one: Statement, other: Statement): boolean {
  if (one.scope !== other.scope || !standsAlone(one) || !standsAlone(other)) return false;
  if (spellingOf(one) === spellingOf(other)) return false;
  const text = other.passage.text.slice(other.sentence.start, other.sentence.end);
  const meaning = ({ words }: Statement): string => {
    const stems = contentStems(words);
    return (DIRECTIONS.test(text) ? stems : stems.toSorted()).join(' ');
  };
  return meaning(one) === meaning(other);
}
