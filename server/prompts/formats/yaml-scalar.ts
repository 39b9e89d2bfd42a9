/** Where the text of a YAML scalar lies in its file, and how it is read. */
import { parseDocument, type Scalar } from 'yaml';
import { isBlank, splitLines, withoutLineEnd } from '../lines.ts';
import type { PromptPart, Span } from '../prompt-part.ts';

type ScalarPart = Omit<PromptPart, 'role'>;

/**
 * The part of a scalar, with offsets of `text`; null for a blank one. Block scalars are read without blank lines
 * around them, as all messages are; quoted ones as they are.
 */
export function scalarPart(text: string, scalar: Scalar): ScalarPart | null {
  const { range, type, value } = scalar;
  if (!range || typeof value !== 'string' || isBlank(value)) return null;
  const [start, end] = range;
  const part =
    type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED'
      ? blockPart(text, start, end, type === 'BLOCK_FOLDED')
      : flowPart(text, start, end);
  const expected = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? withoutBlankLines(value) : value;
  // What is written in a way that is not known here is kept as it is.
  return part !== null && part.read(text.slice(part.start, part.end)) === expected
    ? part
    : opaquePart({ start, end }, text, expected);
}

/** A stretch that stands for a text and of which nothing may change. */
export function opaquePart({ start, end }: Span, text: string, value: string): ScalarPart {
  const written = text.slice(start, end);
  return { start, end, fixed: [{ start, end }], read: (one) => (one === written ? value : one) };
}

function blockPart(text: string, from: number, to: number, folded: boolean): ScalarPart | null {
  const lines = splitLines(text.slice(from, to));
  const [header = '', ...rest] = lines;
  const indentation = indentationOf(header, rest);
  if (indentation === null) return null;
  let start: number | null = null;
  let end = from;
  let at = from + header.length;
  const fixed: Span[] = [];
  for (const line of rest) {
    const indented = Math.min(indentation, line.length - line.trimStart().length);
    if (!isBlank(line)) {
      start ??= at + indented;
      end = at + withoutLineEnd(line).length;
    }
    if (indented > 0 && start !== null) fixed.push({ start: at, end: at + indented });
    at += line.length;
  }
  if (start === null) return null;
  const within = fixed.filter((span) => span.start >= (start ?? 0) && span.end <= end);
  const literal = (written: string) =>
    written.replace(/\r\n?/g, '\n').replace(indentationPattern(indentation), '\n');
  const read = folded ? (written: string) => readFolded(literal(written), written) : literal;
  return { start, end, fixed: within, read };
}

/** The header says it against the parent's indentation, so that it is taken from the first line, less what is told to be text. */
function indentationOf(header: string, lines: readonly string[]): number | null {
  const first = lines.find((line) => !isBlank(line));
  if (first === undefined) return null;
  const own = /^ */.exec(first)?.[0].length ?? 0;
  if (!/^[|>][+-]?[1-9]/.test(header)) return own;
  // The least of all lines is a guess, which is checked against YAML's own reading.
  return Math.min(...lines.filter((line) => !isBlank(line)).map((line) => /^ */.exec(line)?.[0].length ?? 0));
}

const indentationPattern = (indentation: number): RegExp => new RegExp(`\\n {0,${indentation}}`, 'g');

function readFolded(unindented: string, written: string): string {
  // A line by itself is not folded.
  if (!/\n[^\n]/.test(unindented)) return unindented.replace(/\n+$/, '');
  const source = `k: >1-\n ${unindented.replaceAll('\n', '\n ')}\n`;
  return textOfKey(source) ?? written;
}

function flowPart(text: string, from: number, to: number): ScalarPart {
  const quote = text[from];
  const quoted = quote === '"' || quote === "'";
  const [start, end] = quoted ? [from + 1, to - 1] : [from, to];
  const pattern = quote === '"' ? ESCAPE : quote === "'" ? /''|\s*[\r\n]\s*/g : /\s*[\r\n]\s*/g;
  const fixed = Array.from(text.slice(start, end).matchAll(pattern), ({ index, 0: found }) => ({
    start: start + index,
    end: start + index + found.length,
  }));
  const mark = quoted ? quote : '';
  // Without an escape or a line break each is sent as it is written.
  const read = (written: string) =>
    /[\\\r\n']/.test(written) && (quoted || /[\r\n]/.test(written))
      ? (textOfKey(`k: ${mark}${written.replace(/\r\n?|\n/g, '\n ')}${mark}\n`) ?? written)
      : written;
  return { start, end, fixed, read };
}

const ESCAPE = /\\(?:x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|\r\n|[\s\S])|[ \t]*[\r\n]\s*/gi;

/** The text of the one key of a small document; null where it is none. */
function textOfKey(yaml: string): string | null {
  const { errors, contents } = parseDocument(yaml, { prettyErrors: false, logLevel: 'silent' });
  if (errors.length > 0 || contents === null) return null;
  const value: unknown = 'get' in contents ? contents.get('k') : null;
  return typeof value === 'string' ? value : null;
}

function withoutBlankLines(text: string): string {
  const lines = splitLines(text);
  const first = lines.findIndex((line) => !isBlank(line));
  const last = lines.findLastIndex((line) => !isBlank(line));
  return withoutLineEnd(lines.slice(first, last + 1).join(''));
}
