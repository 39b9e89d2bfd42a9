/**
 * Splits a text into the pieces within which tokens form. The encodings define it by regular expressions; these are
 * the same rules written as scanners, which neither backtrack nor allocate. Tests hold them equal to the expressions.
 */
import {
  type CharacterClasses,
  LETTER,
  LOWER,
  MARK,
  NEWLINE,
  NUMBER,
  OTHER,
  UNCASED,
  UPPER,
  WHITESPACE,
} from './character-classes.ts';

/** Where the piece that begins at `start` ends, both in UTF-16 units; `start` lies before the end of the text. */
export type PieceEnd = (text: string, start: number) => number;

/**
 * The scanner for an encoding's pattern, as js-tiktoken's tables spell it.
 *
 * @throws Error for a pattern that no scanner is written for.
 */
export function createSplitter(pattern: string, classes: CharacterClasses): PieceEnd {
  const create = SPLITTERS.get(pattern);
  if (create === undefined) throw new Error(`No splitter is written for the pattern ${pattern}`);
  return create(classes);
}

const FOLDED = `('s|'S|'t|'T|'re|'rE|'Re|'RE|'ve|'vE|'Ve|'VE|'m|'M|'ll|'lL|'Ll|'LL|'d|'D)`;
const TITLE = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const SMALL = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const PREFIX = String.raw`[^\r\n\p{L}\p{N}]?`;

const SPLITTERS: ReadonlyMap<string, (classes: CharacterClasses) => PieceEnd> = new Map([
  // gpt2, r50k_base, p50k_base, p50k_edit
  [
    String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
    createFirstSplitter,
  ],
  // cl100k_base
  [
    FOLDED + String.raw`|${PREFIX}\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
    createSecondSplitter,
  ],
  // o200k_base, o200k_harmony
  [
    `${PREFIX}${TITLE}*${SMALL}+${FOLDED}?|${PREFIX}${TITLE}+${SMALL}*${FOLDED}?` +
      String.raw`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
    createThirdSplitter,
  ],
]);

function createFirstSplitter(classes: CharacterClasses): PieceEnd {
  const { at, runEnd } = classes;
  return (text, start) => {
    if (text.charCodeAt(start) === APOSTROPHE) {
      const end = contractionEnd(text, start, false);
      if (end > start) return end;
    }
    const body = text.charCodeAt(start) === BLANK ? start + 1 : start;
    const kind = at(text, body);
    if (kind & LETTER) return runEnd(text, body, LETTER);
    if (kind & NUMBER) return runEnd(text, body, NUMBER);
    if (kind & (OTHER | MARK)) return runEnd(text, body, OTHER | MARK);
    return leaveLast(text, start, runEnd(text, start, WHITESPACE));
  };
}

function createSecondSplitter(classes: CharacterClasses): PieceEnd {
  const { at, runEnd } = classes;
  return (text, start) => {
    const kind = at(text, start);
    if (kind & LETTER) return runEnd(text, start, LETTER);
    if (kind & NUMBER) return numberEnd(text, start, classes);
    if (text.charCodeAt(start) === APOSTROPHE) {
      const end = contractionEnd(text, start, true);
      if (end > start) return end;
    }
    const next = afterCharacter(text, start);
    if (!(kind & NEWLINE) && at(text, next) & LETTER) return runEnd(text, next, LETTER);
    return symbolsOrSpaceEnd(text, start, false, classes);
  };
}

