/** Code in its declarations, by its layout. */
import { LONGEST_UNIT, type Unit } from './unit.ts';

/** Neighbouring single lines, such as imports, are joined up to this length. */
const LONGEST_JOINED = 800;

/**
 * Declarations at the left margin with all that is indented below them: by layout, so that it holds for every language
 * whose code is indented. Comments and decorators belong to what is below them, closing brackets to what is above. A
 * declaration that is too long, such as a large class, is cut into those inside of it in the same way.
 */
export function codeUnits(text: string): Unit[] {
  return declarations(text, 0, text.length, 0).flatMap(({ start, end }, group) =>
    parts(text, start, end, 0).map((part) => ({ ...part, group })),
  );
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The range itself, or the declarations inside of it where it is too long and has any. */
function parts(text: string, start: number, end: number, margin: number): Range[] {
  if (end - start <= LONGEST_UNIT) return [{ start, end }];
  const inner = innerMargin(text, start, end, margin);
  if (inner === null) return lineChunks(text, start, end);
  return declarations(text, start, end, inner).flatMap((part) => parts(text, part.start, part.end, inner));
}

/** What begins at `margin`, a number of white space characters; what is less indented goes with what is around it. */
function declarations(text: string, from: number, to: number, margin: number): Range[] {
  const found: Range[] = [];
  let start = from;
  let open = false;
  let lead = -1;
  let literal: Literal | null = null;
  for (const line of linesOf(text, from, to)) {
    const inside = literal !== null && line.start - literal.start < LONGEST_UNIT;
    literal = literalAfter(text, line, inside ? literal : null);
    if (inside || line.indent === line.length || line.indent !== margin) continue;
    const first = text.slice(line.start + line.indent, line.start + line.indent + LOOKED_AT);
    if (CONTINUES.test(first)) continue;
    if (LEADS.test(first)) {
      if (lead === -1) lead = line.start;
      continue;
    }
    const begin = lead === -1 ? line.start : lead;
    if (open && begin > start) {
      found.push({ start, end: begin });
      start = begin;
    }
    open = true;
    lead = -1;
  }
  if (to > start) found.push({ start, end: to });
  return joinLines(text, found);
}

/** So much of a line says what it is. */
const LOOKED_AT = 12;
/** A line such as "})", "} else {", "{" or "end" goes on with what is above it. */
const CONTINUES =
  /^(?:[{}\])]|(?:end|else|elif|except|finally|catch|rescue|ensure|then|do|fi|done|esac)\b|(?:public|private|protected|default)\s*:)/;
const LEADS = /^(?:\/\/|\/\*|\*|#(?!include)|@|\[\w|"""|''')/;

interface Line extends Range {
  /** White space that it begins with. */
  readonly indent: number;
  /** Without its line end. */
  readonly length: number;
}

function* linesOf(text: string, from: number, to: number): Generator<Line> {
  for (let start = from; start < to; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 || newline >= to ? to : newline + 1;
    let stop = end;
    while (stop > start && isBlank(text.charCodeAt(stop - 1))) stop--;
    let at = start;
    while (at < stop && isBlank(text.charCodeAt(at))) at++;
    yield { start, end, indent: at - start, length: stop - start };
    start = end;
  }
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** A text of several lines inside of the code, whose lines begin where they like. */
interface Literal {
  readonly mark: string;
  readonly start: number;
}

/** The literal that is open behind a line, given the one that was open before it. */
function literalAfter(text: string, { start, end }: Range, before: Literal | null): Literal | null {
  let open = before;
  for (const [mark] of text.slice(start, end).matchAll(/\\.|`|"""|'''/g)) {
    if (mark.startsWith('\\')) continue;
    if (open === null) open = { mark, start };
    else if (open.mark === mark) open = null;
  }
  return open;
}

/** The least indentation beyond `margin`; null where nothing is indented deeper. */
function innerMargin(text: string, start: number, end: number, margin: number): number | null {
  let least = Number.POSITIVE_INFINITY;
  for (const { indent, length } of linesOf(text, start, end))
    if (length > 0 && indent > margin && indent < least) least = indent;
  return Number.isFinite(least) ? least : null;
}

/** Without any layout to go by: at the ends of lines, or anywhere in a line that has no end. */
function lineChunks(text: string, start: number, end: number): Range[] {
  const chunks: Range[] = [];
  let from = start;
  while (end - from > LONGEST_UNIT) {
    const newline = text.lastIndexOf('\n', from + LONGEST_UNIT - 1);
    const isLow = (text.charCodeAt(from + LONGEST_UNIT) & 0xfc00) === 0xdc00;
    const to = newline >= from ? newline + 1 : from + LONGEST_UNIT - (isLow ? 1 : 0);
    chunks.push({ start: from, end: to });
    from = to;
  }
  chunks.push({ start: from, end });
  return chunks;
}

/** Neighbouring single lines, such as imports or fields, are one unit. */
function joinLines(text: string, ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  let inLines = false;
  for (const { start, end } of ranges) {
    const last = joined.at(-1);
    const isLine = !text.slice(start, end).trim().includes('\n');
    if (last !== undefined && isLine && inLines && end - last.start <= LONGEST_JOINED)
      joined[joined.length - 1] = { start: last.start, end };
    else joined.push({ start, end });
    inLines = isLine;
  }
  return joined;
}
