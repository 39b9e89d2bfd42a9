/** How languages are known after a fence. */

/** Where Markdown's word is another than VS Code's id. */
const WORDS: Readonly<Record<string, string>> = {
  typescriptreact: 'tsx',
  javascriptreact: 'jsx',
  shellscript: 'sh',
  jsonc: 'json5',
  plaintext: 'text',
};

/** The word for VS Code's id of a language, with nothing that could end the line or the fence. */
export const fenceWord = (languageId: string): string =>
  (Object.hasOwn(WORDS, languageId) ? WORDS[languageId] : undefined) ?? onOneLine(languageId);

/** A name in a heading, an attribute or behind a fence, with nothing that could end any of them. */
export const onOneLine = (name: string): string => name.replace(/[\p{Cc}`"<>]+/gu, ' ').trim();
