/** Splits a stretch of prose into words, without a regular expression: every wording rule walks over the whole prompt. */
import type { Span } from '../../../prompt-part.ts';

/** A word: letters and digits, with apostrophes and hyphens inside; `lower` is what tables look up, with a straight apostrophe. */
export interface Word extends Span {
  readonly lower: string;
}

const isWordUnit = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit > 0x00bf;

/** General punctuation, arrows, symbols and CJK punctuation lie above the letters of Latin and are no words. */
const isSymbol = (unit: number): boolean =>
  (unit >= 0x2000 && unit <= 0x2bff) || (unit >= 0x3000 && unit <= 0x303f);

const isLetterOrDigit = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return isWordUnit(unit) && !isSymbol(unit);
};

/** Apostrophe, typographic apostrophe, hyphen. */
const joins = (unit: number): boolean => unit === 39 || unit === 0x2019 || unit === 45;

/** The words of `text` from `start` to before `end`, in their order. */
export function wordsOf(text: string, start: number, end: number): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    if (!isLetterOrDigit(text, at)) {
      at += 1;
      continue;
    }
    const from = at;
    while (
      at < end &&
      (isLetterOrDigit(text, at) ||
        (joins(text.charCodeAt(at)) && at + 1 < end && isLetterOrDigit(text, at + 1)))
    )
      at += 1;
    words.push({ start: from, end: at, lower: text.slice(from, at).toLowerCase().replace('’', "'") });
  }
  return words;
}
