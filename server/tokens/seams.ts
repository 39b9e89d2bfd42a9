/**
 * Seams: places where a text can be cut and its parts counted apart without changing the sum, in every encoding.
 *
 * A place is a seam when no piece can span it, and no piece before it depends on what follows. It is enough to look
 * at the two UTF-16 units beside it:
 * - white space other than a line end after anything that is not white space. Pieces take such white space only as
 *   their first character or within a run of white space.
 * - after a letter or a number, anything but the same of the two, a mark or an apostrophe. Words go on with letters,
 *   marks and contractions only, and numbers with numbers only.
 * In both cases the unit before is not white space, so the one lookahead in the patterns, `\s+(?!\S)`, does not see
 * the cut; and what follows a piece is read no further than to where the piece ends.
 */
import {
  type CharacterClasses,
  LETTER,
  NEWLINE,
  NUMBER,
  OTHER,
  SPACE,
  WHITESPACE,
} from './character-classes.ts';

/** Cuts texts at seams. */
export interface Seams {
  /** Whether the place between two UTF-16 units is a seam. */
  between(before: number, after: number): boolean;
  /**
   * Cuts `text` into parts that can be counted apart: each ends at the first seam at or after `size` units, so a part
   * is longer only where no seam comes.
   *
   * @returns the parts' ends, ascending, the last one the text's length; none for an empty text.
   */
  cut(text: string, size: number): number[];
}

/** Seams as those character classes see them. */
export function createSeams(classes: CharacterClasses): Seams {
  function between(before: number, after: number): boolean {
    const kindAfter = classes.ofUnit(after);
    const kindBefore = classes.ofUnit(before);
    if (kindAfter === SPACE) return !(kindBefore & WHITESPACE);
    if (kindBefore & LETTER) return Boolean(kindAfter & (NUMBER | NEWLINE | OTHER)) && after !== APOSTROPHE;
    if (kindBefore & NUMBER) return Boolean(kindAfter & (LETTER | NEWLINE | OTHER)) && after !== APOSTROPHE;
    return false;
  }

  return {
    between,
    cut(text, size) {
      const ends: number[] = [];
      let start = 0;
      while (start < text.length) {
        let end = start + size;
        while (end < text.length && !between(text.charCodeAt(end - 1), text.charCodeAt(end))) end++;
        start = Math.min(end, text.length);
        ends.push(start);
      }
      return ends;
    },
  };
}

const APOSTROPHE = 0x27;
