/** Fits pieces of context: what repeats goes, and where they are too long, what is least relevant to the question. */
import { chooseUnits, type DropReason } from './choose.ts';
import { type Piece, type RankedUnit, rankPieces } from './rank.ts';

/** A part of a piece that is not kept, in UTF-16 code units. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  readonly reason: DropReason;
  /** Index of the earlier piece that it repeats; null for what repeats none. */
  readonly repeats: number | null;
}

/** What is not kept of each piece, in their order and in that of its text; neighbours of one reason are one. */
export type Fit = readonly (readonly Gap[])[];

/** Pieces that were read once and can be fitted into room of any size. */
export interface Fitter {
  /**
   * `room` is in UTF-16 code units; null for as much as there is. `least`: the share of the highest relevance, from 0 to
   * 1, that a unit has to have; 0 if it is left out.
   */
  fit(room: number | null, least?: number): Fit;
}

/** Reads the pieces. Units (sentences, declarations) are kept whole and in their order. */
export function createFitter(pieces: readonly Piece[], question: string): Fitter {
  const units = rankPieces(pieces, question);
  return { fit: (room, least) => gapsOf(pieces.length, units, chooseUnits(units, room, least)) };
}

function gapsOf(pieces: number, units: readonly RankedUnit[], reasons: readonly (DropReason | null)[]): Fit {
  const gaps: Gap[][] = Array.from({ length: pieces }, () => []);
  for (const [index, { piece, start, end, repeats }] of units.entries()) {
    const reason = reasons[index] ?? null;
    if (reason === null) continue;
    const own = gaps[piece] as Gap[];
    const last = own.at(-1);
    const of = reason === 'leastRelevant' ? null : (repeats?.piece ?? null);
    if (last?.end === start && last.reason === reason && last.repeats === of)
      own[own.length - 1] = { ...last, end };
    else own.push({ start, end, reason, repeats: of });
  }
  return gaps;
}
