/**
 * The pairs of a long piece that can be merged, lowest rank first and leftmost first among equals: a binary heap of
 * numbers in one typed array. Pairs that have changed stay in it; whoever takes one out checks that it still holds.
 */
import { NO_TOKEN } from './ranks.ts';

/** A queue of pairs, each known by its rank and by the part at which it begins. */
export interface MergeQueue {
  /** Starts anew with the pairs in `ranks[0, length)`, by part; NO_TOKEN for no pair. */
  fill(ranks: Int32Array, length: number): void;
  /** Adds a pair; NO_TOKEN adds nothing. */
  push(rank: number, part: number): void;
  /** Takes the first pair out, to be read from `rank` and `part`; false when there is none. */
  pop(): boolean;
  readonly rank: number;
  readonly part: number;
  /** Gives the memory back. */
  release(): void;
}

/** A key is rank * PARTS + part, exact in a double: 18 bits of rank and 31 of part. */
const PARTS = 2 ** 31;

/** An empty queue. */
export function createMergeQueue(): MergeQueue {
  let keys = new Float64Array(0);
  let size = 0;
  let rank = NO_TOKEN;
  let part = 0;

  function sink(key: number, from: number): void {
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      let least = keys[child] ?? 0;
      if (child + 1 < size) {
        const right = keys[child + 1] ?? 0;
        if (right < least) {
          least = right;
          child++;
        }
      }
      if (key <= least) break;
      keys[hole] = least;
      hole = child;
    }
    keys[hole] = key;
  }

  return {
    fill(ranks, length) {
      // Every merge takes one pair out and adds at most two, and there are fewer merges than parts.
      if (keys.length < 2 * length) keys = new Float64Array(2 * length);
      size = 0;
      for (let index = 0; index < length; index++) {
        const found = ranks[index] ?? NO_TOKEN;
        if (found !== NO_TOKEN) keys[size++] = found * PARTS + index;
      }
      for (let index = (size >> 1) - 1; index >= 0; index--) sink(keys[index] ?? 0, index);
    },
    push(newRank, newPart) {
      if (newRank === NO_TOKEN) return;
      const key = newRank * PARTS + newPart;
      let hole = size++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        const above = keys[parent] ?? 0;
        if (above <= key) break;
        keys[hole] = above;
        hole = parent;
      }
      keys[hole] = key;
    },
    pop() {
      if (size === 0) return false;
      const key = keys[0] ?? 0;
      rank = Math.floor(key / PARTS);
      part = key - rank * PARTS;
      size--;
      if (size > 0) sink(keys[size] ?? 0, 0);
      return true;
    },
    get rank() {
      return rank;
    },
    get part() {
      return part;
    },
    release() {
      keys = new Float64Array(0);
      size = 0;
    },
  };
}
