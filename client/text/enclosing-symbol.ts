/** Which symbol of a file a cursor is in. */
import type { TextRange } from './code-range.ts';

/** A symbol, with its place and those in it. */
export interface CodeSymbol extends TextRange {
  /** True for what a person would take as one piece: a function, method, class or type. */
  readonly isUnit: boolean;
  readonly children: readonly CodeSymbol[];
}

/** The innermost unit around the cursor; where there is none, the outermost symbol; null for none at all. */
export function enclosingSymbol(symbols: readonly CodeSymbol[], cursor: number): CodeSymbol | null {
  const around = symbols
    .filter(({ start, end }) => start <= cursor && cursor <= end)
    .toSorted((a, b) => a.end - a.start - (b.end - b.start));
  for (const symbol of around) {
    const inner = enclosingSymbol(symbol.children, cursor);
    if (inner?.isUnit === true) return inner;
    if (symbol.isUnit) return symbol;
  }
  return around.at(-1) ?? null;
}
