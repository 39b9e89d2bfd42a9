/** How relevant texts are to a question: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009). */
import type { Terms } from './terms.ts';

/** How fast more of the same term stops to matter, and how much a text's length does; the usual values. */
const K1 = 1.2;
const B = 0.75;

/** Counts a question's terms in one text after another. */
export interface RelevanceIndex {
  /** Adds a text: its terms from `hashes[0]` to `hashes[length - 1]`. */
  add(hashes: Uint32Array, length: number): void;
  /** One score for each text that was added, in their order; 0 where nothing of the question is in it. */
  scores(): Float64Array;
}

/** An index for one question. It keeps counts of the question's terms alone, so that its size is that of the texts. */
export function createRelevanceIndex(question: Terms): RelevanceIndex {
  const slots = new Map<number, number>();
  for (const hash of question.hashes.subarray(0, question.length))
    if (!slots.has(hash)) slots.set(hash, slots.size);
  const isAsked = createFilter(slots.keys());
  const lengths: number[] = [];
  /** Triples of text, slot and count, for counts above 0. */
  const counts: number[] = [];
  const documents = new Uint32Array(slots.size);
  const here = new Uint32Array(slots.size);
  let total = 0;

  return {
    add(hashes, length) {
      const text = lengths.length;
      lengths.push(length);
      total += length;
      const found: number[] = [];
      for (let index = 0; index < length; index++) {
        const hash = hashes[index] as number;
        if (!isAsked(hash)) continue;
        const slot = slots.get(hash);
        if (slot === undefined) continue;
        if (here[slot] === 0) found.push(slot);
        here[slot] = (here[slot] as number) + 1;
      }
      for (const slot of found) {
        counts.push(text, slot, here[slot] as number);
        documents[slot] = (documents[slot] as number) + 1;
        here[slot] = 0;
      }
    },
    scores() {
      const all = lengths.length;
      const scores = new Float64Array(all);
      const average = total / Math.max(1, all) || 1;
      for (let index = 0; index < counts.length; index += 3) {
        const text = counts[index] as number;
        const slot = counts[index + 1] as number;
        const count = counts[index + 2] as number;
        const having = documents[slot] as number;
        const rarity = Math.log(1 + (all - having + 0.5) / (having + 0.5));
        const length = (lengths[text] as number) / average;
        scores[text] =
          (scores[text] as number) + (rarity * count * (K1 + 1)) / (count + K1 * (1 - B + B * length));
      }
      return scores;
    },
  };
}

/** A quick "certainly not" for hashes that are none of `known`: most terms of a long text are asked for by nobody. */
function createFilter(known: Iterable<number>): (hash: number) => boolean {
  const bits = new Uint8Array(4096);
  for (const hash of known) bits[hash & 4095] = 1;
  return (hash) => bits[hash & 4095] === 1;
}
