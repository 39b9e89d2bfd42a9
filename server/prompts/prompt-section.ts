/** What a prompt is made of, for counts by section. */
import type { Message } from '../../protocol/messages.ts';
import { closesFence, openingFence } from './fences.ts';
import { isBlank, splitLines, withoutLineEnd } from './lines.ts';
import type { PromptPart, Span } from './prompt-part.ts';

/**
 * `role`: a message, also of a literal in a program. `heading`: what is below a Markdown heading, its subsections
 * included. `examples`: a block of few-shot examples; `example`: one of them. They nest, so that counts of different
 * kinds are not to be added up.
 */
export type SectionKind = 'role' | 'heading' | 'examples' | 'example';

/** A section: offsets in the file, without blank lines at its end. */
export interface PromptSection extends Span {
  readonly kind: SectionKind;
  /** The role, the heading's text, or the label of an example. */
  readonly title: string;
  /** Of a `role` section; null for the others. */
  readonly role: Message['role'] | null;
  /** Line of the heading, label or role line, from 0: where a lens belongs. */
  readonly line: number;
  /** Index of the part that it lies in. */
  readonly part: number;
  /** Of a heading 1 to 6; 0 for the others. */
  readonly level: number;
}

/** Messages with fewer UTF-16 units are read at a glance and have no headings of their own. */
const LONG_MESSAGE = 400;

/** More are no outline but noise. */
const MOST_SECTIONS = 2000;

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;
const BOLD_LINE = /^[ \t]*(?:\*\*|__)([^*_\r\n]{1,80})(?:\*\*|__):?[ \t]*$/;
const EXAMPLES = /^(?:few[- ]shot )?examples?(?: (?:inputs?|outputs?|pairs?|responses?|conversations?))?:?$/i;
const EXAMPLE =
  /^(?:few[- ]shot )?(?:example|sample|shot|case)[ \t]+#?(?:\d{1,4}|[a-z]|[ivx]{1,5})\b.{0,80}$/i;
const INPUT = /^[ \t>*_-]*(?:input|question|q|query)[*_]*:/i;
const OUTPUT = /^[ \t>*_-]*(?:output|answer|a|response)[*_]*:/i;

/** An opened section that has no end yet. */
interface Open {
  readonly kind: 'heading' | 'examples' | 'example';
  readonly title: string;
  readonly level: number;
  readonly start: number;
  readonly line: number;
  /** How it was written, which says what ends it. */
  readonly by: 'heading' | 'label' | 'pair' | 'tag';
  /** Of a pair: whether its output was seen, without which it is no example. */
  complete: boolean;
}

/** The sections of parts, in the order of their beginnings; one pass over `text`. */
export function listSections(
  text: string,
  parts: readonly PromptPart[],
  roleLines: readonly (number | null)[] = [],
): readonly PromptSection[] {
  const lineAt = lineCounter(text);
  const sections: PromptSection[] = [];
  for (const [index, part] of parts.entries()) {
    const { role, start, end } = part;
    const line = lineAt(roleLines[index] ?? start);
    sections.push({ kind: 'role', title: role, role, start, end, line, part: index, level: 0 });
    for (const inner of innerSections(text.slice(start, end), start, lineAt(start)))
      if (sections.length < MOST_SECTIONS) sections.push({ ...inner, role: null, part: index });
  }
  return sections;
}

type Inner = Omit<PromptSection, 'role' | 'part'>;

