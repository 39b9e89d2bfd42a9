/** VS Code's input box has one line and turns the line breaks of what is pasted into spaces. */

/**
 * What the user meant: the clipboard's text with its line breaks where that is what was pasted, else the value as it is.
 */
export function withLineBreaks(value: string, clipboard: string): string {
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
  return /[\r\n]/.test(clipboard) && flat(value) !== '' && flat(clipboard) === flat(value)
    ? clipboard
    : value;
}
