/**
 * The layout of YAML: its indentation and the white space between its parts. Comments, scalars of several lines and
 * collections in brackets stay byte for byte, and what comes out is proven to parse to the same value.
 */
import { type Document, isScalar, type Node, parseDocument, visit } from 'yaml';
import { splitLines, withoutLineEnd } from '../../lines.ts';
import type { Span } from '../../prompt-part.ts';
import { isCostlyYaml } from '../../yaml-entries.ts';
import { type Replacement, replaced } from './places.ts';

/** What people write, and a step that mostly takes a token less per line but is worth it for a twentieth only. */
const STEPS = [
  { step: 2, most: 1 },
  { step: 1, most: 0.95 },
];

/** Indentation, a blank line, or spaces in a row or at a line's end. */
const LOOSE = /\n[ \r\n]| {2}| (?=[\r\n])/;

/** What is read of YAML: its value in one spelling, stretches whose later lines stay, and wide gaps behind colons. */
interface Reading {
  readonly value: string;
  readonly untouched: readonly Span[];
  readonly gaps: readonly Replacement[];
}

/**
 * What indents with the fewest tokens and drops blank lines and needless spaces, or null where nothing is gained or the
 * text is not one document of YAML that can be read in a short time. `variables` are taken for text.
 */
export function tightYaml(
  text: string,
  variables: readonly Span[],
  tokens: (text: string) => number,
): readonly Replacement[] | null {
  if (!LOOSE.test(text) || text.includes('\t') || isCostlyYaml(text)) return null;
  const masked = replaced(
    text,
    variables.map(({ start, end }) => ({ start, end, replacement: 'v'.repeat(end - start) })),
  );
  const reading = read(masked);
  if (reading === null) return null;
  let least = tokens(text);
  let best: readonly Replacement[] | null = null;
  for (const { step, most } of STEPS) {
    const shortened = [...ofLines(masked, reading.untouched, step), ...reading.gaps]
      .sort((one, other) => one.start - other.start)
      .filter(({ start, end, replacement }) => replacement.length < end - start);
    const count = tokens(replaced(text, shortened));
    if (count >= least || count > least * most) continue;
    least = count;
    best = shortened;
  }
  return best !== null && read(replaced(masked, best))?.value === reading.value ? best : null;
}

function read(text: string): Reading | null {
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      logLevel: 'error',
      // Whether a key stands twice is not asked here, and takes quadratic time.
      uniqueKeys: false,
    });
    if (document.errors.length > 0 || document.warnings.length > 0) return null;
    if (document.contents === null || isScalar(document.contents)) return null;
    const value = JSON.stringify(document.toJS());
    const layout = layoutOf(document, text);
    return layout === null ? null : { value, ...layout };
  } catch {
    // An alias without an anchor, or aliases that multiply beyond measure: it is left as it is.
    return null;
  }
}

function layoutOf(document: Document, text: string): Pick<Reading, 'untouched' | 'gaps'> | null {
  const untouched: Span[] = [];
  const gaps: Replacement[] = [];
  let known = true;
  visit(document, {
    Node(_, node: Node) {
      const [start, end] = node.range ?? [0, 0];
      const whole = isScalar(node) || ('flow' in node && node.flow === true);
      if (whole && text.slice(start, end).includes('\n')) untouched.push({ start, end });
      // A number says how far the text is indented beyond its parent: it would have to change with it.
      if (isScalar(node) && node.type?.startsWith('BLOCK') === true && /[|>][+-]?\d/y.test(text.slice(start)))
        known = false;
    },
    Pair(_, { key, value }) {
      const from = isScalar(key) ? key.range?.[1] : undefined;
      const to = isScalar(value) && value.source !== '' ? value.range?.[0] : undefined;
      if (from === undefined || to === undefined) return;
      const between = text.slice(from, to);
      if (/^: {2,}$/.test(between)) gaps.push({ start: from + 1, end: to, replacement: ' ' });
    },
  });
  return known ? { untouched, gaps } : null;
}

/** A column of the text and where it comes to lie. */
interface Level {
  readonly old: number;
  readonly now: number;
}

function* ofLines(text: string, untouched: readonly Span[], step: number): Iterable<Replacement> {
  const inside = insideOf(untouched);
  let levels: Level[] = [];
  let start = 0;
  for (const line of splitLines(text)) {
    const written = withoutLineEnd(line);
    const content = written.trimEnd();
    const indent = content.length - content.trimStart().length;
    const offset = start;
    start += line.length;
    if (inside(offset)) continue;
    if (content === '') {
      yield { start: offset, end: start, replacement: '' };
      continue;
    }
    const isComment = content[indent] === '#';
    levels = isComment ? levels : levelsAt(levels, indent, step);
    // A comment has no level of its own; it goes with the lines of its column or stays where it is.
    const now = levels.findLast(({ old }) => old === indent)?.now ?? indent;
    yield { start: offset, end: offset + indent, replacement: ' '.repeat(now) };
    if (isComment) continue;
    let column = indent;
    let place = now;
    for (let dash = dashAt(content, column); dash > 0; dash = dashAt(content, column)) {
      yield { start: offset + column + 1, end: offset + column + dash, replacement: ' ' };
      column += dash;
      place += 2;
      levels.push({ old: column, now: place });
    }
    yield { start: offset + content.length, end: offset + written.length, replacement: '' };
  }
}

/** The open levels at a line that is indented by `indent`. The outermost stays: its place is that of the fence. */
function levelsAt(levels: readonly Level[], indent: number, step: number): Level[] {
  const open = levels.filter(({ old }) => old <= indent);
  const parent = open.at(-1);
  if (parent?.old === indent) return open;
  const now = parent === undefined ? indent : parent.now + Math.min(step, indent - parent.old);
  return [...open, { old: indent, now }];
}

/** The length of a list's dash with the spaces behind it at `column`; 0 for none. */
function dashAt(content: string, column: number): number {
  if (content[column] !== '-' || content[column + 1] !== ' ') return 0;
  let end = column + 1;
  while (content[end] === ' ') end++;
  return end - column;
}

/** Whether an offset lies within one of the stretches; to be asked with growing offsets. */
function insideOf(spans: readonly Span[]): (offset: number) => boolean {
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  let next = 0;
  let end = 0;
  return (offset) => {
    for (let span = sorted[next]; span !== undefined && span.start < offset; span = sorted[++next])
      end = Math.max(end, span.end);
    return offset < end;
  };
}
