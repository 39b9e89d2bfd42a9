/**
 * Context that a message marks: what is between a line `<context>` or `<context name="src/a.ts">` and a line
 * `</context>`. A block that is not closed, or that has another in it, is text like any other.
 */

/** A block of a message, in UTF-16 code units; its lines with the marks are from `start` to `end`. */
export interface ContextBlock {
  /** "" for none. */
  readonly name: string;
  readonly start: number;
  /** What is between the two lines. */
  readonly textStart: number;
  readonly textEnd: number;
  /** Behind the line end of the closing line. */
  readonly end: number;
}

const MARK = /^[ \t]*(?:(<\/context>)|<context(?:[ \t]+name="([^"\r\n]*)")?[ \t]*>)[ \t]*\r?$/gm;

/** The blocks of a message, in their order. */
export const contextBlocks = (content: string): readonly ContextBlock[] => [...blocksIn(content)];

/** True where a message has a block; it is read up to the first one. */
export const hasContextBlock = (content: string): boolean => blocksIn(content).next().done !== true;

function* blocksIn(content: string): Generator<ContextBlock, void> {
  // Most messages have none, and are not read line by line for that.
  if (!content.includes('</context>')) return;
  let depth = 0;
  let nested = false;
  let opening = { name: '', start: 0, textStart: 0 };
  for (const { index, 0: line, 1: closes, 2: name = '' } of content.matchAll(MARK)) {
    const lineEnd = index + line.length;
    const end = content[lineEnd] === '\n' ? lineEnd + 1 : lineEnd;
    if (closes === undefined) {
      depth += 1;
      nested = depth > 1;
      if (depth === 1) opening = { name: name.trim(), start: index, textStart: end };
    } else if (depth > 0) {
      depth -= 1;
      if (depth === 0 && !nested) yield { ...opening, textEnd: index, end };
    }
  }
}

/** A message without its blocks. */
export function outsideOfContext(content: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of contextBlocks(content)) {
    parts.push(content.slice(at, start));
    at = end;
  }
  return parts.join('') + content.slice(at);
}
