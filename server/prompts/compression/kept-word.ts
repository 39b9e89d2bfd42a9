/** Single words: where they end, and whether they are kept. */
import { isNegation, NUMBER_WORDS } from './kept-words.ts';
import type { KeptKind } from './prompt-text.ts';

/** Why a word is kept, null where it is not; `begins` where a capital letter says nothing because a sentence begins. */
export function kindOfWord(written: string, begins: boolean): KeptKind | null {
  const first = written.charCodeAt(0);
  if (/^[a-z]+$/.test(written)) {
    if (isNegation(written)) return 'negation';
    return NUMBER_WORDS.has(written) ? 'number' : null;
  }
  if (isNegation(written)) return 'negation';
  if (NUMBER_WORDS.has(written.toLowerCase())) return 'number';
  if (/[_\\@+~]|::|->|\(\)$|\p{N}/u.test(written)) return 'identifier';
  if (/[/]/.test(written)) return /\/.*\/|\./.test(written) ? 'identifier' : capital(written, begins);
  if (/\p{L}\.\p{L}/u.test(written)) {
    // "e.g." and "a.m." are words, "U.S." a name.
    return /^[a-zA-Z]\.[a-zA-Z]$/.test(written) ? (first > 0x5a ? null : 'name') : 'identifier';
  }
  if (/\p{Ll}\p{Lu}/u.test(written)) return 'identifier';
  return first < 0x61 || first > 0x7a ? capital(written, begins) : /-\p{Lu}/u.test(written) ? 'name' : null;
}

function capital(written: string, begins: boolean): KeptKind | null {
  if (!/\p{Lu}/u.test(written)) return null;
  if (/^\p{Lu}[\p{Lu}\p{M}/'-]+s?$/u.test(written)) return 'name';
  if (/^I(?:['’]\p{L}+)?$/u.test(written)) return null;
  return begins ? null : 'name';
}

/** The end of a word of ASCII letters with no joining mark behind it; 0 for anything else. */
export function plainWordEnd(text: string, start: number): number {
  let end = start;
  while (isAsciiLetter(text.charCodeAt(end))) end++;
  if (end === start) return 0;
  const unit = text.charCodeAt(end);
  const joins =
    unit >= 0x80 ||
    isDigit(unit) ||
    unit === 0x5f ||
    (JOINING.has(unit) && !isBreak(text.charCodeAt(end + 1)));
  return joins ? 0 : end;
}

const JOINING = new Set([...`'.@/\\+~:-(`].map((character) => character.charCodeAt(0)));

const isBreak = (unit: number): boolean =>
  Number.isNaN(unit) || unit === 0x20 || unit === 0x0a || unit === 0x0d;
export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isAsciiLetter = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);

export function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return isAsciiLetter(unit) || isDigit(unit) || unit === 0x5f;
  return unit >= 0x80 && /[\p{L}\p{M}\p{N}]/u.test(String.fromCharCode(unit));
}

/** Chinese, Japanese and Korean, where a word has no border that one could see. */
export function unspaced(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7af) ||
    (unit >= 0xf900 && unit <= 0xfaff)
  );
}
