/**
 * Byte-pair encoding of one piece: of all neighbours that together are a token, the pair with the lowest rank (the
 * leftmost of equals) becomes one part, until no pair is left. Parts are a linked list over the piece's bytes; the
 * next pair is looked for by reading the list where it is short and comes from a heap where it is long, so that a
 * piece of n bytes takes O(n log n).
 */
import { createMergeQueue } from './merge-queue.ts';
import { NO_TOKEN, type RankTable } from './ranks.ts';

/** Splits pieces into tokens. It keeps its working memory between pieces and is not reentrant. */
export interface Merger {
  /** The number of tokens of the first `length` bytes. */
  count(bytes: Uint8Array, length: number): number;
  /** Appends the tokens of the first `length` bytes to `tokens`. */
  append(bytes: Uint8Array, length: number, tokens: number[]): void;
}

/** Up to this many bytes reading the list beats keeping a heap. */
const SHORT = 64;
/** Working memory for longer pieces than this, in bytes of the piece, is given back after use. */
const KEPT = 1 << 16;

/** A merger for a table in which every single byte is a token. */
export function createMerger(table: RankTable): Merger {
  const queue = createMergeQueue();
  let bytes: Uint8Array = new Uint8Array(0);
  let length = 0;
  /** By a part's first byte: the part after it, the part before it, and the rank of the pair it begins. */
  let next = new Int32Array(SHORT);
  let previous = new Int32Array(SHORT);
  let pair = new Int32Array(SHORT);

  function start(): void {
    if (next.length < length) {
      next = new Int32Array(length);
      previous = new Int32Array(length);
      pair = new Int32Array(length);
    }
    for (let part = 0; part < length; part++) {
      next[part] = part + 1;
      previous[part] = part - 1;
      pair[part] = part + 1 < length ? table.find(bytes, part, part + 2) : NO_TOKEN;
    }
  }

  /** Joins the part with the one after it and ranks the two pairs that this changes. */
  function join(part: number): void {
    const absorbed = next[part] ?? length;
    const after = next[absorbed] ?? length;
    const before = previous[part] ?? -1;
    next[part] = after;
    pair[absorbed] = NO_TOKEN;
    pair[part] = NO_TOKEN;
    if (after < length) {
      previous[after] = part;
      pair[part] = table.find(bytes, part, next[after] ?? length);
    }
    if (before >= 0) pair[before] = table.find(bytes, before, after);
  }

  function mergeShort(): number {
    for (let parts = length; ; parts--) {
      let best = -1;
      let bestRank = Number.MAX_SAFE_INTEGER;
      for (let part = 0; part < length; part = next[part] ?? length) {
        const rank = pair[part] ?? NO_TOKEN;
        if (rank !== NO_TOKEN && rank < bestRank) {
          best = part;
          bestRank = rank;
        }
      }
      if (best < 0) return parts;
      join(best);
    }
  }

  function mergeLong(): number {
    queue.fill(pair, length);
    let parts = length;
    while (queue.pop()) {
      const part = queue.part;
      // A part only grows, so a pair that has changed since never has the same rank again.
      if (pair[part] !== queue.rank) continue;
      join(part);
      parts--;
      queue.push(pair[part] ?? NO_TOKEN, part);
      const before = previous[part] ?? -1;
      if (before >= 0) queue.push(pair[before] ?? NO_TOKEN, before);
    }
    return parts;
  }

  function merge(piece: Uint8Array, pieceLength: number): number {
    bytes = piece;
    length = pieceLength;
    start();
    return length <= SHORT ? mergeShort() : mergeLong();
  }

  function release(): void {
    bytes = new Uint8Array(0);
    if (length <= KEPT) return;
    queue.release();
    next = new Int32Array(SHORT);
    previous = new Int32Array(SHORT);
    pair = new Int32Array(SHORT);
  }

  return {
    count(piece, pieceLength) {
      const parts = merge(piece, pieceLength);
      release();
      return parts;
    },
    append(piece, pieceLength, tokens) {
      merge(piece, pieceLength);
      for (let part = 0; part < length; part = next[part] ?? length) {
        tokens.push(table.find(bytes, part, next[part] ?? length));
      }
      release();
    },
  };
}
