/** What a fit puts in the place of what, and a fit without some of that. */
import type { Message } from '../../protocol/messages.ts';
import type { Fit } from './fit.ts';

/** A part of the context that a marker stands for: of one piece, or of several that are left out one after the other. */
export interface Replacement {
  readonly role: Message['role'];
  /** Indexes of the pieces. */
  readonly first: number;
  readonly last: number;
  /** Where in the piece, in UTF-16 code units; all of it where there are several. */
  readonly start: number;
  readonly end: number;
  /** As it stands in the message, and what is sent instead. */
  readonly before: string;
  readonly after: string;
}

/** The fit that keeps what these would have replaced; they come in their order. */
export function withoutReplacements(fit: Fit, undone: readonly Replacement[]): Fit {
  const byPiece = new Map<number, Replacement[]>();
  for (const one of undone)
    for (let piece = one.first; piece <= one.last; piece++) {
      const own = byPiece.get(piece);
      if (own === undefined) byPiece.set(piece, [one]);
      else own.push(one);
    }
  return fit.map((gaps, piece) => {
    const own = byPiece.get(piece);
    if (own === undefined) return gaps;
    let at = 0;
    return gaps.filter((gap) => {
      while ((own[at]?.end ?? Number.POSITIVE_INFINITY) <= gap.start) at += 1;
      const one = own[at];
      return one === undefined || gap.start < one.start || gap.end > one.end;
    });
  });
}
