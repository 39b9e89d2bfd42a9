/** Whether a small replacement pays, by the tokens of what is around it. */
import type { Span } from '../../prompt-part.ts';
import type { PromptText } from '../prompt-text.ts';
import type { Replacement } from './places.ts';

/** The words on both sides are counted along, since a space belongs to the token behind it; in UTF-16 units. */
const MOST_CONTEXT = 24;

/** The tokens that a replacement saves in its text; negative where it costs. Answers are remembered. */
export function createMeasure(prompt: PromptText): (text: string, change: Replacement) => number {
  const known = new Map<string, number>();
  const tokens = (text: string): number => {
    const count = known.get(text) ?? prompt.tokens(text);
    known.set(text, count);
    return count;
  };
  return (text, change) => {
    const start = borderBefore(text, change);
    const end = borderAfter(text, change);
    const before = text.slice(start, end);
    const after = text.slice(start, change.start) + change.replacement + text.slice(change.end, end);
    return tokens(before) - tokens(after);
  };
}

/** To before the space in front of the word, within reach; never in the middle of a character. */
function borderBefore(text: string, { start }: Span): number {
  const least = Math.max(0, start - MOST_CONTEXT);
  let border = start;
  while (border > least && !isSpace(text.charCodeAt(border - 1))) border--;
  if (border > least) border--;
  return isLowSurrogate(text.charCodeAt(border)) ? border + 1 : border;
}

/** To behind the word that follows. */
function borderAfter(text: string, { end }: Span): number {
  const most = Math.min(text.length, end + MOST_CONTEXT);
  let border = Math.min(most, end + 1);
  while (border < most && !isSpace(text.charCodeAt(border))) border++;
  return isLowSurrogate(text.charCodeAt(border)) ? border - 1 : border;
}

const isSpace = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
