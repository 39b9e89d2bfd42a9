/** A file as a link of Markdown, which an editor opens at its line. */
export const linkedFile = (
  { uri, name }: { readonly uri: string; readonly name: string },
  line?: number,
): string =>
  `[${name.replace(/[[\]\\]/g, '\\$&')}](${uri.replace(/[()\s]/g, encodeCharacter)}${line === undefined ? '' : `#L${line}`})`;

/** Brackets, which `encodeURIComponent` leaves, would end the link. */
const encodeCharacter = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
