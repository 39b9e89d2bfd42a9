/** Exact token counts of changes of a text: only what lies between seams around a change is counted, before and after. */
import type { Encoding } from './encoding.ts';
import type { Seams } from './seams.ts';

/** A change of a text: UTF-16 units from `start` to before `end` become `replacement`. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Counts as one model does. */
export interface TokenMeasure {
  tokens(text: string): number;
  /**
   * How many tokens `text` loses by `changes`, which must not overlap; negative where it gains some. Where the text is
   * sent otherwise than it is written, `read` gives what is sent for a stretch, and `mayCut` says at which places
   * stretches can be read apart.
   */
  saved(text: string, changes: readonly TextChange[], reading?: Reading): number;
}

/** How a text is sent that is not sent as it is written. */
export interface Reading {
  readonly read: (written: string) => string;
  /** Whether the unit before `position` and the one at it are sent as they are written. */
  readonly mayCut: (position: number) => boolean;
}

/** A measure by a loaded encoding. */
export function createTokenMeasure(encoding: Encoding, seams: Seams): TokenMeasure {
  /** A seam at or before `start`: both units beside it stay, so it is a seam before and after the change. */
  function seamBefore(text: string, start: number, mayCut: (position: number) => boolean): number {
    let at = start - 1;
    while (at > 0 && !(seams.between(text.charCodeAt(at - 1), text.charCodeAt(at)) && mayCut(at))) at--;
    return Math.max(0, at);
  }

  function seamAfter(text: string, end: number, mayCut: (position: number) => boolean): number {
    let at = end + 1;
    while (at < text.length && !(seams.between(text.charCodeAt(at - 1), text.charCodeAt(at)) && mayCut(at)))
      at++;
    return Math.min(text.length, at);
  }

  return {
    tokens: (text) => encoding.count(text),
    saved(text, changes, { read, mayCut } = AS_WRITTEN) {
      const ordered = [...changes].sort((one, other) => one.start - other.start || one.end - other.end);
      let saved = 0;
      let index = 0;
      while (index < ordered.length) {
        const first = ordered[index];
        if (first === undefined) break;
        const start = seamBefore(text, first.start, mayCut);
        let after = text.slice(start, first.start) + first.replacement;
        let at = first.end;
        let end = seamAfter(text, at, mayCut);
        index++;
        // Changes whose stretches meet are counted together.
        for (let next = ordered[index]; next !== undefined && next.start <= end; next = ordered[index]) {
          after += text.slice(at, next.start) + next.replacement;
          at = next.end;
          end = seamAfter(text, at, mayCut);
          index++;
        }
        after += text.slice(at, end);
        saved += encoding.count(read(text.slice(start, end))) - encoding.count(read(after));
      }
      return saved;
    },
  };
}

const AS_WRITTEN: Reading = { read: (written) => written, mayCut: () => true };
