/** Finds JSON that stands in a text without a fence. */

/** Shorter values are as likely a mark of the prose, such as "[1]" of a footnote. */
const SHORTEST = 12;

/**
 * Where the JSON object or array ends that begins at `start`, at the start of a line; `end` is null where it does not
 * parse or something follows it on its line. Null where no value begins there at all.
 */
export function dataEnd(
  text: string,
  start: number,
): { readonly end: number | null; readonly read: number } | null {
  if (!/^[{[]\s*["{[\d\]}tfn-]/.test(text.slice(start, start + 200))) return null;
  if (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') return null;
  const close = closingBracket(text, start);
  if (close === null) return { end: null, read: text.length - start };
  const end = close + 1;
  const read = end - start;
  const follows = /^[ \t]*(?=[\r\n]|$)/.test(text.slice(end, end + 200));
  if (!follows || read < SHORTEST || !parses(text.slice(start, end))) return { end: null, read };
  return { end, read };
}

function closingBracket(text: string, start: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (quoted) {
      if (unit === 0x5c) index++;
      else if (unit === 0x22) quoted = false;
    } else if (unit === 0x22) quoted = true;
    else if (unit === 0x7b || unit === 0x5b) depth++;
    else if ((unit === 0x7d || unit === 0x5d) && --depth === 0) return index;
  }
  return null;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // What does not parse is prose with a bracket.
    return false;
  }
}
