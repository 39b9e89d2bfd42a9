/** How places and ranges of a document lie to each other. */
import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

const isBefore = (one: Position, other: Position): boolean =>
  one.line < other.line || (one.line === other.line && one.character < other.character);

/** True where all of `one` is in `range`. */
export const isWithin = (one: Range, range: Range): boolean =>
  !isBefore(one.start, range.start) && !isBefore(range.end, one.end);

/** True where they have a place in common, be it one at which one of them ends. */
export const meets = (one: Range, other: Range): boolean =>
  !isBefore(one.end, other.start) && !isBefore(other.end, one.start);

/** Offsets of a document as LSP's range. */
export const rangeOf = (document: TextDocument, start: number, end: number): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});
