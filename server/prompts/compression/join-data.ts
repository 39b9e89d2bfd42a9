/** JSON that Markdown takes for paragraphs, as blocks of data. */
import type { ReadBlock } from './blocks.ts';
import { dataEnd } from './data-stretch.ts';

/** A top-level JSON value without a fence, which Markdown takes for paragraphs, becomes one block. */
export function joinData(text: string, blocks: readonly ReadBlock[]): ReadBlock[] {
  const joined: ReadBlock[] = [];
  let covered = 0;
  /** Units that looking for the end of values may still read, so that it stays linear. */
  let budget = 2 * text.length;
  for (const block of blocks) {
    if (block.start < covered) continue;
    const end = block.kind === 'paragraph' && budget > 0 ? dataEnd(text, block.start) : null;
    if (end === null) {
      joined.push(block);
      continue;
    }
    budget -= end.read;
    if (end.end === null) {
      joined.push(block);
      continue;
    }
    covered = end.end;
    const span = { start: block.start, end: end.end };
    joined.push({ kind: 'data', ...span, language: 'json', level: 0, content: span });
  }
  return joined;
}
