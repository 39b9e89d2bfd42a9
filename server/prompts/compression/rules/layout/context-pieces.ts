/** The context that a prompt marks, in all of its messages. */
import { type ContextBlock, contextBlocks, outsideOfContext } from '../../../context-blocks.ts';
import type { Passage, PromptText } from '../../prompt-text.ts';

/** A piece of context with where it is: offsets in its passage. */
export interface ContextPiece extends ContextBlock {
  readonly passage: number;
  readonly text: string;
  /** True where all that it says comes from a variable, so that nothing can be said of it before a run. */
  readonly isFilled: boolean;
  /** Offsets of the opening line without its line end. */
  readonly openingEnd: number;
}

/** The pieces in their order; a model's own words have none. */
export const contextPieces = ({ passages }: PromptText): readonly ContextPiece[] =>
  passages.flatMap((passage, index) =>
    passage.role === 'assistant'
      ? []
      : contextBlocks(passage.text).map((block) => ({
          ...block,
          passage: index,
          text: passage.text.slice(block.textStart, block.textEnd),
          isFilled: isFilled(passage, block),
          openingEnd: block.start + passage.text.slice(block.start, block.textStart).trimEnd().length,
        })),
  );

/** What is filled in is written shorter, in UTF-16 units. */
const LONGEST_FILLED = 500;

function isFilled(passage: Passage, { textStart, textEnd }: ContextBlock): boolean {
  if (textEnd - textStart > LONGEST_FILLED) return false;
  let own = textEnd - textStart - passage.text.slice(textStart, textEnd).replace(/\S+/g, '').length;
  for (const { kind, start, end } of passage.kept)
    if (kind === 'variable' && start >= textStart && end <= textEnd) own -= end - start;
  return own <= 0;
}

/** What the last message of the user that says something asks outside of the marks; null where a variable is part of it. */
export function questionOf({ passages }: PromptText): string | null {
  const asked = passages.findLast(
    ({ role, includedFrom, text }) =>
      role === 'user' && includedFrom === null && outsideOfContext(text).trim() !== '',
  );
  if (asked === undefined) return null;
  const blocks = contextBlocks(asked.text);
  const isOutside = (at: number) => !blocks.some(({ start, end }) => start <= at && at < end);
  const isOpen = asked.kept.some(
    ({ kind, start }) => kind === 'variable' && isOutside(start) && !isMark(asked.text, start),
  );
  return isOpen ? null : outsideOfContext(asked.text);
}

/** A tag such as `<context>` is kept like a variable. */
const isMark = (text: string, at: number): boolean => text[at] === '<';
