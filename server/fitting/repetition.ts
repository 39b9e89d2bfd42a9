/** What a text that repeats another brings, if anything. */
import { termsOf } from './terms.ts';

/**
 * How a unit repeats one of an earlier piece. `exact` and `reworded` bring nothing new: the same text but for white
 * space, or prose of the same words. `similar` differs in a word or two, or in the signs of code, which may matter.
 */
export type Repetition = 'exact' | 'reworded' | 'similar';

/** How `text` repeats `earlier`, given whether their terms are the same in the same order. */
export function repetition(text: string, earlier: string, sameTerms: boolean, isCode: boolean): Repetition {
  if (sameTerms && isSameText(text, earlier)) return 'exact';
  return isCode || !bringsNothing(text, earlier) ? 'similar' : 'reworded';
}

/** True when two texts differ in white space at most. */
function isSameText(one: string, other: string): boolean {
  if (one === other) return true;
  let at = skipSpace(one, 0);
  let beside = skipSpace(other, 0);
  while (at < one.length && beside < other.length) {
    if (one.charCodeAt(at) !== other.charCodeAt(beside)) return false;
    const next = skipSpace(one, at + 1);
    const nextBeside = skipSpace(other, beside + 1);
    const isEnd = next === one.length || nextBeside === other.length;
    // Where one has white space inside of it, so has the other.
    if (!isEnd && next > at + 1 !== nextBeside > beside + 1) return false;
    at = next;
    beside = nextBeside;
  }
  return at === one.length && beside === other.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** True when every word of `text` is in `earlier`, numbers and negations included. */
function bringsNothing(text: string, earlier: string): boolean {
  const known = termsOf(earlier);
  const words = new Set(known.hashes.subarray(0, known.length));
  const { hashes, length } = termsOf(text);
  return hashes.subarray(0, length).every((hash) => words.has(hash));
}
