/** "Act as a code tutor. You are an expert in teaching code …" states the role again, longer. */
import type { Passage } from '../prompt-text.ts';
import type { Finding, Rule } from '../rule.ts';
import { type ProseSentence, proseSentences } from './wording/prose.ts';
import { leftOut, removeSentence } from './wording/remove-sentence.ts';
import { contentStems } from './wording/stems.ts';
import { type Word, wordsOf } from './wording/words.ts';

const isRole = ({ words }: ProseSentence): boolean => {
  const first = words[0]?.lower;
  if (first !== 'act' && first !== 'you' && first !== 'i') return false;
  const opening = words
    .slice(0, 3)
    .map(({ lower }) => lower)
    .join(' ');
  return (
    words.length <= 45 &&
    (/^act as an?$/.test(opening) ||
      /^you are an?$/.test(opening) ||
      words
        .slice(3, 7)
        .map(({ lower }) => lower)
        .join(' ') === 'to act as a')
  );
};

const CLAIM =
  /^you are (?:an? )?(?:(?:highly|very|world-class|leading|seasoned) )?(?:expert|specialist|skilled|experienced|proficient|knowledgeable|well-versed|professional)\b/;

export const restatedRole: Rule = {
  id: 'restated-role',
  title: 'A role that is stated again',
  what: 'Leaves out "You are an expert in …" right behind a sentence that already names that role. Try it on your own cases first.',
  risk: 'review',
  keeps: 'all',
  examples: [
    {
      before:
        'Act as a code tutor for beginners. You are an expert in teaching code to beginners. Review my code.',
      after: 'Act as a code tutor for beginners. Review my code.',
    },
  ],
  leaves: [
    'Act as a tutor. You are an expert in algebra.',
    'Act as a travel writer. You are an expert in writing about cheap trains through the mountains.',
    'Review my code. You are an expert in code review.',
  ],
  *find(prompt): Generator<Finding> {
    let before: ProseSentence | null = null;
    for (const prose of proseSentences(prompt)) {
      const { passage, index, sentence, words } = prose;
      if (
        before !== null &&
        before.passage === passage &&
        words[0]?.lower === 'you' &&
        isRole(before) &&
        CLAIM.test(
          words
            .slice(0, 6)
            .map(({ lower }) => lower)
            .join(' '),
        ) &&
        passage.text.charAt(sentence.end - 1) === '.' &&
        restates(passage, before.words.slice(2), words.slice(3))
      ) {
        const edit = removeSentence(passage, index, sentence);
        if (edit !== null && !passage.keeps(edit.start, edit.end))
          yield leftOut(sentence, edit, 'Try it without this sentence: the one before it names the role.');
      }
      if (isRole(prose)) yield* appositions(prose);
      before = prose;
    }
  },
};

/** The same in one sentence: "Act as a code tutor, an expert in teaching code." */
function* appositions({ passage, index, sentence, words }: ProseSentence): Generator<Finding> {
  const { text } = passage;
  const at = words.findIndex(
    ({ lower, start }, place) => place > 3 && /^an?$/.test(lower) && text.slice(start - 2, start) === ', ',
  );
  if (
    at === -1 ||
    !CLAIM.test(
      `you are ${words
        .slice(at, at + 3)
        .map(({ lower }) => lower)
        .join(' ')}`,
    )
  )
    return;
  if (text.charAt(sentence.end - 1) !== '.' || !restates(passage, words.slice(2, at), words.slice(at)))
    return;
  const edit = { passage: index, start: (words[at]?.start ?? 0) - 2, end: sentence.end - 1, replacement: '' };
  if (passage.keeps(edit.start, edit.end)) return;
  yield { ...edit, edits: [edit], message: 'Try it without this clause: the role is named in front of it.' };
}

/** So much of what a claim is about has to stand elsewhere in the message, or leaving it out would lose it. */
const SHARE_ELSEWHERE = 0.6;

/** Whether `claim` is about the role, and about little that the rest of the message does not mention. */
function restates(passage: Passage, role: readonly Word[], claim: readonly Word[]): boolean {
  const named = new Set(contentStems(role));
  const stems = contentStems(claim);
  if (!stems.some((stem) => named.has(stem))) return false;
  const [first, last] = [claim[0], claim.at(-1)];
  if (first === undefined || last === undefined) return false;
  const { text } = passage;
  const elsewhere = new Set(
    contentStems([...wordsOf(text, 0, first.start), ...wordsOf(text, last.end, text.length)]),
  );
  return stems.filter((stem) => elsewhere.has(stem)).length >= stems.length * SHARE_ELSEWHERE;
}
