/** Which units of context are kept: all that bring something, or those that are most relevant and have room. */
import type { RankedUnit } from './rank.ts';

/** Why a unit is not kept. */
export type DropReason = 'duplicate' | 'nearDuplicate' | 'leastRelevant';

/** A gap that is shorter, in UTF-16 code units, is not made: the line that stands for it would be as long. */
const SHORTEST_GAP = 48;

/**
 * The reason for each unit that is not kept, null for one that is kept. What repeats an earlier piece goes always.
 * `room`, in UTF-16 code units, is for what is left; null keeps all of it. Where there is too little, what is similar
 * to an earlier piece goes first and then what is least relevant; units stay whole. Whatever the room, a unit goes that
 * has less than the share `least` (0 to 1) of the relevance of the most relevant one.
 */
export function chooseUnits(
  units: readonly RankedUnit[],
  room: number | null,
  least = 0,
): (DropReason | null)[] {
  const reasons = units.map(({ repeats }): DropReason | null => {
    if (repeats === null || (repeats.how === 'similar' && room === null)) return null;
    return repeats.how === 'exact' ? 'duplicate' : 'nearDuplicate';
  });
  if (least > 0) dropBelow(units, reasons, least);
  if (room === null) return least > 0 ? withoutSmallGaps(units, reasons) : reasons;
  let left = room;
  const order = [...units.keys()]
    .filter((index) => reasons[index] === null)
    .sort((one, other) => relevanceOf(units, other) - relevanceOf(units, one) || one - other);
  for (const index of order) {
    const length = lengthOf(units, index);
    if (length > left) reasons[index] = 'leastRelevant';
    else left -= length;
  }
  return withoutSmallGaps(units, reasons);
}

/** Where nothing of the question is found anywhere, nothing is less relevant than anything else. */
function dropBelow(units: readonly RankedUnit[], reasons: (DropReason | null)[], least: number): void {
  const most = units.reduce((highest, { relevance }) => Math.max(highest, relevance), 0);
  for (const [index, { relevance }] of units.entries())
    if (reasons[index] === null && relevance < least * most) reasons[index] = 'leastRelevant';
}

const relevanceOf = (units: readonly RankedUnit[], index: number): number => units[index]?.relevance ?? 0;

function lengthOf(units: readonly RankedUnit[], index: number): number {
  const { start = 0, end = 0 } = units[index] ?? {};
  return end - start;
}

function withoutSmallGaps(
  units: readonly RankedUnit[],
  reasons: readonly (DropReason | null)[],
): (DropReason | null)[] {
  const kept = [...reasons];
  for (let first = 0; first < units.length; ) {
    let next = first;
    let length = 0;
    while (next < units.length && reasons[next] !== null && units[next]?.piece === units[first]?.piece)
      length += lengthOf(units, next++);
    const isInside =
      units[first - 1]?.piece === units[first]?.piece && units[next]?.piece === units[first]?.piece;
    if (next > first && isInside && length < SHORTEST_GAP) kept.fill(null, first, next);
    first = Math.max(next, first + 1);
  }
  return kept;
}