function createThirdSplitter(classes: CharacterClasses): PieceEnd {
  const { at, runEnd } = classes;

  /** The word of capitals and small letters from `start`, where a letter or mark stands. */
  function wordEnd(text: string, start: number): number {
    const capitals = runEnd(text, start, UPPER | UNCASED | MARK);
    const end = runEnd(text, capitals, LOWER | UNCASED | MARK);
    if (end > capitals) return end;
    // No small letter follows: the last character that counts as capital and as small alike takes its part.
    const lastBoth = lastOfKind(text, start, capitals, UNCASED | MARK, classes);
    return lastBoth > start ? lastBoth : capitals;
  }

  return (text, start) => {
    const kind = at(text, start);
    if (kind & LETTER) return contractionEnd(text, wordEnd(text, start), true);
    if (kind & NUMBER) return numberEnd(text, start, classes);
    const next = afterCharacter(text, start);
    if (kind & MARK) {
      // A mark may stand before a word like any symbol, unless that word would be all capitals: then it is one itself.
      const word = wordEnd(text, next);
      const last = lastOfKind(text, next, word, LOWER | UNCASED | MARK, classes);
      return contractionEnd(text, last === word && word > next ? word : next, true);
    }
    if (!(kind & NEWLINE) && at(text, next) & (LETTER | MARK)) {
      return contractionEnd(text, wordEnd(text, next), true);
    }
    return symbolsOrSpaceEnd(text, start, true, classes);
  };
}

const APOSTROPHE = 0x27;
const BLANK = 0x20;
const SLASH = 0x2f;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Sets the bit by which ASCII's small letters differ from its capitals. */
const SMALL_BIT = 0x20;

/** After one of 's 't 'm 'd 're 've 'll at `start`; `start` itself where there is none. */
function contractionEnd(text: string, start: number, foldCase: boolean): number {
  if (text.charCodeAt(start) !== APOSTROPHE) return start;
  const fold = foldCase ? SMALL_BIT : 0;
  // NaN behind the end of the text becomes 0 or the bit alone, which is no letter.
  const first = text.charCodeAt(start + 1) | fold;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2;
  const second = text.charCodeAt(start + 2) | fold;
  const isLong =
    ((first === 0x72 || first === 0x76) && second === 0x65) || (first === 0x6c && second === 0x6c);
  return isLong ? start + 3 : start;
}

/** `\p{N}{1,3}` */
function numberEnd(text: string, start: number, classes: CharacterClasses): number {
  let end = afterCharacter(text, start);
  if (classes.at(text, end) & NUMBER) end = afterCharacter(text, end);
  else return end;
  return classes.at(text, end) & NUMBER ? afterCharacter(text, end) : end;
}

/** ` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`, with a slash among the line ends where `slashes` is set. */
function symbolsOrSpaceEnd(text: string, start: number, slashes: boolean, classes: CharacterClasses): number {
  const body = text.charCodeAt(start) === BLANK ? start + 1 : start;
  if (classes.at(text, body) & (OTHER | MARK)) {
    let end = classes.runEnd(text, body, OTHER | MARK);
    for (;;) {
      const unit = text.charCodeAt(end);
      if (unit !== LINE_FEED && unit !== CARRIAGE_RETURN && !(slashes && unit === SLASH)) return end;
      end++;
    }
  }
  const end = classes.runEnd(text, start, WHITESPACE);
  const lines = lastOfKind(text, start, end, NEWLINE, classes);
  return lines > start ? lines : leaveLast(text, start, end);
}

/** `\s+(?!\S)|\s+`: a run of white space leaves its last character to what follows it. */
function leaveLast(text: string, start: number, end: number): number {
  return end < text.length && end - start > 1 ? end - 1 : end;
}

/** After the last code point of `kinds` in `[start, end)`; `start` where there is none. */
function lastOfKind(
  text: string,
  start: number,
  end: number,
  kinds: number,
  classes: CharacterClasses,
): number {
  for (let after = end; after > start; ) {
    const unit = text.charCodeAt(after - 1);
    const isPair = unit >= 0xdc00 && unit <= 0xdfff && isHighSurrogate(text.charCodeAt(after - 2));
    const before = after - (isPair ? 2 : 1);
    if (classes.at(text, before) & kinds) return after;
    after = before;
  }
  return start;
}

function afterCharacter(text: string, position: number): number {
  if (!isHighSurrogate(text.charCodeAt(position))) return position + 1;
  const low = text.charCodeAt(position + 1);
  return low >= 0xdc00 && low <= 0xdfff ? position + 2 : position + 1;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
