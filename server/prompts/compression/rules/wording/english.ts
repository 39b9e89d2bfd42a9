/** Says whether a passage is mostly English: the wording rules know no other language. */
import type { Passage } from '../../prompt-text.ts';
import { wordsOf } from './words.ts';

/** Words that are frequent in English and no words of its neighbours ("in", "will", "was" are German as well). */
const STOP_WORDS = new Set(
  'a these those there they the of and to that for with you are this be your it is from or not should i want what how my by as at which when their have has can please if any each all use only'.split(
    ' ',
  ),
);

/** Words that are frequent in the neighbours and no words of English. */
const FOREIGN_WORDS = new Set(
  'der die das und nicht ist ein eine einen mit für auf den von sich el la los las que una para por con del le les des et est une pas dans il di che per non gli van het een en niet och att det som não os um uma'.split(
    ' ',
  ),
);

/** So many units of the beginning and of the middle are looked at. */
const SAMPLE = 2_000;
/** Running English has 0.35 to 0.5; lists of key words in English about 0.1. */
const LEAST_SHARE = 0.1;
/** Fewer words than this say nothing by their shares. */
const FEW_WORDS = 12;

const isLatin = (word: string): boolean => /^[\x20-\x7f’]+$/.test(word);

export function isEnglish(passage: Passage): boolean {
  const { text } = passage;
  const middle = Math.max(SAMPLE, Math.floor(text.length / 2));
  const words = [
    ...wordsOf(text, 0, Math.min(SAMPLE, text.length)),
    ...wordsOf(text, Math.min(middle, text.length), Math.min(middle + SAMPLE, text.length)),
  ];
  if (words.length === 0) return false;
  const latin = words.filter((word) => isLatin(word.lower)).length;
  if (latin < words.length * 0.8) return false;
  const stops = words.filter((word) => STOP_WORDS.has(word.lower)).length;
  const foreign = words.filter((word) => FOREIGN_WORDS.has(word.lower)).length;
  if (foreign >= Math.max(1, stops)) return false;
  return words.length < FEW_WORDS ? latin === words.length : stops >= words.length * LEAST_SHARE;
}
