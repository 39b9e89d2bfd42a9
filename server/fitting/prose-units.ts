/** Prose in its sentences, of any script. */
import { LONGEST_UNIT, type Unit } from './unit.ts';

/**
 * Paragraphs end at a blank line, sentences at a full stop with a space behind it or at one of another script; items of
 * a list and headings stand for themselves.
 */
export function proseUnits(text: string): Unit[] {
  const units: Unit[] = [];
  let group = 0;
  let start = 0;
  const push = (end: number) => {
    if (end > start) units.push({ start, end, group });
    start = end;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) {
      let next = at + 1;
      let blank = false;
      while (next < text.length && isSpace(text.charCodeAt(next))) {
        blank ||= text.charCodeAt(next) === NEWLINE;
        next++;
      }
      // The indentation of what follows belongs to it.
      const lineStart = text.lastIndexOf('\n', next - 1) + 1;
      if (blank || startsItem(text, next) || at - start > LONGEST_UNIT) {
        push(lineStart);
        if (blank) group += 1;
      }
      at = next - 1;
    } else if (isStop(code) && endsSentence(text, at, code)) {
      let next = at + 1;
      while (next < text.length && isClosing(text.charCodeAt(next))) next++;
      while (next < text.length && text.charCodeAt(next) === SPACE) next++;
      push(next);
      at = next - 1;
    } else if (at - start > LONGEST_UNIT && !isLowSurrogate(code)) push(at);
  }
  push(text.length);
  return units;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

const isSpace = (code: number): boolean => code === SPACE || code === 9 || code === NEWLINE || code === 13;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** Full stops, question and exclamation marks, of Latin, Chinese, Japanese, Arabic and Devanagari script. */
const STOPS = new Set([0x2e, 0x21, 0x3f, 0x3002, 0xff01, 0xff1f, 0x061f, 0x06d4, 0x0964]);
const isStop = (code: number): boolean =>
  code === 0x2e || code === 0x21 || code === 0x3f || (code >= 0x061f && STOPS.has(code));

/** Quotation marks and brackets that close. */
const CLOSING = new Set([0x22, 0x27, 0x29, 0x5d, 0x201d, 0x2019, 0x300d, 0xff09]);
const isClosing = (code: number): boolean => CLOSING.has(code);

/** A full stop in "3.14" or "e.g. this" ends nothing: behind it comes a space and no small letter. */
function endsSentence(text: string, at: number, code: number): boolean {
  if (code >= 0x2000) return true;
  let next = at + 1;
  while (next < text.length && isClosing(text.charCodeAt(next))) next++;
  if (text.charCodeAt(next) !== SPACE) return false;
  const after = text.charCodeAt(next + 1);
  if (after >= 0x61 && after <= 0x7a) return false;
  // An initial, as in "J. Smith".
  const before = text.charCodeAt(at - 1);
  return !(code === 0x2e && before >= 0x41 && before <= 0x5a && !isWordCode(text.charCodeAt(at - 2)));
}

const isWordCode = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

const startsItem = (text: string, at: number): boolean =>
  /^(?:[-*+|#>]|\d+[.)])/.test(text.slice(at, at + 4));
