/**
 * Finds the phrases of a table in one pass over the words: the table is a dictionary of whole phrases, and a word
 * says how long the phrases are that begin with it, so that the length of the table costs nothing.
 */
import { itemAt } from './item-at.ts';
import type { Word } from './words.ts';

/** A test of a neighbouring word, in lower case; '' where there is none. A set of words is one. */
export interface WordTest {
  has(word: string): boolean;
}

/** A phrase and what it becomes. */
export interface Phrase {
  /** Words in lower case, one space between; `a/b` is either word. */
  readonly from: string;
  /** '' deletes it. */
  readonly to: string;
  /** Only where the sentence starts, or ends, with it, or has nothing else. */
  readonly at?: 'start' | 'end' | 'whole';
  /** The word behind has to be one of these. */
  readonly before?: WordTest;
  /** The word behind may not be one of these. */
  readonly notBefore?: WordTest;
  /** The word in front has to be one of these. */
  readonly after?: WordTest;
  /** The word in front may not be one of these. */
  readonly notAfter?: WordTest;
}

/** A phrase found: words `first` to before `last`. */
export interface PhraseMatch {
  readonly phrase: Phrase;
  readonly first: number;
  readonly last: number;
}

interface Entry {
  readonly phrase: Phrase;
  readonly words: readonly string[];
}

/** Phrases by all of their words, and how many words the phrases have that begin with a word, longest first. */
export interface PhraseTable {
  readonly lengths: ReadonlyMap<string, readonly number[]>;
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
}

/** A set of words from a list that a person can read. */
export const setOf = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Every way to write a phrase that has alternatives. */
export function spellings(from: string): string[][] {
  return from
    .split(' ')
    .reduce<string[][]>(
      (all, part) => all.flatMap((words) => part.split('/').map((word) => [...words, word])),
      [[]],
    );
}

/** Longest first, so that "in order for" is not taken for "in order". */
export function compilePhrases(phrases: readonly Phrase[]): PhraseTable {
  const lengths = new Map<string, number[]>();
  const entries = new Map<string, Entry[]>();
  for (const phrase of phrases)
    for (const words of spellings(phrase.from)) {
      const first = words[0] ?? '';
      const known = lengths.get(first) ?? [];
      if (!known.includes(words.length))
        lengths.set(
          first,
          [...known, words.length].sort((one, other) => other - one),
        );
      const key = words.join(' ');
      const same = entries.get(key);
      if (same === undefined) entries.set(key, [{ phrase, words }]);
      else same.push({ phrase, words });
    }
  return { lengths, entries };
}

/** Between the words of a phrase are only spaces: a comma or a line end in between makes it something else. */
export const onlySpaces = (text: string, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1) if (text[at] !== ' ') return false;
  return end > start;
};

function fits(
  text: string,
  words: readonly Word[],
  first: number,
  { phrase, words: wanted }: Entry,
): boolean {
  const last = first + wanted.length;
  if (last > words.length) return false;
  for (let at = 1; at < wanted.length; at += 1) {
    const word = itemAt(words, first + at);
    if (word.lower !== wanted[at] || !onlySpaces(text, itemAt(words, first + at - 1).end, word.start))
      return false;
  }
  if ((phrase.at === 'start' || phrase.at === 'whole') && first !== 0) return false;
  if ((phrase.at === 'end' || phrase.at === 'whole') && last !== words.length) return false;
  const next = words[last];
  const adjacent =
    next !== undefined && onlySpaces(text, itemAt(words, last - 1).end, next.start) ? next.lower : '';
  const previous = words[first - 1]?.lower ?? '';
  if (phrase.before !== undefined && !phrase.before.has(adjacent)) return false;
  if (phrase.notBefore?.has(adjacent) === true) return false;
  if (phrase.after !== undefined && !phrase.after.has(previous)) return false;
  return phrase.notAfter?.has(previous) !== true;
}

/** The phrases in a sentence's words, in their order, without overlaps. */
export function findPhrases(text: string, words: readonly Word[], table: PhraseTable): PhraseMatch[] {
  const matches: PhraseMatch[] = [];
  for (let first = 0; first < words.length; first += 1) {
    const entry = entryAt(text, words, first, table);
    if (entry === undefined) continue;
    matches.push({ phrase: entry.phrase, first, last: first + entry.words.length });
    first += entry.words.length - 1;
  }
  return matches;
}

function entryAt(text: string, words: readonly Word[], first: number, table: PhraseTable): Entry | undefined {
  const lengths = table.lengths.get(itemAt(words, first).lower);
  if (lengths === undefined) return undefined;
  for (const length of lengths) {
    if (first + length > words.length) continue;
    let key = itemAt(words, first).lower;
    for (let at = 1; at < length; at += 1) key += ` ${itemAt(words, first + at).lower}`;
    const entry = table.entries.get(key)?.find((candidate) => fits(text, words, first, candidate));
    if (entry !== undefined) return entry;
  }
  return undefined;
}
