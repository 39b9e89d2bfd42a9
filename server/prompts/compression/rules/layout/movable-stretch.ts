/** What can be taken from its place and stand at the end of a message without a change of what it says. */
import type { Span } from '../../../prompt-part.ts';
import type { Passage } from '../../prompt-text.ts';

/** A stretch that is taken out, with the space behind it, and the text that goes to the end. */
export interface MovableStretch extends Span {
  readonly text: string;
}

/** Longer paragraphs are more than the part that changes, in UTF-16 units. */
const LONGEST = 300;
/** What points at its neighbours, or is pointed at by its place. */
const POINTS =
  /\b(?:above|below|following|previous|next|first|then|here|this|these|those|it|they|as follows)\b/i;
const LABELLED = /^[\p{L}][\p{L}\p{N} ]{0,40}:[ \t]*\S/u;

/** The paragraph around a stretch, or its line where that is a statement by itself; null where it has to stay. */
export function movableStretch(passage: Passage, { start, end }: Span): MovableStretch | null {
  const { text, blocks, kept } = passage;
  // A line of its own would need the indentation that the format writes.
  if (kept.some(({ kind }) => kind === 'fixed')) return null;
  const index = blocks.findIndex((block) => block.start <= start && end <= block.end);
  const block = blocks[index];
  if (block?.kind !== 'paragraph' || isFramed(text, block.start)) return null;
  const before = blocks[index - 1];
  const introduces =
    before !== undefined && (before.kind === 'heading' || /:\s*$/.test(text.slice(before.start, before.end)));
  if (!text.slice(block.start, block.end).includes('\n'))
    return introduces ? null : statement(text, block.start, block.end);
  const from = Math.max(block.start, text.lastIndexOf('\n', start - 1) + 1);
  const newline = text.indexOf('\n', end);
  const to = newline === -1 ? block.end : Math.min(newline, block.end);
  if (from === block.start && introduces) return null;
  const lineBefore = text.slice(block.start, from).trimEnd();
  return lineBefore === '' || /[.!?]$/.test(lineBefore) ? statement(text, from, to) : null;
}

function statement(text: string, start: number, end: number): MovableStretch | null {
  const written = text.slice(start, end).trim();
  const isWhole = /[.!?]$/.test(written) || (LABELLED.test(written) && !written.endsWith(':'));
  if (!isWhole || written.length > LONGEST || POINTS.test(written)) return null;
  const rest = text.slice(end);
  return { start, end: end + rest.length - rest.trimStart().length, text: written };
}

/** True within a tag on a line of its own that is not closed before. */
function isFramed(text: string, at: number): boolean {
  let depth = 0;
  for (const [, closes] of text.slice(0, at).matchAll(/^[ \t]*<(\/?)[\p{L}_][^<>\n]*(?<!\/)>[ \t]*\r?$/gmu))
    depth += closes === '/' ? -1 : 1;
  return depth > 0;
}
