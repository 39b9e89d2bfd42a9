/** Walks along the blocks of prose of a passage. */
import type { Block, BlockKind, Passage } from '../prompt-text.ts';

const PROSE: ReadonlySet<BlockKind> = new Set(['paragraph', 'heading', 'listItem', 'quote']);

/** The blocks in which words are words: no code, no data, no markup, no table. */
export const proseBlocks = ({ blocks }: Passage): readonly Block[] =>
  blocks.filter(({ kind }) => PROSE.has(kind));
