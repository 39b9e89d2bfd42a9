/** Finds a part of a text again after the text was edited around it. */
import type { TextRange } from './code-range.ts';

/** So much on either side tells one of several equal parts from the others, in UTF-16 code units. */
const COMPARED = 2000;

/**
 * Where the part is now; null where it was changed, or where it is not sure which of several equal parts it is. Only
 * a part that still has a neighbouring line of before is the same one: an equal one elsewhere is not.
 */
export function findAgain(before: string, { start, end }: TextRange, now: string): TextRange | null {
  if (now === before) return { start, end };
  const part = before.slice(start, end);
  if (part === '') return null;
  const [head, tail] = [before.slice(0, start), before.slice(end)];
  const found: { readonly start: number; readonly score: number }[] = [];
  for (let at = now.indexOf(part); at !== -1; at = now.indexOf(part, at + 1)) {
    const [nowHead, nowTail] = [now.slice(0, at), now.slice(at + part.length)];
    if (lastLine(nowHead) === lastLine(head) || firstLine(nowTail) === firstLine(tail))
      found.push({ start: at, score: sameEnd(head, nowHead) + sameBeginning(tail, nowTail) });
  }
  const [best, second] = found.toSorted((a, b) => b.score - a.score);
  if (best === undefined || best.score === second?.score) return null;
  return { start: best.start, end: best.start + part.length };
}

/** The last line that is not blank, or what is left of it; "" for none. */
const lastLine = (text: string): string => text.slice(-COMPARED).trimEnd().split('\n').at(-1) ?? '';
const firstLine = (text: string): string => text.slice(0, COMPARED).trimStart().split(/\r?\n/)[0] ?? '';

function sameEnd(one: string, other: string): number {
  let length = 0;
  while (length < COMPARED && length < one.length && one.at(-1 - length) === other.at(-1 - length))
    length += 1;
  return length;
}

function sameBeginning(one: string, other: string): number {
  let length = 0;
  while (length < COMPARED && length < one.length && one[length] === other[length]) length += 1;
  return length;
}
