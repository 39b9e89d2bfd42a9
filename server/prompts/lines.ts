/** Lines of a text, as LSP counts them: LF, CRLF and a lone CR each end one. */

/** The lines with their line ends, so that joining them gives the text back byte for byte. */
export const splitLines = (text: string): string[] => text.split(/(?<=\n)|(?<=\r)(?!\n)/);

/** The line without its line end. */
export const withoutLineEnd = (line: string): string => line.replace(/\r?\n$|\r$/, '');

/** True where a reader sees nothing. */
export const isBlank = (text: string): boolean => text.trim() === '';
