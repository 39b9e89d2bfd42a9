/** Pieces of context in their units, each with how relevant it is to a question and what it repeats. */
import { createDuplicates, FEWEST_TERMS } from './duplicates.ts';
import { createRelevanceIndex } from './relevance.ts';
import { type Repetition, repetition } from './repetition.ts';
import { termsOf, writeTerms } from './terms.ts';
import { cut } from './units.ts';

/** A piece of context, such as a file or a search result. */
export interface Piece {
  /** "" for none. */
  readonly name: string;
  readonly text: string;
}

/** A unit of a piece, from `start` to `end` in UTF-16 code units. */
export interface RankedUnit {
  readonly piece: number;
  readonly start: number;
  readonly end: number;
  /** Higher is more relevant; 0 where nothing of the question is in it or around it. */
  readonly relevance: number;
  /** What it repeats, by the index of that piece; null for nothing. */
  readonly repeats: { readonly how: Repetition; readonly piece: number } | null;
}

/** How much a unit's paragraph says about the unit, and how much its neighbours do. */
const OF_GROUP = 1.5;
const OF_NEIGHBOUR = 0.2;

interface Candidate extends Omit<RankedUnit, 'relevance'> {
  readonly group: number;
  /** The candidate that it repeats; -1 for none. */
  readonly original: number;
  readonly terms: number;
}

/** The units of all pieces, in their order. */
export function rankPieces(pieces: readonly Piece[], question: string): RankedUnit[] {
  const asked = termsOf(question);
  const units = createRelevanceIndex(asked);
  const groups = createRelevanceIndex(asked);
  const duplicates = createDuplicates();
  const terms = new Uint32Array(pieces.reduce((most, { text }) => Math.max(most, text.length), 0));
  const candidates: Candidate[] = [];
  /** Which candidate the duplicates know under an index. */
  const added: number[] = [];
  let group = -1;

  for (const [piece, { text }] of pieces.entries()) {
    const { isCode, units: own } = cut(text);
    let written = 0;
    let groupOf = -1;
    const found: Candidate[] = [];
    for (const { start, end, group: within } of own) {
      if (within !== groupOf) {
        if (groupOf !== -1) groups.add(terms, written);
        written = 0;
        groupOf = within;
        group += 1;
      }
      const rest = terms.subarray(written);
      const count = writeTerms(text, start, end, rest);
      written += count;
      units.add(rest, count);
      const known = count === 0 ? null : duplicates.add(rest, count);
      if (count > 0) added.push(candidates.length + found.length);
      const original = known === null ? -1 : (added[known.of] as number);
      // Within a piece a repetition may mean something, as in a log: candidates are those of earlier pieces.
      const earlier = candidates[original];
      const repeats =
        earlier === undefined || known === null
          ? null
          : {
              piece: earlier.piece,
              how: repetition(text.slice(start, end), textOf(pieces, earlier), known.sameTerms, isCode),
            };
      found.push({ piece, start, end, group, repeats, original, terms: count });
    }
    if (groupOf !== -1) groups.add(terms, written);
    for (const candidate of withoutChance(found)) candidates.push(candidate);
  }
  return withRelevance(candidates, units.scores(), groups.scores());
}

/** A few words repeat others by chance: they count where they are all there is, or together with what is around them. */
function withoutChance(own: readonly Candidate[]): readonly Candidate[] {
  const isRepeated = ({ repeats, terms }: Candidate) => repeats !== null || terms === 0;
  if (own.every(isRepeated)) return own;
  const kept = [...own];
  for (let first = 0; first < own.length; first++) {
    let next = first;
    let terms = 0;
    while (next < own.length && own[next]?.repeats != null) terms += own[next++]?.terms ?? 0;
    if (terms < FEWEST_TERMS)
      for (let index = first; index < next; index++)
        kept[index] = { ...(own[index] as Candidate), repeats: null };
    first = next;
  }
  return kept;
}

const textOf = (pieces: readonly Piece[], { piece, start, end }: Candidate): string =>
  (pieces[piece] as Piece).text.slice(start, end);

/** A unit's own relevance, its paragraph's, and a little of its neighbours'. */
function withRelevance(
  candidates: readonly Candidate[],
  own: Float64Array,
  ofGroup: Float64Array,
): RankedUnit[] {
  const relevance = Float64Array.from(candidates, ({ piece, group }, index) => {
    const neighbour = (at: number) => (candidates[at]?.piece === piece ? (own[at] as number) : 0);
    return (
      (own[index] as number) +
      OF_GROUP * (ofGroup[group] as number) +
      OF_NEIGHBOUR * (neighbour(index - 1) + neighbour(index + 1))
    );
  });
  // What stands for its repetitions is as relevant as they are where they stand.
  for (const [index, { original, repeats }] of candidates.entries())
    if (repeats !== null)
      relevance[original] = Math.max(relevance[original] as number, relevance[index] as number);
  return candidates.map(({ piece, start, end, repeats }, index) => ({
    piece,
    start,
    end,
    repeats,
    relevance: relevance[index] as number,
  }));
}
