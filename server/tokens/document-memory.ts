/**
 * The documents whose counts are kept while they are edited: per memo, a document per message. What has not been
 * used for longest goes first when there are too many or they hold too much text.
 */
import type { TokenDocument } from './token-document.ts';

/** Documents by memo and by the index of the message that they hold. */
export interface DocumentMemory {
  get(memo: string, index: number): TokenDocument | undefined;
  put(memo: string, index: number, document: TokenDocument): void;
  /** After a memo's documents have been used: forgets those beyond the first `count`, and what is too much. */
  keepFirst(memo: string, count: number): void;
  clear(): void;
}

/** Bytes of a UTF-16 unit, and what a small document takes beside its text. */
const UNIT_BYTES = 2;
const DOCUMENT_BYTES = 1024;

/** An empty memory of at most so many memos and bytes. */
export function createDocumentMemory(mostMemos: number, mostBytes: number): DocumentMemory {
  /** The least recently used first. */
  const memos = new Map<string, Map<number, TokenDocument>>();

  function bytesHeld(): number {
    let bytes = 0;
    for (const documents of memos.values()) {
      for (const document of documents.values()) bytes += DOCUMENT_BYTES + UNIT_BYTES * document.length;
    }
    return bytes;
  }

  return {
    get: (memo, index) => memos.get(memo)?.get(index),
    put(memo, index, document) {
      const documents = memos.get(memo) ?? new Map<number, TokenDocument>();
      documents.set(index, document);
      memos.set(memo, documents);
    },
    keepFirst(memo, count) {
      const documents = memos.get(memo);
      if (documents !== undefined) {
        for (const index of documents.keys()) {
          if (index >= count) documents.delete(index);
        }
        memos.delete(memo);
        memos.set(memo, documents);
      }
      for (const oldest of memos.keys()) {
        if (memos.size <= mostMemos && bytesHeld() <= mostBytes) return;
        memos.delete(oldest);
      }
    },
    clear: () => memos.clear(),
  };
}
