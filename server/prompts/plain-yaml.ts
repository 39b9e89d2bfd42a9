/** A text as a value in YAML. */

/** Words that YAML reads as something else, and what looks like a number. */
const NO_TEXT = /^(?:true|false|yes|no|on|off|null|~|[-+.]?\d[\d_.eE+-]*)$/i;

/** As it is where YAML reads it as that text, in a block and in a list in brackets; else in quotes. */
export const plainYaml = (text: string): string =>
  /^[A-Za-z\d][\w ./:@+()-]*$/.test(text) && !/:(?:\s|$)|\s$/.test(text) && !NO_TEXT.test(text)
    ? text
    : JSON.stringify(text);
