/** Where rules on data look: the passages that may be edited, and what lies in a stretch of them. */
import type { Span } from '../../prompt-part.ts';
import type { Block, Kept, Passage, PromptText } from '../prompt-text.ts';
import type { Edit } from '../rule.ts';

/** A passage with its index in the prompt. */
export interface Place {
  readonly passage: Passage;
  readonly index: number;
}

/** A replacement in a text, in UTF-16 units. */
export interface Replacement extends Span {
  readonly replacement: string;
}

/** The passages of the prompt's own file, in their order. */
export function* ownPassages(prompt: PromptText): Iterable<Place> {
  for (const [index, passage] of prompt.passages.entries()) {
    if (passage.includedFrom === null) yield { passage, index };
  }
}

/** The blocks of the prompt's own file for which `wanted` is true. */
export function* ownBlocks(
  prompt: PromptText,
  wanted: (block: Block) => boolean,
): Iterable<Place & { readonly block: Block }> {
  for (const place of ownPassages(prompt)) {
    for (const block of place.passage.blocks) if (wanted(block)) yield { ...place, block };
  }
}

/** A line that opens a fence, with its line end. */
const FENCE = /^[ \t]*(?:`{3,}|~{3,})[^\r\n]*(?:\r\n|\r|\n|$)/;
/** A line that closes one, with the line end before it; the block may hold the first half of the one behind it. */
const FENCE_END = /(?:\r\n|\r|\n)[ \t>]*(?:`{3,}|~{3,})[ \t\r]*$/;

/** What is in a block: of a fence the lines between its marks, with their indentation; of anything else all of it. */
export function contentOf(text: string, block: Span): Span {
  const written = text.slice(block.start, block.end);
  const opening = FENCE.exec(written)?.[0].length ?? 0;
  if (opening === 0) return { start: block.start, end: block.end };
  // The mark is at most a line's length from the end: a pattern that may begin at every line end sees no more.
  const tail = written.slice(Math.max(opening - 1, written.length - 256));
  const closing = FENCE_END.exec(tail)?.[0].length ?? 0;
  return { start: block.start + opening, end: Math.max(block.start + opening, block.end - closing) };
}

/** The stretch without blanks at its ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  const written = text.slice(start, end);
  const first = start + (written.length - written.trimStart().length);
  return { start: first, end: Math.max(first, start + written.trimEnd().length) };
}

/** What is kept and overlaps the stretch, in its order. */
export function keptIn({ kept }: Passage, { start, end }: Span): readonly Kept[] {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < kept.length && (kept[last]?.start ?? end) < end) last++;
  return kept.slice(low, last);
}

/** The variables in a stretch in offsets of it; null where it has what only its file's format writes, such as indentation. */
export function variablesIn(passage: Passage, span: Span): readonly Span[] | null {
  const kept = keptIn(passage, span);
  if (kept.some(({ kind }) => kind === 'fixed')) return null;
  return kept
    .filter(({ kind }) => kind === 'variable')
    .map(({ start, end }) => ({ start: start - span.start, end: end - span.start }));
}

/** The text with the replacements made, which are in their order and do not overlap. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const { start, end: next, replacement } of replacements) {
    parts.push(text.slice(end, start), replacement);
    end = next;
  }
  return parts.join('') + text.slice(end);
}

/** Replacements in a stretch that begins at `offset` as edits of a passage. */
export const editsAt = (
  passage: number,
  offset: number,
  replacements: readonly Replacement[],
): readonly Edit[] =>
  replacements.map(({ start, end, replacement }) => ({
    passage,
    start: offset + start,
    end: offset + end,
    replacement,
  }));
