/** What kept things look like; each pattern is asked at one place, and its length is bounded. */

export const VARIABLE: RegExp =
  /\{\{\{?[^{}]{0,200}\}?\}\}|\{%[^\n]{0,300}?%\}|\{#[^\n]{0,300}?#\}|\{[\p{L}_$][\p{L}\p{N}_.$:|[\] -]{0,60}\}|\$\{[^}\n]{0,300}\}|<%[^\n]{0,300}?%>/uy;
/** With one more within, and with a default that may be a paragraph: `${topic:…}`. */
export const DOLLAR: RegExp =
  /\$\{(?:[^{}\n]|\{[^{}\n]{0,2000}\}){0,2000}\}|\$\{[^}\n]{0,300}\}|\$\d+(?:[.,]\d+)*(?:[kKmMbB]\b)?|\$[A-Za-z_]\w*/y;
export const HASH: RegExp =
  /#[A-Za-z]+:[^\s,;]{1,200}|#(?:selection|codebase|changes|file|editor|fetch|problems|terminal\w*)\b|#\d+|#[0-9a-fA-F]{3,8}\b/y;
export const AT: RegExp = /@[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?/uy;
export const TAG: RegExp =
  /<%[^\n]{0,300}?%>|<https?:[^\s<>]{1,500}>|<[^\s<>@]{1,100}@[^\s<>]{1,100}>|<\/?[\p{L}_|][^<>\n]{0,200}>/uy;
export const COMMENT: RegExp = /<!--/y;
export const BRACKET: RegExp = /\[[^\][\n]{1,60}\](?![([])|\[\^?\d{1,3}\]/y;
export const PATH: RegExp =
  /(?:[A-Za-z]:\\|\\\\|~?\/|\.{1,2}\/)[\p{L}\p{N}_.@~-]+(?:[/\\][\p{L}\p{N}_.@~-]+)*\/?/uy;
/** A word with what joins words to names of things: dots, hyphens, slashes, at signs. */
export const WORD: RegExp =
  /[\p{L}\p{M}\p{N}_]+(?:(?:['’.@/\\+~-]|::|:\/\/|->)[\p{L}\p{M}\p{N}_]+)*(?:\(\))?/uy;
export const URL_TEXT: RegExp =
  /(?:[a-z][a-z0-9+.-]{1,15}:\/\/|www\.|mailto:)[^\s<>"'`)\]}]*[^\s<>"'`)\]}.,;:!?*_]/iy;
export const EMAIL: RegExp = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/y;
export const NUMBER: RegExp = /\d+(?:[.,:/'’_×x–-]?\d+)*(?:e[+-]?\d+)?[+%‰]?/y;
export const DIRECTIVE: RegExp =
  /^<!--\s*(?:@|\w[\w-]*(?::|-(?:disable|enable|ignore))|#|prettier|eslint|markdownlint|cspell|toc\b|more\b|begin\b|end\b|start\b|stop\b|\[)/i;
