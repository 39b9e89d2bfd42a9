/** What a text is cut into. */

/** A unit of a text: from `start` to `end`, in UTF-16 code units; `group` is the paragraph or declaration it is in. */
export interface Unit {
  readonly start: number;
  readonly end: number;
  readonly group: number;
}

/** A unit that is longer is cut at its parts: a function of this size is no unit of thought any more. */
export const LONGEST_UNIT = 8000;
