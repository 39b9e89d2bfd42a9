/**
 * A text with its token count, kept while the text is edited. The text is held in chunks between seams (see seams.ts),
 * each with its own count, so an edit re-counts the chunk that it falls in and hardly more. Only where no seam comes for
 * long is a chunk longer: a megabyte of one letter, of line ends or of Chinese without punctuation is one chunk, and an
 * edit in it counts all of it again, which takes up to half a second.
 */
import type { Encoding } from './encoding.ts';
import type { Seams } from './seams.ts';

/** A text and its count. Positions and lengths are UTF-16 units. */
export interface TokenDocument {
  readonly tokens: number;
  readonly length: number;
  text(): string;
  /** Makes `text` the document's text and returns its count. Reads all of it, but counts only around the changes. */
  update(text: string): number;
  /**
   * Replaces the units from `start` to `end` by `insert` and returns the new count.
   *
   * @throws RangeError when the range does not lie in the text.
   */
  edit(start: number, end: number, insert: string): number;
  /** How many units `update(text)` would count. */
  changedLength(text: string): number;
}

/** How long a chunk is at least when it is cut: an edit costs about as much as counting this. */
export const CHUNK_LENGTH = 2048;

/** How a document begins. */
export interface TokenDocumentOptions {
  /** The tokens of each part of `seams.cut(text, chunkLength)`, where they have been counted elsewhere. */
  readonly counts?: ArrayLike<number> | undefined;
  /** CHUNK_LENGTH unless said otherwise. */
  readonly chunkLength?: number;
}

interface Chunk {
  readonly text: string;
  readonly tokens: number;
}

/** The chunks `[from, to)` differ; `[start, end)` of the new text is what takes their place. */
interface Difference {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** A document that holds `text`. */
export function createTokenDocument(
  encoding: Encoding,
  seams: Seams,
  text = '',
  { counts, chunkLength = CHUNK_LENGTH }: TokenDocumentOptions = {},
): TokenDocument {
  /** A chunk that edits have made shorter is joined with the next. */
  const shortest = chunkLength / 4;
  let tokens = 0;
  let length = 0;
  let chunks: readonly Chunk[] = [];

  /** Puts `replacement` in the place of the chunks `[from, to)`; its ends must be seams or the document's ends. */
  function splice(from: number, to: number, replacement: string, known?: ArrayLike<number>): void {
    const added: Chunk[] = [];
    let start = 0;
    for (const [index, end] of seams.cut(replacement, chunkLength).entries()) {
      const part = unshared(replacement.slice(start, end));
      added.push({ text: part, tokens: known?.[index] ?? encoding.count(part) });
      start = end;
    }
    const removed = chunks.slice(from, to);
    chunks = chunks.slice(0, from).concat(added, chunks.slice(to));
    tokens += sum(added, (chunk) => chunk.tokens) - sum(removed, (chunk) => chunk.tokens);
    length += replacement.length - sum(removed, (chunk) => chunk.text.length);
  }

  /** Widens the range until the places at its two ends are seams, then puts `replacement` there. */
  function replace(from: number, to: number, replacement: string): void {
    let first = from;
    let last = to;
    let joined = replacement;
    for (;;) {
      const after = chunks[last];
      if (after !== undefined && (joined.length < shortest || !isSeam(joined, after.text))) {
        joined += after.text;
        last++;
        continue;
      }
      const before = chunks[first - 1];
      if (before === undefined || (joined.length > 0 && isSeam(before.text, joined))) break;
      joined = before.text + joined;
      first--;
    }
    splice(first, last, joined);
  }

  function isSeam(left: string, right: string): boolean {
    return seams.between(left.charCodeAt(left.length - 1), right.charCodeAt(0));
  }

  function difference(newText: string): Difference {
    let from = 0;
    let start = 0;
    for (; from < chunks.length; from++) {
      const chunk = chunks[from]?.text ?? '';
      if (newText.slice(start, start + chunk.length) !== chunk) break;
      start += chunk.length;
    }
    let to = chunks.length;
    let end = newText.length;
    for (; to > from; to--) {
      const chunk = chunks[to - 1]?.text ?? '';
      if (end - chunk.length < start || newText.slice(end - chunk.length, end) !== chunk) break;
      end -= chunk.length;
    }
    return { from, to, start, end };
  }

  splice(0, 0, text, counts);
  return {
    get tokens() {
      return tokens;
    },
    get length() {
      return length;
    },
    text: () => chunks.map((chunk) => chunk.text).join(''),
    update(newText) {
      const { from, to, start, end } = difference(newText);
      if (from < to || start < end) replace(from, to, newText.slice(start, end));
      return tokens;
    },
    edit(start, end, insert) {
      if (!(start >= 0 && start <= end && end <= length)) {
        throw new RangeError(`The range ${start} to ${end} does not lie in a text of ${length} units.`);
      }
      const from = findChunk(chunks, start);
      const to = findChunk(chunks, end);
      const head = chunks[from.index]?.text.slice(0, start - from.start) ?? '';
      const tail = chunks[to.index]?.text.slice(end - to.start) ?? '';
      replace(from.index, Math.min(to.index + 1, chunks.length), head + insert + tail);
      return tokens;
    },
    changedLength(newText) {
      const { start, end } = difference(newText);
      return end - start;
    },
  };
}

/** The first chunk that ends at or after `position`, with its own start; behind the last one for an empty list. */
function findChunk(chunks: readonly Chunk[], position: number): { index: number; start: number } {
  let start = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (start + chunk.text.length >= position) return { index, start };
    start += chunk.text.length;
  }
  return { index: chunks.length, start };
}

/** A copy of its own: an engine's slice would keep the whole text alive from which it was cut. */
function unshared(text: string): string {
  return ` ${text}`.slice(1);
}

function sum(chunks: readonly Chunk[], value: (chunk: Chunk) => number): number {
  return chunks.reduce((total, chunk) => total + value(chunk), 0);
}
