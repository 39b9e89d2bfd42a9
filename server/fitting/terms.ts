/**
 * Texts as terms, for telling what is relevant to a question: each term is a 32-bit hash (FNV-1a), so that a megabyte
 * is read without a string for each of its words.
 */

/** Hashes of the terms of a text, in their order. */
export interface Terms {
  readonly hashes: Uint32Array;
  readonly length: number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Shorter words keep their endings: "is", "this" and "bed" have none. */
const SHORTEST_STEMMED = 5;

/** English endings that say nothing about what is meant, longest first. */
const ENDINGS = ['ations', 'ation', 'ings', 'ions', 'ing', 'ers', 'ion', 'ed', 'es', 'er', 'ly', 's'];

/** Endings of Greek and Latin nouns and their adjectives, as in "septicemia" and "septicemic"; of long words alone. */
const LEARNED_ENDINGS = ['ia', 'ic'];
/** What is left without them, at least: "logic" has nothing to do with a log. */
const SHORTEST_LEARNED = 5;

/** Most words end in none of these, and are done with. */
const LAST_LETTERS = 'sgndryac';

/** Scripts that are written without spaces: each pair of neighbours is a term, as in Lucene's CJKBigramFilter. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;

/**
 * The terms of `text` from `start` to `end`, in lower case and without common English endings. Identifiers are split at
 * their joints: `parseHTTPRequest` and `parse_http_request` are the same three terms.
 */
export function termsOf(text: string, start = 0, end = text.length): Terms {
  const hashes = new Uint32Array(end - start);
  return { hashes, length: writeTerms(text, start, end, hashes) };
}

/** Writes the terms into `into`, which must have room for `end - start` of them; says how many there are. */
export function writeTerms(text: string, start: number, end: number, into: Uint32Array): number {
  let count = 0;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) {
      const wordEnd = endOfWord(text, at, end);
      into[count++] = hashOf(text, at, stemEnd(text, at, wordEnd));
      at = wordEnd;
    } else if (isDigit(code)) {
      let numberEnd = at + 1;
      while (numberEnd < end && isDigit(text.charCodeAt(numberEnd))) numberEnd++;
      into[count++] = hashOf(text, at, numberEnd);
      at = numberEnd;
    } else if (code < 0x80) at += 1;
    else {
      const runEnd = endOfRun(text, at, end);
      count += writeForeign(text, at, runEnd, into, count);
      at = Math.max(runEnd, at + 1);
    }
  }
  return count;
}

/** The end of the part of an identifier that begins at `at`: "parse", "HTTP" and "Request" in "parseHTTPRequest". */
function endOfWord(text: string, at: number, end: number): number {
  let next = at + 1;
  const second = next < end ? text.charCodeAt(next) : 0;
  if (isUpper(text.charCodeAt(at)) && isUpper(second)) {
    while (next < end && isUpper(text.charCodeAt(next))) next++;
    // The last capital of a run begins the next word, if one follows.
    return next < end && isLower(text.charCodeAt(next)) ? next - 1 : next;
  }
  while (next < end && isLower(text.charCodeAt(next))) next++;
  return next;
}

/** Where the stem of the word from `start` to `end` ends. */
function stemEnd(text: string, start: number, end: number): number {
  const length = end - start;
  if (length < SHORTEST_STEMMED) return end;
  const last = String.fromCharCode(text.charCodeAt(end - 1) | 0x20);
  // "create" as "created" and "creating".
  if (last === 'e') return end - 1;
  if (!LAST_LETTERS.includes(last)) return end;
  if (last === 'a' || last === 'c') {
    const at = end - 2;
    const isLearned =
      at - start >= SHORTEST_LEARNED && LEARNED_ENDINGS.some((one) => endsWith(text, at, one));
    return isLearned ? at : end;
  }
  for (const ending of ENDINGS) {
    const at = end - ending.length;
    if (at - start >= 3 && endsWith(text, at, ending)) return ending === 's' && isS(text, at - 1) ? end : at;
  }
  return end;
}

function endsWith(text: string, at: number, ending: string): boolean {
  for (let index = 0; index < ending.length; index++)
    if ((text.charCodeAt(at + index) | 0x20) !== ending.charCodeAt(index)) return false;
  return true;
}

const isS = (text: string, at: number): boolean => (text.charCodeAt(at) | 0x20) === 0x73;

/** The end of a run of characters beyond ASCII that are letters of any script; `at` when there is none. */
function endOfRun(text: string, at: number, end: number): number {
  let next = at;
  while (next < end && text.charCodeAt(next) >= 0x80) {
    const character = String.fromCodePoint(text.codePointAt(next) ?? 0);
    if (!WORD_CHARACTER.test(character)) break;
    next += character.length;
  }
  return Math.min(next, end);
}

function writeForeign(text: string, start: number, end: number, into: Uint32Array, at: number): number {
  if (end <= start) return 0;
  const run = text.slice(start, end).toLowerCase();
  if (!UNSPACED.test(run)) {
    into[at] = hashOf(run, 0, run.length);
    return 1;
  }
  const characters = [...run];
  if (characters.length === 1) into[at] = hashOf(run, 0, run.length);
  for (let index = 1; index < characters.length; index++) {
    const pair = `${characters[index - 1]}${characters[index]}`;
    into[at + index - 1] = hashOf(pair, 0, pair.length);
  }
  return Math.max(1, characters.length - 1);
}

function hashOf(text: string, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    hash = Math.imul(hash ^ (isUpper(code) ? code | 0x20 : code), FNV_PRIME);
  }
  return hash >>> 0;
}

const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isLetter = (code: number): boolean => isLower(code | 0x20) && code < 0x80;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