function innerSections(message: string, offset: number, firstLine: number): readonly Inner[] {
  const found: (Inner & { readonly order: number })[] = [];
  const open: Open[] = [];
  const long = message.length >= LONG_MESSAGE;
  let fence: string | null = null;
  let at = offset;
  // Behind the last line that is not blank: where a section ends that the next one closes.
  let end = offset;
  const close = (ends: (one: Open) => boolean) => {
    for (;;) {
      const last = open.at(-1);
      if (last === undefined || !ends(last)) return;
      open.pop();
      const { kind, title, level, start, line, complete } = last;
      if (complete) found.push({ kind, title, level, start, line, end, order: found.length });
    }
  };
  for (const [index, written] of splitLines(message).entries()) {
    const line = withoutLineEnd(written);
    const inFence = fence !== null;
    fence = fence === null ? openingFence(line) : closesFence(line, fence) ? null : fence;
    const mark = inFence || isBlank(line) ? null : markOf(line);
    const begin = (kind: Open['kind'], title: string, by: Open['by'], level = 0) =>
      open.push({ kind, title, level, start: at, line: firstLine + index, by, complete: by !== 'pair' });
    if (mark?.kind === 'heading') {
      const { level, title } = mark;
      close((one) => one.by === 'label' || one.by === 'pair' || (one.by === 'heading' && one.level >= level));
      const kind = EXAMPLES.test(title) ? 'examples' : EXAMPLE.test(title) ? 'example' : 'heading';
      if (kind !== 'heading' || long) begin(kind, title, 'heading', level);
    } else if (mark?.kind === 'label') {
      close((one) => one.by === 'pair' || one.by === 'label');
      begin(EXAMPLES.test(mark.title) ? 'examples' : 'example', mark.title, 'label');
    } else if (mark?.kind === 'input') {
      const within = open.some((one) => one.kind === 'example' && one.by !== 'pair');
      if (!within) {
        close((one) => one.by === 'pair');
        begin('example', titleOfPair(line), 'pair');
      }
    } else if (mark?.kind === 'output') {
      const pair = open.at(-1);
      if (pair?.by === 'pair') pair.complete = true;
    } else if (mark?.kind === 'tag' && mark.opens) {
      begin(mark.plural ? 'examples' : 'example', mark.plural ? 'examples' : 'example', 'tag');
    } else if (mark?.kind === 'tag') {
      end = at + line.length;
      const kind = mark.plural ? 'examples' : 'example';
      if (open.some((one) => one.by === 'tag' && one.kind === kind)) {
        close((one) => !(one.by === 'tag' && one.kind === kind));
        let closed = false;
        close(() => {
          const first = !closed;
          closed = true;
          return first;
        });
      }
    }
    at += written.length;
    if (!isBlank(line)) end = at - written.length + line.trimEnd().length;
  }
  close(() => true);
  return found.sort((a, b) => a.start - b.start || b.end - a.end).map(({ order: _, ...one }) => one);
}

type Mark =
  | { readonly kind: 'heading'; readonly title: string; readonly level: number }
  | { readonly kind: 'label'; readonly title: string }
  | { readonly kind: 'input' | 'output' }
  | { readonly kind: 'tag'; readonly plural: boolean; readonly opens: boolean };

/** Whatever is a mark begins with one of these; most lines of prose are done with here. */
const MAY_BE_MARK = /^[ \t>*_-]*(?:#|<\/?e|\*\*|__|ex|few|sample|shot|case|in|q|out|an|a[*_]*:|res)/i;

function markOf(line: string): Mark | null {
  if (!MAY_BE_MARK.test(line)) return null;
  if (line.length > 500)
    return INPUT.test(line) ? { kind: 'input' } : OUTPUT.test(line) ? { kind: 'output' } : null;
  const heading = HEADING.exec(line);
  if (heading !== null)
    return { kind: 'heading', title: bare(heading[2] ?? ''), level: (heading[1] ?? '').length };
  const tag = /^[ \t]*<(\/?)example(s?)(?:[ \t][^<>]*)?>[ \t]*$/i.exec(line);
  if (tag !== null) return { kind: 'tag', plural: tag[2] !== '', opens: tag[1] === '' };
  const label = bare(BOLD_LINE.exec(line)?.[1] ?? line);
  const isLabel =
    EXAMPLE.test(label) && (/:$/.test(line.trim()) || BOLD_LINE.test(line) || label.length < 14);
  if (isLabel || (EXAMPLES.test(label) && /:|\*\*|__/.test(line))) return { kind: 'label', title: label };
  if (INPUT.test(line)) return { kind: 'input' };
  return OUTPUT.test(line) ? { kind: 'output' } : null;
}

const bare = (title: string): string =>
  title
    .replace(/[*_`]+/g, '')
    .trim()
    .replace(/:$/, '');

const titleOfPair = (line: string): string => line.trim().slice(0, 40);

/** Lines of offsets that mostly grow, counted on from the last one. */
export function lineCounter(text: string): (offset: number) => number {
  let line = 0;
  let known = 0;
  return (offset) => {
    if (offset < known) {
      line = 0;
      known = 0;
    }
    for (; known < offset; known += 1) {
      const unit = text.charCodeAt(known);
      if (unit === 10 || (unit === 13 && text.charCodeAt(known + 1) !== 10)) line += 1;
    }
    return line;
  };
}
