/**
 * An encoding at work: text to pieces, pieces to bytes, bytes to tokens. Text that spells a special token, such as
 * "<|endoftext|>", is ordinary text here, as it is for a provider that reads it in a prompt. A lone surrogate counts
 * as U+FFFD.
 */
import { codePointAt } from './character-classes.ts';
import { createMerger } from './merge.ts';
import { createPieceCache } from './piece-cache.ts';
import { hashBytes, NO_TOKEN, type RankTable } from './ranks.ts';
import type { PieceEnd } from './split.ts';

/** Counts and lists the tokens of texts. */
export interface Encoding {
  /** The number of tokens of `text`. */
  count(text: string): number;
  /** The tokens of `text`, in order. */
  encode(text: string): number[];
  /** The UTF-8 bytes of a token, which may be a part of a character; empty for a number that is no token. */
  bytesOf(token: number): Uint8Array;
}

/** A buffer beyond this many bytes is given back after the piece that needed it. */
const KEPT_BYTES = 1 << 16;
/** UTF-8 bytes per UTF-16 unit, at most. */
const BYTES_PER_UNIT = 3;

/** An encoding of the tokens of `table`, whose pieces `pieceEnd` finds. */
export function createEncoding(table: RankTable, pieceEnd: PieceEnd): Encoding {
  const merger = createMerger(table);
  const cache = createPieceCache();
  let buffer = new Uint8Array(256);

  /** Writes the piece into the buffer as UTF-8 and returns its length in bytes. */
  function load(text: string, start: number, end: number): number {
    const most = (end - start) * BYTES_PER_UNIT;
    if (buffer.length < most) buffer = new Uint8Array(2 * most);
    let length = 0;
    for (let index = start; index < end; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        buffer[length++] = unit;
      } else {
        const code = codePointAt(text, index);
        length = writeCodePoint(buffer, length, code);
        if (code > 0xffff) index++;
      }
    }
    return length;
  }

  function release(): void {
    if (buffer.length > KEPT_BYTES) buffer = new Uint8Array(256);
  }

  function countPiece(text: string, start: number, end: number): number {
    const length = load(text, start, end);
    if (length === 1) return 1;
    const hash = hashBytes(buffer, 0, length);
    if (length <= table.longest && table.findHashed(hash, buffer, 0, length) !== NO_TOKEN) return 1;
    const known = cache.get(hash, buffer, length);
    if (known > 0) return known;
    const count = merger.count(buffer, length);
    cache.put(hash, buffer, length, count);
    release();
    return count;
  }

  function appendPiece(text: string, start: number, end: number, tokens: number[]): void {
    const length = load(text, start, end);
    const whole = table.find(buffer, 0, length);
    if (whole !== NO_TOKEN) tokens.push(whole);
    else merger.append(buffer, length, tokens);
    release();
  }

  return {
    count(text) {
      let count = 0;
      for (let start = 0, end = 0; start < text.length; start = end) {
        end = pieceEnd(text, start);
        count += countPiece(text, start, end);
      }
      return count;
    },
    encode(text) {
      const tokens: number[] = [];
      for (let start = 0, end = 0; start < text.length; start = end) {
        end = pieceEnd(text, start);
        appendPiece(text, start, end, tokens);
      }
      return tokens;
    },
    bytesOf: table.bytesOf,
  };
}

/** Writes a code point beyond ASCII at `position` and returns the position after it; a surrogate becomes U+FFFD. */
function writeCodePoint(bytes: Uint8Array, position: number, code: number): number {
  const written = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  let next = position;
  if (written < 0x800) {
    bytes[next++] = 0xc0 | (written >> 6);
  } else if (written < 0x10000) {
    bytes[next++] = 0xe0 | (written >> 12);
    bytes[next++] = 0x80 | ((written >> 6) & 0x3f);
  } else {
    bytes[next++] = 0xf0 | (written >> 18);
    bytes[next++] = 0x80 | ((written >> 12) & 0x3f);
    bytes[next++] = 0x80 | ((written >> 6) & 0x3f);
  }
  bytes[next++] = 0x80 | (written & 0x3f);
  return next;
}
