/** How the word at a place splits into tokens. */
import type { TokenPieces, TokenPiecesParams } from '../../protocol/token-counts.ts';
import type { HandlerContext } from './context.ts';

/** How much of a word without end is looked at, to either side, in UTF-16 units. */
const MOST_UNITS = 200;

/** Null at white space, in a document that is not open, and where it changed since. */
export async function tokenPieces(
  { session, counts }: HandlerContext,
  { uri, version, line, character }: TokenPiecesParams,
): Promise<TokenPieces | null> {
  const measure = await counts.measure(uri);
  const document = session.documents.get(uri);
  if (measure === null || document === undefined || document.version !== version) return null;
  const lineStart = document.offsetAt({ line, character: 0 });
  const text = document
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/[\r\n]+$/, '');
  const word = wordAt(text, document.offsetAt({ line, character }) - lineStart);
  if (word === null) return null;
  // A space in front of a word is mostly a part of its first token.
  const all = measure.meter.pieces(text, Math.max(0, word.start - 1), word.end);
  const shown = all.filter(
    ({ start }, index) => start >= word.start || (all[index + 1]?.start ?? word.end) > word.start,
  );
  return {
    line,
    start: word.start,
    end: word.end,
    pieces: visiblePieces(shown.map(({ bytes }) => bytes)),
    model: measure.model.id,
    approximate: measure.meter.approximate,
  };
}

const WORD = /[\p{L}\p{M}\p{N}_'’-]/u;

function wordAt(text: string, at: number): { readonly start: number; readonly end: number } | null {
  const whole = (place: number) =>
    /[\uDC00-\uDFFF]/.test(text.charAt(place)) && /[\uD800-\uDBFF]/.test(text.charAt(place - 1))
      ? place - 1
      : place;
  const from = whole(Math.min(at, text.length));
  const charAt = (place: number) => String.fromCodePoint(text.codePointAt(place) ?? 0x20);
  // The end of a word belongs to it, as a person points at it.
  const place = /^\s$/u.test(charAt(from)) && from > 0 ? whole(from - 1) : from;
  const first = charAt(place);
  if (/^\s$/u.test(first)) return null;
  const belongs = WORD.test(first)
    ? (one: string) => WORD.test(one)
    : (one: string) => !WORD.test(one) && !/^\s$/u.test(one);
  let start = place;
  while (start > 0 && place - start < MOST_UNITS && belongs(charAt(whole(start - 1))))
    start = whole(start - 1);
  let end = place;
  while (end < text.length && end - place < MOST_UNITS && belongs(charAt(end))) end += charAt(end).length;
  return { start, end };
}

/** What each token shows; bytes of half a character in hexadecimal. */
const visiblePieces = (tokens: readonly Uint8Array[]): readonly string[] =>
  tokens.map((bytes) => {
    const text = decoded(bytes);
    return text === null
      ? [...bytes].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
      : visible(text);
  });

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // A part of a character.
    return null;
  }
}

const SYMBOLS: Readonly<Record<string, string>> = { ' ': '·', '\t': '→', '\n': '⏎', '\r': '␍' };

const visible = (text: string): string =>
  text
    .replace(/[\p{C}\p{Z}]/gu, (one) => SYMBOLS[one] ?? `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`)
    // A mark without its letter would sit on what stands before it.
    .replace(/^\p{M}/u, '◌$&');
