/**
 * The counts of documents in parts, such as the sections of a prompt, kept while they are edited: a part that is as it
 * was is not read again, and of one that changed only what is around the change.
 */
import type { Encoding } from './encoding.ts';
import type { Seams } from './seams.ts';
import { createTokenDocument, type TokenDocument } from './token-document.ts';

/** Documents whose parts are kept, and the text that they hold together in UTF-16 units. */
const MOST_DOCUMENTS = 16;
const MOST_UNITS = 4 * 1024 * 1024;

/** Counts parts. */
export interface PartCounts {
  /**
   * The tokens of each part of the document that `memo` names, each read by itself.
   *
   * @param read what is counted of a part, such as its text without variables; only called for parts that changed.
   */
  count(
    memo: string,
    parts: readonly string[],
    read: (part: string, index: number) => string,
  ): readonly number[];
}

interface Kept {
  readonly part: string;
  readonly document: TokenDocument;
}

/** Counts nothing yet. */
export function createPartCounts(encoding: Encoding, seams: Seams): PartCounts {
  /** The least recently used first. */
  const memos = new Map<string, readonly Kept[]>();

  function keep(memo: string, parts: readonly Kept[]): void {
    memos.delete(memo);
    memos.set(memo, parts);
    for (const oldest of memos.keys()) {
      if (memos.size <= 1 || (memos.size <= MOST_DOCUMENTS && unitsOf(memos) <= MOST_UNITS)) return;
      memos.delete(oldest);
    }
  }

  return {
    count(memo, parts, read) {
      const known = memos.get(memo) ?? [];
      const most = Math.min(known.length, parts.length);
      let head = 0;
      while (head < most && known[head]?.part === parts[head]) head++;
      let tail = 0;
      while (tail < most - head && known.at(-1 - tail)?.part === parts.at(-1 - tail)) tail++;
      // What lies between was edited; a part that is in the place of another is most likely the same, changed.
      const changed = parts.slice(head, parts.length - tail).map((part, index): Kept => {
        const place = head + index;
        const earlier = place < known.length - tail ? known[place]?.document : undefined;
        if (earlier === undefined)
          return { part, document: createTokenDocument(encoding, seams, read(part, place)) };
        earlier.update(read(part, place));
        return { part, document: earlier };
      });
      const now = [...known.slice(0, head), ...changed, ...known.slice(known.length - tail)];
      keep(memo, now);
      return now.map(({ document }) => document.tokens);
    },
  };
}

const unitsOf = (memos: ReadonlyMap<string, readonly Kept[]>): number =>
  [...memos.values()].flat().reduce((units, { part }) => units + part.length, 0);
