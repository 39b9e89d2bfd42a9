/** Which part of a file a task works on, and what of the rest is sent with it. Offsets are UTF-16 code units. */
import type { SelectionSurroundings } from '../../protocol/selection-tasks.ts';

/** A part of a text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** So much is sent of what stands before a selection, and so much of what stands after it: some 2,000 tokens each. */
const MOST_CHARACTERS_AROUND = 8000;

/**
 * A selection without blank edges, and from the beginning of its first line where only white space is before it, so
 * that its margin is known; null where nothing is selected.
 */
export function selectedCode(text: string, { start, end }: TextRange): TextRange | null {
  const selected = text.slice(start, end);
  if (selected.trim() === '') return null;
  const from = start + selected.length - selected.trimStart().length;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const isFirstInLine = text.slice(lineStart, from).trim() === '';
  return { start: isFirstInLine ? lineStart : from, end: start + selected.trimEnd().length };
}

/** What stands around a part, cut between lines where it is long; line ends are "\n". */
export function surroundingsOf(text: string, { start, end }: TextRange): SelectionSurroundings {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const near = before.slice(-MOST_CHARACTERS_AROUND);
  const next = after.slice(0, MOST_CHARACTERS_AROUND);
  const isWhole = near.length === before.length && next.length === after.length;
  return {
    before: withLineFeeds(near === before ? before : near.slice(near.indexOf('\n') + 1)),
    after: withLineFeeds(next === after ? after : next.slice(0, next.lastIndexOf('\n') + 1)),
    isWhole,
  };
}

/** A text whose lines end in "\n". */
export const withLineFeeds = (text: string): string => text.replaceAll('\r\n', '\n');

/** A text whose lines end as those of its document do. */
export const withLineEnds = (text: string, lineEnd: '\n' | '\r\n'): string =>
  withLineFeeds(text).replaceAll('\n', lineEnd);
