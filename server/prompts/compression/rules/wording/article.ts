/** Which indefinite article stands before a word. */

const AN_DESPITE_CONSONANT = /^(?:hour|honest|honou?r|heir)/i;
const A_DESPITE_VOWEL = /^(?:uni(?!n|m)|us(?:e|a|u)|ut(?:il|o)|eu|ew|one\b|once\b|ubiq|ura)/i;
/** Letters whose names begin with a vowel, for initialisms such as "an SQL query". */
const SPELLED_WITH_VOWEL = /^[AEFHILMNORSX]/;

/** Null where nothing certain is known: a digit, an initialism that may be spoken as a word, no word at all. */
export function articleBefore(word: string): 'a' | 'an' | null {
  if (!/^[a-z]/i.test(word)) return null;
  if (/^[A-Z]{2}/.test(word))
    return /^[AEIO]/.test(word) ? 'an' : SPELLED_WITH_VOWEL.test(word) || word.startsWith('U') ? null : 'a';
  if (AN_DESPITE_CONSONANT.test(word)) return 'an';
  if (A_DESPITE_VOWEL.test(word)) return 'a';
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}
