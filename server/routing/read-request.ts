/** One pass over what is asked, for the signals of a call: marks by their character, words by their hash. */
import type { Terms } from '../fitting/terms.ts';
import { CUE_OF_TERM, type Cue } from './signal-cues.ts';

/** What a text has, in numbers. */
export interface RequestReading {
  readonly characters: number;
  readonly letters: number;
  readonly digits: number;
  /** Marks of formulas: = + ^ \ and those of Unicode's mathematical block. */
  readonly formulaMarks: number;
  /** Marks that prose has none of: braces, semicolons, underscores, backquotes. */
  readonly codeMarks: number;
  /** Lines that begin with a dash, a star or a number: most are points to keep to. */
  readonly listItems: number;
  readonly questionMarks: number;
  /** Letters of other scripts than Latin. */
  readonly otherLetters: number;
  readonly cues: Readonly<Record<Cue, number>>;
}

const CODE_MARKS = new Set([...'{};_`<>'].map((mark) => mark.charCodeAt(0)));
const FORMULA_MARKS = new Set([...'=+^\\'].map((mark) => mark.charCodeAt(0)));

/** Latin with its marks ends here; what comes after, up to the punctuation blocks, are other scripts. */
const LATIN_END = 0x250;
const isOtherScript = (code: number): boolean =>
  (code >= 0x370 && code < 0x1e00) || (code >= 0x3040 && code < 0xd800) || (code >= 0xf900 && code < 0xfe00);
const isFormulaSign = (code: number): boolean => code >= 0x2200 && code < 0x2300;

/** Reads `text`, whose terms are `terms`. */
export function readRequest(text: string, { hashes, length }: Terms): RequestReading {
  const counts = {
    letters: 0,
    digits: 0,
    formulaMarks: 0,
    codeMarks: 0,
    listItems: 0,
    questionMarks: 0,
    otherLetters: 0,
  };
  let lineIsEmpty = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const lower = code | 0x20;
    if (code === 0x0a) {
      lineIsEmpty = true;
      continue;
    }
    if (lineIsEmpty && code > 0x20) {
      lineIsEmpty = false;
      if (beginsListItem(text, at)) counts.listItems += 1;
    }
    if ((lower >= 0x61 && lower <= 0x7a) || (code >= 0xc0 && code < LATIN_END)) counts.letters += 1;
    else if (code >= 0x30 && code <= 0x39) counts.digits += 1;
    else if (code === 0x3f || code === 0xff1f) counts.questionMarks += 1;
    else if (CODE_MARKS.has(code)) counts.codeMarks += 1;
    else if (FORMULA_MARKS.has(code) || isFormulaSign(code)) counts.formulaMarks += 1;
    else if (isOtherScript(code)) counts.otherLetters += 1;
  }
  return { characters: text.length, ...counts, cues: countCues(hashes, length) };
}

/** "- ", "* ", "• ", "1. " or "2) ". */
function beginsListItem(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0x2d || code === 0x2a || code === 0x2022) return text.charCodeAt(at + 1) === 0x20;
  if (code < 0x30 || code > 0x39) return false;
  const next = text.charCodeAt(at + 1);
  return (next === 0x2e || next === 0x29) && text.charCodeAt(at + 2) === 0x20;
}

function countCues(hashes: Uint32Array, length: number): Record<Cue, number> {
  const cues: Record<Cue, number> = { reasoning: 0, maths: 0, constraint: 0, negation: 0, hard: 0, easy: 0 };
  for (let index = 0; index < length; index++) {
    const cue = CUE_OF_TERM.get(hashes[index] as number);
    if (cue !== undefined) cues[cue] += 1;
  }
  return cues;
}
