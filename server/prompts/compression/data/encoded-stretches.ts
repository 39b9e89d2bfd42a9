/** Stretches of a text that are encoded data: base64 on one or more lines, and data URLs. */
import type { Span } from '../../prompt-part.ts';

/** Base64 of fewer characters may be a key or a hash that is meant to be read. */
const LEAST_LENGTH = 200;
/** Of 64 that there are; words and repetitions have fewer. */
const LEAST_CHARACTERS = 24;
/** Lines of base64 have 64 or 76 characters. */
const LEAST_LINE = 60;
const LEAST_DATA_URL = 100;
/** A character in 32 of base64 is no letter and no digit; of a path every tenth is. */
const LEAST_BETWEEN_MARKS = 16;

const ENCODED = /[A-Za-z0-9+/_-]+={0,2}/g;
const DATA_URL = /\bdata:[a-z]{1,20}\/[\w.+-]{1,60}(?:;[\w=.-]{1,40}){0,4},[^\s"'()<>`]+/gi;

/** The encoded stretches of `text`, in their order, without overlaps. Linear in its length. */
export function encodedStretches(text: string): readonly Span[] {
  const urls = [...text.matchAll(DATA_URL)]
    .filter(([written]) => written.length >= LEAST_DATA_URL)
    .map(({ index, 0: written }) => ({ start: index, end: index + written.length }));
  const found = [...urls];
  let next = 0;
  for (const stretch of linesOfBase64(text)) {
    while ((urls[next]?.end ?? Number.POSITIVE_INFINITY) <= stretch.start) next++;
    const overlaps = (urls[next]?.start ?? Number.POSITIVE_INFINITY) < stretch.end;
    if (!overlaps && isEncoded(text.slice(stretch.start, stretch.end))) found.push(stretch);
  }
  return found.sort((one, other) => one.start - other.start);
}

/** Stretches of the characters of base64, which may go on on the next line. */
function* linesOfBase64(text: string): Iterable<Span> {
  let open: { start: number; end: number; lastLine: number } | null = null;
  for (const { index, 0: written } of text.matchAll(ENCODED)) {
    const end = index + written.length;
    const goesOn: boolean =
      open !== null && open.lastLine >= LEAST_LINE && /^\r?\n$/.test(text.slice(open.end, index));
    if (goesOn && open !== null) {
      // A short line is the last one, or prose that begins below.
      if (written.length < LEAST_LINE && !/^(?:\s|$)/.test(text.slice(end, end + 1))) {
        yield open;
        open = null;
      } else open = { start: open.start, end, lastLine: written.length };
    } else {
      if (open !== null) yield open;
      open = written.length >= LEAST_LINE ? { start: index, end, lastLine: written.length } : null;
    }
  }
  if (open !== null) yield open;
}

function isEncoded(written: string): boolean {
  if (written.length < LEAST_LENGTH) return false;
  if (!/[a-z]/.test(written) || !/[A-Z]/.test(written) || !/\d/.test(written)) return false;
  if (new Set(written.slice(0, LEAST_LENGTH)).size < LEAST_CHARACTERS) return false;
  const marks = written.match(/[+/_-]/g)?.length ?? 0;
  return marks * LEAST_BETWEEN_MARKS <= written.length;
}
