/** What was left out of the context, in words for the user. */
import { groupThousands } from '../../protocol/money.ts';
import type { DropReason } from './choose.ts';
import type { Fit, Gap } from './fit.ts';
import { shownName } from './marker.ts';
import type { Piece } from './rank.ts';

/** So many places of a piece are named. */
const NAMED_PLACES = 3;

/**
 * One sentence for each of the first `most` pieces that something is missing of, in their order, such as
 * "src/a.ts, lines 3 to 40: least relevant to the question."
 */
export function droppedTexts(pieces: readonly Piece[], fit: Fit, most: number): string[] {
  const texts: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (texts.length === most) break;
    const gaps = fit[index] ?? [];
    if (gaps.length === 0) continue;
    const parts = [...new Set(gaps.map(({ reason }) => reason))].map((reason) => {
      const own = gaps.filter((gap) => gap.reason === reason);
      return `${linesText(piece.text, own)}: ${why(reason, pieces, own)}`;
    });
    texts.push(`${pieceName(pieces, index)}, ${parts.join('; ')}.`);
  }
  return texts;
}

function pieceName(pieces: readonly Piece[], index: number): string {
  const name = pieces[index]?.name ?? '';
  return name === '' ? `Piece ${index + 1}` : shownName(name);
}

function why(reason: DropReason, pieces: readonly Piece[], gaps: readonly Gap[]): string {
  if (reason === 'leastRelevant') return 'least relevant to the question';
  const sources = [...new Set(gaps.map(({ repeats }) => repeats))].filter((one) => one !== null);
  const [first] = sources;
  const where =
    first === undefined || sources.length > 1
      ? 'earlier pieces'
      : pieceName(pieces, first).replace(/^P/, 'p');
  return reason === 'duplicate' ? `the same as in ${where}` : `nearly the same as in ${where}`;
}

/** "line 3", "lines 3 to 40 and 50", or "lines 3 to 40, 50, 60 to 70 and 5 more places". */
function linesText(text: string, gaps: readonly Gap[]): string {
  const ranges: { from: number; to: number }[] = [];
  const lineAt = lineCounter(text);
  for (const { start, end } of gaps) {
    const from = lineAt(start);
    // The line end of its last line belongs to it, the next line does not.
    const to = Math.max(from, lineAt(start + text.slice(start, end).trimEnd().length));
    const last = ranges.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else ranges.push({ from, to });
  }
  const named = ranges
    .slice(0, NAMED_PLACES)
    .map(({ from, to }) => (from === to ? number(from) : `${number(from)} to ${number(to)}`));
  const more = ranges.length - named.length;
  const all = more === 0 ? named : [...named, `${number(more)} more ${more === 1 ? 'place' : 'places'}`];
  const only = ranges.length === 1 && ranges[0]?.from === ranges[0]?.to;
  const last = all.pop() ?? '';
  return `${only ? 'line' : 'lines'} ${all.length === 0 ? last : `${all.join(', ')} and ${last}`}`;
}

/** Says which line an offset is in, from 1; offsets must not go back. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (let next = text.indexOf('\n', at); next !== -1 && next < offset; next = text.indexOf('\n', at)) {
      line += 1;
      at = next + 1;
    }
    return line;
  };
}

const number = (count: number): string => groupThousands(String(count));
