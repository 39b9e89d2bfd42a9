/** Finds the examples of a few-shot prompt: sections named "Example 1", and pairs of "Input:" and "Output:" or the like. */
import type { Span } from '../../../prompt-part.ts';
import type { Passage } from '../../prompt-text.ts';
import { itemAt } from './item-at.ts';
import { wordsOf } from './words.ts';

export interface Shot extends Span {
  /** The index of its passage. */
  readonly passage: number;
  /** Three words in a row each; for comparing. */
  readonly shingles: ReadonlySet<string>;
  readonly wordCount: number;
}

const TITLE = /^(#{1,6}\s+|\*\*)?example(?:\s+(?:#\s?)?\d+|(?=\s*:?\s*$)(?<=#\s+example))\b[^\n]{0,80}$/i;
const OPENS = /^(?:\*\*)?(input|q|question|user|human|customer)(?:\s+\d+)?:/i;
const ANSWERS: Readonly<Record<string, RegExp>> = {
  input: /^(?:\*\*)?output(?:\s+\d+)?:/i,
  q: /^(?:\*\*)?a(?:\s+\d+)?:/i,
  question: /^(?:\*\*)?answer(?:\s+\d+)?:/i,
  user: /^(?:\*\*)?(?:assistant|ai|bot|model):/i,
  human: /^(?:\*\*)?(?:assistant|ai|bot|model):/i,
  customer: /^(?:\*\*)?(?:agent|assistant|support):/i,
};

interface Line extends Span {
  readonly text: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    lines.push({ start, end, text: text.slice(start, Math.min(end, start + 200)).trim() });
    start = end + 1;
  }
  return lines;
}

const headingLevel = (line: string): number => /^(#{1,6})\s/.exec(line)?.[1]?.length ?? 0;

/** Sections that a title opens; a heading of the same level or above ends one, and for titles without # a heading or a rule does. */
function titled(lines: readonly Line[]): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (!TITLE.test(itemAt(lines, at).text)) continue;
    const level = headingLevel(itemAt(lines, at).text);
    let end = at + 1;
    while (end < lines.length) {
      const { text } = itemAt(lines, end);
      const other = headingLevel(text);
      if (
        TITLE.test(text) ||
        (other > 0 && (level === 0 || other <= level)) ||
        /^(?:-{3,}|={3,}|\*{3,})$/.test(text)
      )
        break;
      end += 1;
    }
    while (end > at + 1 && itemAt(lines, end - 1).text === '') end -= 1;
    if (end > at + 1) spans.push({ start: itemAt(lines, at).start, end: itemAt(lines, end - 1).end });
    at = end - 1;
  }
  return spans;
}

/** Pairs end with the paragraph of their answer. */
function pairs(lines: readonly Line[]): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opens = OPENS.exec(itemAt(lines, at).text)?.[1]?.toLowerCase();
    const answers = opens === undefined ? undefined : ANSWERS[opens];
    if (answers === undefined) continue;
    let answer = at + 1;
    while (
      answer < lines.length &&
      answer < at + 40 &&
      !answers.test(itemAt(lines, answer).text) &&
      !OPENS.test(itemAt(lines, answer).text)
    )
      answer += 1;
    if (!answers.test(lines[answer]?.text ?? '')) continue;
    let end = answer + 1;
    while (end < lines.length && itemAt(lines, end).text !== '' && !OPENS.test(itemAt(lines, end).text))
      end += 1;
    spans.push({ start: itemAt(lines, at).start, end: itemAt(lines, end - 1).end });
    at = end - 1;
  }
  return spans;
}

function shinglesOf(words: readonly string[]): Set<string> {
  const shingles = new Set<string>();
  for (let at = 0; at + 2 < words.length; at += 1)
    shingles.add(`${words[at]} ${words[at + 1]} ${words[at + 2]}`);
  return shingles;
}

/** The examples of a passage, in their order; none where there is only one. */
export function shotsOf({ text, blocks }: Passage, passage: number): Shot[] {
  const lines = linesOf(text);
  const code = blocks.filter(({ kind }) => kind === 'code');
  const isProse = (span: Span): boolean =>
    !code.some(({ start, end }) => start < span.start && span.start < end);
  const sections = titled(lines).filter(isProse);
  const spans = sections.length >= 2 ? sections : pairs(lines).filter(isProse);
  if (spans.length < 2) return [];
  return spans.map((span) => {
    const words = wordsOf(text, span.start, span.end).map(({ lower }) => lower);
    // The number of an example says nothing about it.
    const said = words[0] === 'example' ? words.slice(/^\d+$/.test(words[1] ?? '') ? 2 : 1) : words;
    return { ...span, passage, shingles: shinglesOf(said), wordCount: words.length };
  });
}

/** The share of shingles that two examples have in common, of all that they have: 0 to 1. (Broder, 1997.) */
export function similarity(one: Shot, other: Shot): number {
  let common = 0;
  for (const shingle of one.shingles) if (other.shingles.has(shingle)) common += 1;
  const all = one.shingles.size + other.shingles.size - common;
  return all === 0 ? 0 : common / all;
}
