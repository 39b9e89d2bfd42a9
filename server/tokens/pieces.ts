/** Where the tokens of a text begin, for showing them: a token is a run of bytes, which may end within a character. */
import type { TokenPiece } from '../pipeline/ports.ts';
import type { Encoding } from './encoding.ts';
import type { Seams } from './seams.ts';

/**
 * The tokens of `text` that begin in the units from `start` to before `end`, in order; all of them are those that the
 * whole text has. Reads no further than to the seams around them (see seams.ts).
 */
export function piecesBetween(
  encoding: Encoding,
  seams: Seams,
  text: string,
  start: number,
  end: number,
): readonly TokenPiece[] {
  const isSeam = (place: number) => seams.between(text.charCodeAt(place - 1), text.charCodeAt(place));
  let from = Math.max(0, Math.min(start, text.length));
  while (from > 0 && !(from < text.length && isSeam(from))) from--;
  let to = Math.max(from, Math.min(end, text.length));
  while (to < text.length && !(to > from && isSeam(to))) to++;
  const pieces: TokenPiece[] = [];
  let unit = from;
  // Bytes of the character at `unit` that earlier tokens have taken.
  let taken = 0;
  for (const token of encoding.encode(text.slice(from, to))) {
    const bytes = encoding.bytesOf(token);
    if (unit >= start && unit < end) pieces.push({ start: unit, bytes });
    taken += bytes.length;
    while (unit < to && taken >= bytesAt(text, unit)) {
      taken -= bytesAt(text, unit);
      unit += unitsAt(text, unit);
    }
  }
  return pieces;
}

/** UTF-8 bytes of the character at `unit`; a lone surrogate counts as U+FFFD, which has three. */
function bytesAt(text: string, unit: number): number {
  const code = text.codePointAt(unit) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code > 0xffff ? 4 : 3;
}

const unitsAt = (text: string, unit: number): number => ((text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1);
