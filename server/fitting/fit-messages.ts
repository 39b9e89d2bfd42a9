/** Messages with the context that they mark, fitted: nothing outside of the marks changes. */
import type { Message } from '../../protocol/messages.ts';
import {
  type ContextBlock,
  contextBlocks,
  hasContextBlock,
  outsideOfContext,
} from '../prompts/context-blocks.ts';
import { createFitter, type Fit, type Fitter, type Gap } from './fit.ts';
import { markedPlaces, markGaps, markPieces } from './marker.ts';
import type { Piece } from './rank.ts';
import type { Replacement } from './replacement.ts';

/** A block with where it is. */
interface PlacedBlock extends ContextBlock {
  readonly message: number;
}

/** The context of some messages, read once. */
export interface MarkedContext {
  readonly pieces: readonly Piece[];
  /** All blocks with their marks, as they stand in the messages. */
  readonly text: string;
  readonly fitter: Fitter;
  /** The messages with what a fit keeps, and their blocks as they stand there then. */
  apply(fit: Fit): { readonly messages: readonly Message[]; readonly text: string };
  /** What of the messages a fit replaces by what, in their order. */
  replacements(fit: Fit): readonly Replacement[];
}

/** True where something is marked. A model's own words are never taken for context. */
export const hasContext = (messages: readonly Message[]): boolean =>
  messages.some(({ role, content }) => role !== 'assistant' && hasContextBlock(content));

/**
 * Reads the context of `messages`; null where nothing is marked. What is relevant is told by the last message of the
 * user that says something outside of the marks, but for those that `isQuestion` says no to.
 */
export function readContext(
  messages: readonly Message[],
  isQuestion: (content: string) => boolean = () => true,
): MarkedContext | null {
  const blocks = messages.flatMap((message, index) =>
    blocksOf(message).map((block): PlacedBlock => ({ ...block, message: index })),
  );
  if (blocks.length === 0) return null;
  const textOf = ({ message, textStart, textEnd }: PlacedBlock) =>
    (messages[message] as Message).content.slice(textStart, textEnd);
  const pieces = blocks.map((block): Piece => ({ name: block.name, text: textOf(block) }));
  return {
    pieces,
    text: blocks
      .map(({ message, start, end }) => (messages[message] as Message).content.slice(start, end))
      .join(''),
    fitter: createFitter(pieces, questionOf(messages, isQuestion)),
    apply: (fit) => apply(messages, blocks, pieces, fit),
    replacements: (fit) => replacements(messages, blocks, pieces, fit),
  };
}

const blocksOf = ({ role, content }: Message): readonly ContextBlock[] =>
  role === 'assistant' ? [] : contextBlocks(content);

function questionOf(messages: readonly Message[], isQuestion: (content: string) => boolean): string {
  const asked = messages.filter(({ role, content }) => role === 'user' && isQuestion(content));
  return asked.map(({ content }) => outsideOfContext(content)).findLast((text) => text.trim() !== '') ?? '';
}

function apply(
  messages: readonly Message[],
  blocks: readonly PlacedBlock[],
  pieces: readonly Piece[],
  fit: Fit,
): { readonly messages: readonly Message[]; readonly text: string } {
  const changed = new Map<number, string[]>();
  const text: string[] = [];
  let at = 0;
  for (const [index, block] of blocks.entries()) {
    const { message, start, end } = block;
    const { content } = messages[message] as Message;
    const parts = changed.get(message) ?? [];
    if (!changed.has(message)) at = 0;
    changed.set(message, parts);
    const fitted = fittedBlock(content, blocks, pieces, fit, index);
    parts.push(content.slice(at, start), fitted);
    text.push(fitted);
    at = end;
    if (blocks[index + 1]?.message !== message) parts.push(content.slice(at));
  }
  return {
    messages: messages.map((message, index) => {
      const parts = changed.get(index);
      return parts === undefined ? message : { ...message, content: parts.join('') };
    }),
    text: text.join(''),
  };
}

/** A block as it is sent: whole, with markers, or "" where the marker of a run of blocks stands before it. */
function fittedBlock(
  content: string,
  blocks: readonly PlacedBlock[],
  pieces: readonly Piece[],
  fit: Fit,
  index: number,
): string {
  const { start, textStart, textEnd, end } = blocks[index] as PlacedBlock;
  const piece = pieces[index] as Piece;
  const gaps = fit[index] ?? [];
  if (gaps.length === 0) return content.slice(start, end);
  if (!isGone(piece, gaps))
    return content.slice(start, textStart) + markGaps(pieces, piece, gaps) + content.slice(textEnd, end);
  if (goesWithTheLast(content, blocks, pieces, fit, index)) return '';
  const last = lastOfRun(content, blocks, pieces, fit, index);
  return runMarker(content, blocks, pieces, fit, index, last);
}

/** True for a block of which nothing is left, right after another one of which nothing is left. */
const goesWithTheLast = (
  content: string,
  blocks: readonly PlacedBlock[],
  pieces: readonly Piece[],
  fit: Fit,
  at: number,
): boolean =>
  isGone(pieces[at], fit[at]) &&
  isGone(pieces[at - 1], fit[at - 1]) &&
  blocks[at - 1]?.message === blocks[at]?.message &&
  content.slice(blocks[at - 1]?.end, blocks[at]?.start).trim() === '';

function lastOfRun(
  content: string,
  blocks: readonly PlacedBlock[],
  pieces: readonly Piece[],
  fit: Fit,
  first: number,
): number {
  let last = first;
  while (goesWithTheLast(content, blocks, pieces, fit, last + 1)) last += 1;
  return last;
}

function runMarker(
  content: string,
  blocks: readonly PlacedBlock[],
  pieces: readonly Piece[],
  fit: Fit,
  first: number,
  last: number,
): string {
  const run = pieces.slice(first, last + 1).map((piece, at) => ({ piece, gaps: fit[first + at] ?? [] }));
  return markPieces(pieces, run) + (content[(blocks[first]?.end ?? 0) - 1] === '\n' ? '\n' : '');
}

function replacements(
  messages: readonly Message[],
  blocks: readonly PlacedBlock[],
  pieces: readonly Piece[],
  fit: Fit,
): readonly Replacement[] {
  return blocks.flatMap(({ message, start: from }, first): readonly Replacement[] => {
    const { content, role } = messages[message] as Message;
    const piece = pieces[first] as Piece;
    const gaps = fit[first] ?? [];
    if (gaps.length === 0 || goesWithTheLast(content, blocks, pieces, fit, first)) return [];
    if (!isGone(piece, gaps))
      return markedPlaces(pieces, piece, gaps).map(({ start, end, marker }) => ({
        ...{ role, first, last: first, start, end, after: marker },
        before: piece.text.slice(start, end),
      }));
    const last = lastOfRun(content, blocks, pieces, fit, first);
    const after = runMarker(content, blocks, pieces, fit, first, last);
    const before = content.slice(from, blocks[last]?.end);
    return [{ role, first, last, start: 0, end: Number.POSITIVE_INFINITY, before, after }];
  });
}

/** True when nothing is left of a piece that was not empty. */
function isGone(piece: Piece | undefined, gaps: readonly Gap[] | undefined): boolean {
  const length = (gaps ?? []).reduce((sum, { start, end }) => sum + end - start, 0);
  return piece !== undefined && length > 0 && length === piece.text.length;
}
