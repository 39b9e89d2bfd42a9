/** Code fences of Markdown, line by line. */

/**
 * The characters that open a code fence; null for any other line. As in CommonMark, but for the indentation, which
 * may be any: a fence inside a list is indented.
 */
export function openingFence(line: string): string | null {
  // Of each line of a prompt it is asked several times a key press.
  if (!line.includes('```') && !line.includes('~~~')) return null;
  return /^\s*(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? null;
}

/** True for a line that closes the fence that `fence` opened. */
export function closesFence(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence.charAt(0).repeat(text.length);
}
