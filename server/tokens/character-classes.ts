/**
 * What kind of character stands where, for the splitters. Every kind is defined by the regular expression that the
 * encodings' patterns use for it, asked once per character and remembered, so that Unicode's tables stay the engine's.
 */

/** One bit per kind; the kinds do not overlap and cover everything. 0 stands for the end of the text. */
export const NEWLINE = 1;
/** White space (`\s`) other than \r and \n. */
export const SPACE = 2;
/** Upper and title case: Lu, Lt. */
export const UPPER = 4;
/** Lower case: Ll. */
export const LOWER = 8;
/** Letters without case: Lm, Lo. */
export const UNCASED = 16;
/** Combining marks: M. */
export const MARK = 32;
/** Numbers: N. */
export const NUMBER = 64;
/** Punctuation, symbols, controls, lone surrogates. */
export const OTHER = 128;

export const WHITESPACE: number = NEWLINE | SPACE;
export const LETTER: number = UPPER | LOWER | UNCASED;

const KINDS: readonly (readonly [kind: number, pattern: RegExp])[] = [
  [NEWLINE, /[\r\n]/u],
  [SPACE, /\s/u],
  [UPPER, /[\p{Lu}\p{Lt}]/u],
  [LOWER, /\p{Ll}/u],
  [UNCASED, /[\p{Lm}\p{Lo}]/u],
  [MARK, /\p{M}/u],
  [NUMBER, /\p{N}/u],
];

/** Kinds of the characters of a text; positions are UTF-16 offsets. */
export interface CharacterClasses {
  /** The kind of the code point at `position`; 0 at the end of the text. */
  at(text: string, position: number): number;
  /** The first position at or after `position` whose code point is of none of the kinds in `kinds`. */
  runEnd(text: string, position: number, kinds: number): number;
  /** The kind of a single UTF-16 unit; 0 for a surrogate, whose kind depends on its neighbour. */
  ofUnit(unit: number): number;
}

/** An empty memory of kinds; 64 KB, and what it meets beyond the basic plane. */
export function createCharacterClasses(): CharacterClasses {
  /** By UTF-16 unit. 0: not met yet, or a surrogate. */
  const units = new Uint8Array(0x10000);
  const astral = new Map<number, number>();

  function classify(code: number): number {
    const known = code > 0xffff ? astral.get(code) : units[code];
    if (known) return known;
    const character = String.fromCodePoint(code);
    const kind = KINDS.find(([, pattern]) => pattern.test(character))?.[0] ?? OTHER;
    if (code > 0xffff) astral.set(code, kind);
    else if (!isSurrogate(code)) units[code] = kind;
    return kind;
  }

  return {
    at(text, position) {
      if (position >= text.length) return 0;
      return units[text.charCodeAt(position)] || classify(codePointAt(text, position));
    },
    runEnd(text, position, kinds) {
      const length = text.length;
      let end = position;
      while (end < length) {
        const kind = units[text.charCodeAt(end)] ?? 0;
        if (kind !== 0) {
          if ((kind & kinds) === 0) return end;
          end++;
        } else {
          const code = codePointAt(text, end);
          if ((classify(code) & kinds) === 0) return end;
          end += code > 0xffff ? 2 : 1;
        }
      }
      return end;
    },
    ofUnit: (unit) => (isSurrogate(unit) ? 0 : classify(unit)),
  };
}

/**
 * The code point at `position`, which lies in the text; a lone surrogate is itself. It reads units because the
 * engine's own `codePointAt` has been seen to take the rest of a pair from behind the end of a string that was cut
 * from a longer one.
 */
export function codePointAt(text: string, position: number): number {
  const high = text.charCodeAt(position);
  if (high < 0xd800 || high > 0xdbff || position + 1 >= text.length) return high;
  const low = text.charCodeAt(position + 1);
  return low < 0xdc00 || low > 0xdfff ? high : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
