/** Lines of a text, as LSP counts them: LF, CRLF and a lone CR each end one. */

/** The lines with their line ends, so that joining them gives the text back byte for byte. */
export function splitLines(text: string): string[] {
  if (!text.includes('\r')) return splitAtLineFeeds(text);
  return text.split(/(?<=\n)|(?<=\r)(?!\n)/);
}

/** Most texts have no carriage returns; a pattern takes ten times as long, and this runs with each key press. */
function splitAtLineFeeds(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    lines.push(text.slice(start, end + 1));
    start = end + 1;
  }
  if (start < text.length || lines.length === 0) lines.push(text.slice(start));
  return lines;
}

/** The line without its line end. */
export const withoutLineEnd = (line: string): string => line.replace(/\r?\n$|\r$/, '');

/** True where a reader sees nothing. */
export const isBlank = (text: string): boolean => text.trim() === '';
