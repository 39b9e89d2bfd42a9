import type { Gate } from './gate.ts';
import { questionOf } from './question.ts';

/** Shorter answers need not repeat a word of the question: "42". */
const FEWEST_CHARACTERS = 200;

/** Fewer terms in a question say too little of what it is about. */
const FEWEST_TERMS = 4;

/** What a question begins and ends with says what it asks; in between is what it asks of. */
const MOST_CHARACTERS = 2000;

/** Words of every question. */
const COMMON = new Set(
  'about after also answer because been before being between both could does doing down each else even every explain find first from give have help here into just know like list make many more most much must need only other over please question same show should some such sure tell than that their them then there these they thing this those through under until very want were what when where which while will with without would write your'.split(
    ' ',
  ),
);

/**
 * A long answer that shares not one term with the question is likely to be to another. Only where both are in the
 * same script; a translation, code or a set form may share none.
 */
export const relevance: Gate = {
  name: 'relevance',
  weight: 0.35,
  check: ({ text }, call) => {
    if (call.responseFormat !== null || (call.kind !== 'answer' && call.kind !== 'explain')) return null;
    if (text.length < FEWEST_CHARACTERS || text.includes('```')) return null;
    const asked = termsOf(ends(questionOf(call)));
    if (asked.size < FEWEST_TERMS) return null;
    const said = termsOf(ends(text, 10 * MOST_CHARACTERS));
    if (said.size < FEWEST_TERMS || scriptOf(asked) !== scriptOf(said)) return null;
    for (const term of asked) if (said.has(term)) return null;
    return { gate: 'relevance', why: 'It shares no term with the request, so it may not be about it.' };
  },
};

const ends = (text: string, most = MOST_CHARACTERS): string =>
  text.length <= 2 * most ? text : `${text.slice(0, most)} ${text.slice(-most)}`;

/** Stems of the rarer words (their first five letters), and pairs of characters where no spaces part words. */
function termsOf(text: string): ReadonlySet<string> {
  const terms = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]{2,60}/gu)) {
    if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(word))
      for (let at = 0; at + 1 < word.length; at += 1) terms.add(word.slice(at, at + 2));
    else if (word.length >= 4 && !COMMON.has(word)) terms.add(word.slice(0, 5));
  }
  return terms;
}

/** The script of most terms. */
function scriptOf(terms: ReadonlySet<string>): string {
  const scripts = [/\p{sc=Latin}/u, /\p{sc=Han}/u, /\p{sc=Cyrillic}/u, /\p{sc=Arabic}/u];
  const all = [...terms];
  const found = scripts.find((script) => all.filter((term) => script.test(term)).length * 2 > all.length);
  return found === undefined ? 'other' : found.source;
}
