/** Whether code parses: what a grammar says, and what all of them need to say it. */

/** Null where the code parses, or the line of the fault, counted from 1. */
export type Grammar = (code: string) => number | null;

/** A parser that throws at the first fault, with its place: Lezer's own way to be strict. */
interface StrictParser {
  parse(code: string): unknown;
}

/** UTF-16 offset of the first fault; null for none. */
export function faultAt(parser: StrictParser, code: string): number | null {
  try {
    parser.parse(code);
    return null;
  } catch (error) {
    return Number(/\d+$/.exec(error instanceof Error ? error.message : '')?.[0] ?? 0);
  }
}

/** Line of an offset, counted from 1. */
export const lineAt = (code: string, offset: number): number => code.slice(0, offset).split('\n').length;
