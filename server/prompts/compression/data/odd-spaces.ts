/** Characters that look like a space or like nothing, and what to write in their place. */
import type { Replacement } from './places.ts';

/** Not here: joiners and marks of direction, which change what is shown in emoji and in many scripts. */
const ODD = /[\t\u00a0\u00ad\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+/g;
const UNSEEN = /^[\u00ad\u200b\u2060\ufeff]+$/;
/** A letter, or what is unseen between letters. */
const WORD_UNIT = /[A-Za-z\u00ad\u200b\u2060\ufeff]/;
/** Scripts in which words have spaces between them, so that what is unseen only marks a break. */
const SPACED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}\p{P}\p{Sm}\p{Sc}\s]$/u;
/** What begins a line of a list, a quote or a heading: an odd space behind it may keep it from being one. */
const MARK = /^[ \t]*(?:[-+*>]|#{1,6}|\d{1,9}[.)])$/;
const LONGEST_MARGIN = 40;
const MARK_BEHIND = /^[#>\-+*`~|=\d]/;
const LONGEST_WORD = 64;

/** What makes the odd spaces of `text`, a block of prose, plain, in its order. */
export function plainSpaces(text: string): readonly Replacement[] {
  const changes: Replacement[] = [];
  const tabsAreColumns = (text.match(/\S\t/g)?.length ?? 0) > 1;
  let covered = 0;
  for (const { index: start, 0: odd } of text.matchAll(ODD)) {
    const end = start + odd.length;
    if (start < covered || (tabsAreColumns && odd.includes('\t'))) continue;
    const change = UNSEEN.test(odd) ? withoutUnseen(text, start, end, covered) : plainSpace(text, start, end);
    if (change === null) continue;
    changes.push(change);
    covered = change.end;
  }
  return changes;
}

function plainSpace(text: string, start: number, end: number): Replacement | null {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  const margin = marginBefore(text, start);
  // What is only white since its line began is a part of the indentation.
  if (margin !== null && (margin.trim() === '' || MARK.test(margin))) return null;
  if (/\d$/.test(before) && /^\d/.test(after)) return null;
  if (isWide(before.at(-1)) || isWide(after[0])) return null;
  const besideSpace = / $/.test(before) || /^(?:[ \r\n]|$)/.test(after);
  return { start, end, replacement: besideSpace ? '' : ' ' };
}

/** `covered` is where the change before ends. */
function withoutUnseen(text: string, start: number, end: number, covered: number): Replacement | null {
  const before = characterBefore(text, start);
  const after = characterAt(text, end);
  if ((before !== '' && !SPACED.test(before)) || (after !== '' && !SPACED.test(after))) return null;
  const joins = /\w/.test(before) && /\w/.test(after);
  if (joins && /[\d_]/.test(before + after)) return null;
  if (/^\s?$/.test(before) && MARK_BEHIND.test(after)) return null;
  if (MARK.test(marginBefore(text, start) ?? '')) return null;
  if (!joins) return { start, end, replacement: '' };
  // Two halves of a word become one word, which is seen as a whole by whoever checks the change.
  let first = start;
  while (first > Math.max(covered, start - LONGEST_WORD) && WORD_UNIT.test(text[first - 1] ?? '')) first--;
  let last = end;
  while (last < end + LONGEST_WORD && WORD_UNIT.test(text[last] ?? '')) last++;
  const word = text.slice(first, last).replace(/[\u00ad\u200b\u2060\ufeff]+/g, '');
  return { start: first, end: last, replacement: word };
}

/** What stands before `start` in its line; null where that is too long to be a margin. */
function marginBefore(text: string, start: number): string | null {
  for (let index = start; index >= start - LONGEST_MARGIN; index--) {
    if (index === 0 || text[index - 1] === '\n' || text[index - 1] === '\r') return text.slice(index, start);
  }
  return null;
}

/** Chinese, Japanese and Korean, whose wide space is a space. */
const isWide = (character = ''): boolean => character >= '\u2e80' && character <= '\uffef';

const characterAt = (text: string, index: number): string =>
  index < text.length ? String.fromCodePoint(text.codePointAt(index) ?? 0) : '';

function characterBefore(text: string, index: number): string {
  if (index === 0) return '';
  const low = text.charCodeAt(index - 1);
  return low >= 0xdc00 && low <= 0xdfff ? characterAt(text, index - 2) : characterAt(text, index - 1);
}
