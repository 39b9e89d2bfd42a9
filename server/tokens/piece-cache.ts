/**
 * Remembers into how many tokens short pieces fall, since the same identifiers come again and again. A fixed number
 * of slots in typed arrays: a piece that falls on a taken slot replaces what was there, so it never grows.
 */

/** Counts by piece. Bytes are compared, so a count is never that of another piece. */
export interface PieceCache {
  /** The count of the first `length` bytes, whose hash is `hash`; 0 when it is not remembered. */
  get(hash: number, bytes: Uint8Array, length: number): number;
  /** Remembers a count of 1 or more; a piece too long for a slot is not remembered. */
  put(hash: number, bytes: Uint8Array, length: number, count: number): void;
}

const SLOTS = 1 << 13;
const SLOT_BYTES = 48;

/** An empty cache; 400 KB. */
export function createPieceCache(): PieceCache {
  const pool = new Uint8Array(SLOTS * SLOT_BYTES);
  const lengths = new Uint8Array(SLOTS);
  const counts = new Uint8Array(SLOTS);

  return {
    get(hash, bytes, length) {
      const slot = hash & (SLOTS - 1);
      if (lengths[slot] !== length) return 0;
      const start = slot * SLOT_BYTES;
      for (let index = 0; index < length; index++) {
        if (pool[start + index] !== bytes[index]) return 0;
      }
      return counts[slot] ?? 0;
    },
    put(hash, bytes, length, count) {
      if (length > SLOT_BYTES) return;
      const slot = hash & (SLOTS - 1);
      const start = slot * SLOT_BYTES;
      for (let index = 0; index < length; index++) pool[start + index] = bytes[index] ?? 0;
      lengths[slot] = length;
      counts[slot] = count;
    },
  };
}
