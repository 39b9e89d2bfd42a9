/** A message without what its format writes between: indentation of YAML, escapes of a program's string. */
import type { Span } from '../prompt-part.ts';

/** The message's text, and where its stretches lie in the file's text. */
export interface View {
  readonly text: string;
  /** Null where the two texts are the same. */
  readonly place: ((span: Span) => Span) | null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '',
  t: '\t',
  b: ' ',
  f: ' ',
  v: ' ',
  '\n': '',
  '\r': '',
};

/** What a fixed stretch reads as, as far as blocks and sentences depend on it. */
function readFixed(written: string): string {
  if (!written.startsWith('\\')) return '';
  const [, escaped = ''] = written;
  if (/[xuU0-7N]/.test(escaped)) return written.length > 2 ? '\u00b7' : '';
  return ESCAPES[escaped] ?? escaped;
}

/** Leaves `fixed` (in order, without overlaps) out of `text`, or reads it. */
export function createView(text: string, fixed: readonly Span[]): View {
  if (fixed.length === 0) return { text, place: null };
  const parts: string[] = [];
  /** Where pieces of the view begin, in the view and in the file. */
  const viewStarts: number[] = [0];
  const fileStarts: number[] = [0];
  /** Where the file has an escape that reads as something. */
  const escapes = new Set<number>();
  let length = 0;
  let at = 0;
  for (const { start, end } of fixed) {
    const before = text.slice(at, start);
    const read = readFixed(text.slice(start, end));
    parts.push(before, read);
    length += before.length;
    if (read !== '') {
      escapes.add(start);
      viewStarts.push(length);
      fileStarts.push(start);
    }
    length += read.length;
    viewStarts.push(length);
    fileStarts.push(end);
    at = end;
  }
  parts.push(text.slice(at));

  function pieceAt(position: number): number {
    let low = 0;
    let high = viewStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((viewStarts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  function fileOffset(position: number): number {
    const piece = pieceAt(position);
    return (fileStarts[piece] ?? 0) + position - (viewStarts[piece] ?? 0);
  }

  return {
    text: parts.join(''),
    place({ start, end }) {
      if (end <= start) return { start: fileOffset(start), end: fileOffset(start) };
      // The end belongs to the unit before it, or it would take in the indentation of the next line.
      const last = fileOffset(end - 1);
      const piece = pieceAt(end - 1);
      const next = fileStarts[piece + 1];
      return {
        start: fileOffset(start),
        end:
          next !== undefined && end === viewStarts[piece + 1] && escapes.has(fileStarts[piece] ?? -1)
            ? next
            : last + 1,
      };
    },
  };
}
