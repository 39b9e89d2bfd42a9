/** Quoting an answer in a complaint. */

/** Fewer than the 80 characters that a complaint may have of an answer, so that two short quotes fit as well. */
const MOST_CHARACTERS = 60;

/** The text in quotes, on one line and cut after `most` characters; never half a surrogate pair. */
export function quote(text: string, most = MOST_CHARACTERS): string {
  const line = text
    .slice(0, most * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  const isCut = characters.length > most || text.length > most * 4;
  return `"${characters.slice(0, most - 1).join('')}${isCut ? '…' : characters.slice(most - 1, most).join('')}"`;
}
