/** A prompt cut where its sections begin and end, so that each piece is counted once and sections are sums of pieces. */
import type { PromptDocument } from '../prompts/prompt-document.ts';
import type { Span } from '../prompts/prompt-part.ts';
import type { PromptSection } from '../prompts/prompt-section.ts';

/** A piece of a message, in offsets of the file. */
export interface Leaf extends Span {
  /** Index of its part. */
  readonly part: number;
}

/** A section and the pieces that it consists of. */
export interface OutlineSection extends PromptSection {
  /** How many sections it is in: 0 for a message. */
  readonly depth: number;
  /** Indices of the first of its pieces and of the one after its last. */
  readonly firstLeaf: number;
  readonly endLeaf: number;
}

/** All of them, in the order of the file. */
export interface Outline {
  readonly leaves: readonly Leaf[];
  readonly sections: readonly OutlineSection[];
}

/** The outline of a prompt. */
export function outlineOf({ text, parts, sections }: PromptDocument): Outline {
  const byPart = Map.groupBy(sections, ({ part }) => part);
  const leaves: Leaf[] = [];
  const found: OutlineSection[] = [];
  for (const [part, { start, end }] of parts.entries()) {
    const inner = byPart.get(part) ?? [];
    const cuts = new Set([start]);
    for (const section of inner) {
      if (section.kind === 'role') continue;
      cuts.add(section.start);
      const after = nextLine(text, section.end, end);
      if (after < end) cuts.add(after);
    }
    const sorted = [...cuts].filter((cut) => cut >= start && cut < end).sort((one, other) => one - other);
    const first = leaves.length;
    leaves.push(...sorted.map((cut, index) => ({ part, start: cut, end: sorted[index + 1] ?? end })));
    const leafAt = (offset: number) => first + firstAtOrAfter(sorted, offset);
    const around: PromptSection[] = [];
    for (const section of inner) {
      while (around.length > 0 && (around.at(-1)?.end ?? 0) <= section.start) around.pop();
      found.push({
        ...section,
        depth: around.length,
        firstLeaf: leafAt(section.start),
        endLeaf: leafAt(section.end),
      });
      around.push(section);
    }
  }
  return { leaves, sections: found };
}

/**
 * The beginning of the next line that is not blank. There, and not at the end of a line, a text can be cut without
 * changing its count: line ends are a token together with what stands before them.
 */
function nextLine(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isLineEnd(text.charCodeAt(at))) at++;
  let begins = at;
  for (; at < end; at++) {
    if (isLineEnd(text.charCodeAt(at))) begins = at + 1;
    else if (!/\s/.test(text.charAt(at))) return begins;
  }
  return end;
}

const isLineEnd = (unit: number): boolean => unit === 10 || unit === 13;

/** Index of the first number that is not less; the length of the list where there is none. */
function firstAtOrAfter(ascending: readonly number[], least: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
