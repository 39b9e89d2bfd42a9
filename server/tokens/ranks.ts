/**
 * A tokenizer's vocabulary: the bytes of every token and, for a slice of bytes, the token that it is. Two hundred
 * thousand tokens live in three typed arrays, without a JavaScript string or object of their own.
 */

/** No token has these bytes. */
export const NO_TOKEN = -1;

/** Tokens by their bytes. A token's number is also its rank: the lower, the earlier a merge makes it. */
export interface RankTable {
  /** Bytes of the longest token. */
  readonly longest: number;
  /** The token whose bytes are `bytes[start, end)`, or NO_TOKEN. */
  find(bytes: Uint8Array, start: number, end: number): number;
  /** As `find` with the slice's `hashBytes` at hand. */
  findHashed(hash: number, bytes: Uint8Array, start: number, end: number): number;
  /** The bytes of a token; empty for a number that is none. A view: not to be changed. */
  bytesOf(token: number): Uint8Array;
}

/** A 32-bit hash of `bytes[start, end)`: FNV-1a, its high bits folded into the low ones. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = start; index < end; index++) {
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

/**
 * Reads js-tiktoken's table: lines of "! OFFSET TOKEN TOKEN ...", where a token is its bytes in base64 and its
 * number the line's offset plus its place in the line.
 *
 * @throws Error when `encoded` is not of this form.
 */
export function decodeRanks(encoded: string): RankTable {
  const pool = new Uint8Array(encoded.length);
  const starts: number[] = [];
  let used = 0;
  let longest = 0;
  let count = 0;
  let position = 0;
  while (position < encoded.length) {
    const header = /! (\d+) /y;
    header.lastIndex = position;
    const offset = Number(header.exec(encoded)?.[1] ?? Number.NaN);
    if (!(offset >= starts.length)) throw new Error('The token table is not in the form of js-tiktoken 1.0.');
    position = header.lastIndex;
    // Numbers between two lines are special tokens, which no bytes stand for.
    while (starts.length < offset) starts.push(used);
    while (position < encoded.length && encoded.charCodeAt(position) !== NEWLINE) {
      starts.push(used);
      let bits = 0;
      let pending = 0;
      let code = encoded.charCodeAt(position);
      while (code > SPACE) {
        if (code !== PADDING) {
          bits = (bits << 6) | (SEXTETS[code] ?? 0);
          pending += 6;
          if (pending >= 8) {
            pending -= 8;
            pool[used++] = bits >>> pending;
          }
        }
        code = encoded.charCodeAt(++position);
      }
      longest = Math.max(longest, used - (starts.at(-1) ?? 0));
      count++;
      if (code === SPACE) position++;
    }
    position++;
  }
  starts.push(used);
  return indexTokens(pool.slice(0, used), Uint32Array.from(starts), count, longest);
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const PADDING = 0x3d;
const SEXTETS = new Uint8Array(128);
for (const [value, letter] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  SEXTETS[letter.charCodeAt(0)] = value;
}

/** Open addressing with linear probing at most half full; a slot is the hash beside the token's number plus one. */
function indexTokens(pool: Uint8Array, starts: Uint32Array, count: number, longest: number): RankTable {
  const slots = new Int32Array(4 << Math.ceil(Math.log2(count + 1)));
  const mask = slots.length - 2;

  for (let token = 0; token < starts.length - 1; token++) {
    const start = starts[token] ?? 0;
    const end = starts[token + 1] ?? 0;
    if (start === end) continue;
    const hash = hashBytes(pool, start, end);
    let slot = (hash << 1) & mask;
    while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
    slots[slot] = hash;
    slots[slot + 1] = token + 1;
  }

  function findHashed(hash: number, bytes: Uint8Array, start: number, end: number): number {
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const token = (slots[slot + 1] ?? 0) - 1;
      if (token === NO_TOKEN) return NO_TOKEN;
      if (slots[slot] === hash && isToken(token, bytes, start, end)) return token;
    }
  }

  function isToken(token: number, bytes: Uint8Array, start: number, end: number): boolean {
    const first = starts[token] ?? 0;
    if ((starts[token + 1] ?? 0) - first !== end - start) return false;
    for (let index = start; index < end; index++) {
      if (bytes[index] !== pool[first + index - start]) return false;
    }
    return true;
  }

  return {
    longest,
    findHashed,
    find: (bytes, start, end) =>
      end - start > longest ? NO_TOKEN : findHashed(hashBytes(bytes, start, end), bytes, start, end),
    bytesOf: (token) => pool.subarray(starts[token] ?? 0, starts[token + 1] ?? 0),
  };
}
