/** How Python reads the text of a string literal. Python reference, 2.4.1 and 2.4.3. */
import type { Span } from '../../prompt-part.ts';

/** The kinds of literals: `r"…"`, and those in which braces hold fields, f-strings and texts that are formatted. */
export interface PythonString {
  readonly raw: boolean;
  readonly fields: boolean;
}

/** Reads stretches of such a literal. */
export interface PythonReader {
  read(written: string): string;
  /** What of a stretch at `offset` is no text. */
  fixed(written: string, offset: number): readonly Span[];
}

const ESCAPES = String.raw`\\(?:N\{[^{}]*\}|U[\da-fA-F]{8}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[0-7]{1,3}|\r\n|[\s\S])`;
const FIELDS = String.raw`\{\{|\}\}|\{[^{}]*\}`;
const CONTROL: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '', '\r\n': '', '\r': '' },
};

/** A reader for one kind; fields stay as they are written. */
export function pythonReader({ raw, fields }: PythonString): PythonReader {
  const pattern = [...(raw ? [] : [ESCAPES]), ...(fields ? [FIELDS] : [])].join('|');
  if (pattern === '') return { read: withLineFeeds, fixed: () => [] };
  return {
    read: (written) => withLineFeeds(written.replace(new RegExp(pattern, 'g'), readOne)),
    fixed: (written, offset) =>
      Array.from(written.matchAll(new RegExp(pattern, 'g')), ({ index, 0: found }) => ({
        start: offset + index,
        end: offset + index + found.length,
      })),
  };
}

/** The source's own line ends, which Python reads as one; an escaped carriage return is rare enough to be one too. */
const withLineFeeds = (text: string): string => text.replace(/\r\n/g, '\n');

function readOne(found: string): string {
  if (found === '{{') return '{';
  if (found === '}}') return '}';
  if (!found.startsWith('\\')) return found;
  const rest = found.slice(1);
  const hexadecimal = /^[Uux]([\da-fA-F]{2,8})$/.exec(rest)?.[1];
  const point =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : /^[0-7]{1,3}$/.test(rest)
        ? Number.parseInt(rest, 8)
        : null;
  if (point !== null) return point <= 0x10ffff ? String.fromCodePoint(point) : found;
  // An escape that Python does not know keeps its backslash.
  return CONTROL[rest] ?? found;
}
