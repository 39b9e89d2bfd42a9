/** The lines that stand for what was left out, so that a model knows that there was more, and of what. */
import type { Gap } from './fit.ts';
import type { Piece } from './rank.ts';

/** For a part of a line. */
const INSIDE_A_LINE = '[…]';

/** A name is shown up to this many characters. */
const LONGEST_NAME = 80;

/** A piece's text with a marker at each place where something is left out. What is kept stays as it is. */
export function markGaps(pieces: readonly Piece[], { name, text }: Piece, gaps: readonly Gap[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const place of places(gaps)) {
    const { start } = place[0] as Gap;
    const { end } = place.at(-1) as Gap;
    const left = text.slice(start, end);
    const isLines =
      (start === 0 || text[start - 1] === '\n') && (end === text.length || text[end - 1] === '\n');
    parts.push(
      text.slice(at, start),
      isLines ? marker(name, countLines(left), sourceOf(pieces, place)) : INSIDE_A_LINE,
      // Where it ended a line or a paragraph, the marker does.
      left.slice(left.trimEnd().length),
    );
    at = end;
  }
  return parts.join('') + text.slice(at);
}

/** Gaps that follow each other, whatever their reasons, are one place. */
function places(gaps: readonly Gap[]): Gap[][] {
  const found: Gap[][] = [];
  for (const gap of gaps) {
    const last = found.at(-1);
    if (last?.at(-1)?.end === gap.start) last.push(gap);
    else found.push([gap]);
  }
  return found;
}

/** The line for whole pieces that are left out one after the other, without its line end. */
export function markPieces(
  pieces: readonly Piece[],
  left: readonly { piece: Piece; gaps: readonly Gap[] }[],
): string {
  const [only] = left;
  if (only !== undefined && left.length === 1)
    return marker(only.piece.name, countLines(only.piece.text), sourceOf(pieces, only.gaps));
  return `[… ${left.length} pieces of context left out …]`;
}

function marker(name: string, lines: number, source: string | null): string {
  const what = `${lines} ${lines === 1 ? 'line' : 'lines'}${name === '' ? '' : ` of ${shownName(name)}`}`;
  return `[… ${what} left out${source === null ? '' : `, the same as in ${source}`} …]`;
}

/** The one piece that has all of it, word for word; null where there is none with a name. */
function sourceOf(pieces: readonly Piece[], gaps: readonly Gap[]): string | null {
  const [first] = gaps;
  if (first === undefined || first.repeats === null) return null;
  const isOne = gaps.every(({ repeats, reason }) => reason === 'duplicate' && repeats === first.repeats);
  const name = pieces[first.repeats]?.name ?? '';
  return isOne && name !== '' ? shownName(name) : null;
}

/** A name as a person can be shown it. */
export function shownName(name: string): string {
  const characters = [...name];
  return characters.length <= LONGEST_NAME ? name : `${characters.slice(0, LONGEST_NAME).join('')}…`;
}

/** Lines of a text; one that is empty at its end is none. */
export const countLines = (text: string): number => text.trimEnd().split('\n').length;
