/** The lines that stand for what was left out, so that a model knows that there was more, and of what. */
import type { Gap } from './fit.ts';
import type { Piece } from './rank.ts';

/** For a part of a line. */
const INSIDE_A_LINE = '[…]';

/** A name is shown up to this many characters. */
const LONGEST_NAME = 80;

/** A place where something is left out of a piece, in UTF-16 code units, with what stands there instead. */
export interface MarkedPlace {
  readonly start: number;
  readonly end: number;
  readonly marker: string;
}

/** The places of a piece's gaps. */
export function markedPlaces(
  pieces: readonly Piece[],
  { name, text }: Piece,
  gaps: readonly Gap[],
): readonly MarkedPlace[] {
  return places(gaps).map((place) => {
    const { start } = place[0] as Gap;
    const { end } = place.at(-1) as Gap;
    const left = text.slice(start, end);
    const isLines =
      (start === 0 || text[start - 1] === '\n') && (end === text.length || text[end - 1] === '\n');
    const shown = isLines ? marker(name, countLines(left), sourceOf(pieces, place)) : INSIDE_A_LINE;
    // Where it ended a line or a paragraph, the marker does.
    return { start, end, marker: shown + left.slice(left.trimEnd().length) };
  });
}

/** A piece's text with a marker at each place where something is left out. What is kept stays as it is. */
export function markGaps(pieces: readonly Piece[], piece: Piece, gaps: readonly Gap[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, marker: shown } of markedPlaces(pieces, piece, gaps)) {
    parts.push(piece.text.slice(at, start), shown);
    at = end;
  }
  return parts.join('') + piece.text.slice(at);
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
