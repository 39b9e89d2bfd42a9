/**
 * What stands at a position of a front matter that is being written. It reads lines and not YAML, which is broken most of
 * the time while somebody types.
 */

/** A key or a value at a position. Characters are UTF-16 units of its line. */
export interface FrontMatterPosition {
  readonly kind: 'key' | 'value';
  /** Names of the keys around it with dots: for a value its own key's, for a key those above it; "" for none. */
  readonly path: string;
  /** The word that is there, without quotes; "" for none yet. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** What is written right before the word: a colon wants a space, and a quote has the word to itself. */
  readonly before: string;
  /** What is written right after it. */
  readonly after: string;
}

const KEY = /^(\s*)(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*:(?=\s|$|[[{"'])/;
/** A longer line, in UTF-16 units, has no use for help, and would take long to look through. */
const LONGEST_LINE = 2000;

const ITEM = /^(\s*)-(?:\s+|$)/;

/** The position `character` of line `line` among the lines of a front matter; null for a comment. */
export function frontMatterPosition(
  lines: readonly string[],
  line: number,
  character: number,
): FrontMatterPosition | null {
  const text = lines[line] ?? '';
  if (text.length > LONGEST_LINE) return null;
  if (/(?:^|\s)#/.test(text.slice(0, character))) return null;
  const item = ITEM.exec(text);
  if (item !== null && character >= item[0].length)
    return inValue(text, item[0].length, character, listPath(lines, line, item[1]?.length ?? 0));
  const key = KEY.exec(text);
  const colon = key === null ? text.length : key[0].length - 1;
  if (key === null || character <= colon) {
    const start = /[\w.-]*$/.exec(text.slice(0, Math.min(character, colon)))?.index ?? 0;
    const end = start + (/^[\w.-]*/.exec(text.slice(start))?.[0].length ?? 0);
    return {
      kind: 'key',
      path: parentPath(lines, line, indentationOf(text)),
      ...word(text, start, end),
    };
  }
  return inValue(text, colon + 1, character, pathOf(lines, line));
}

const indentationOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;

const nameOf = (text: string): string | null => {
  const key = KEY.exec(text);
  return key === null ? null : (key[2] ?? key[3] ?? key[4] ?? '');
};

/** "farthing.cache" for the key of a line. */
function pathOf(lines: readonly string[], line: number): string {
  const text = lines[line] ?? '';
  const parent = parentPath(lines, line, indentationOf(text));
  return [parent, nameOf(text) ?? ''].filter((part) => part !== '').join('.');
}

/** Of the nearest line above that is indented less. */
function parentPath(lines: readonly string[], line: number, indentation: number): string {
  if (indentation === 0) return '';
  for (let above = line - 1; above >= 0; above--) {
    const text = lines[above] ?? '';
    if (isEmpty(text) || indentationOf(text) >= indentation) continue;
    return nameOf(text) === null ? '' : pathOf(lines, above);
  }
  return '';
}

/** Of the key that a list is the value of; the list may be indented as its key is. */
function listPath(lines: readonly string[], line: number, indentation: number): string {
  for (let above = line - 1; above >= 0; above--) {
    const text = lines[above] ?? '';
    if (isEmpty(text) || ITEM.test(text) || indentationOf(text) > indentation) continue;
    return nameOf(text) === null ? '' : pathOf(lines, above);
  }
  return '';
}

const isEmpty = (text: string): boolean => /^\s*(?:#|$)/.test(text);

/** A value from `begins` on, with brackets and braces that are open at the position. */
function inValue(text: string, begins: number, character: number, path: string): FrontMatterPosition {
  const open: { readonly brace: boolean; key: string }[] = [];
  let part = begins;
  let quote = '';
  for (let at = begins; at < character; at++) {
    const letter = text[at] ?? '';
    if (quote !== '') {
      if (letter === quote) quote = '';
      continue;
    }
    const top = open.at(-1);
    if ((letter === '"' || letter === "'") && text.slice(part, at).trim() === '') quote = letter;
    else if (letter === '{' || letter === '[') open.push({ brace: letter === '{', key: '' });
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === ':' && top?.brace && top.key === '' && /[\s[{"'}]|^$/.test(text[at + 1] ?? ''))
      top.key = unquoted(text.slice(part, at));
    else if (letter === ',') {
      if (top !== undefined) top.key = '';
    } else continue;
    if (quote === '') part = at + 1;
  }
  const rest = text.slice(part);
  const lead = /^\s*["']?/.exec(rest)?.[0].length ?? 0;
  const start = Math.min(part + lead, Math.max(part, character));
  const stop = /["',[\]{}]|\s+#|\s*$/.exec(text.slice(start));
  const inner = open.at(-1);
  const isKey = inner?.brace === true && inner.key === '';
  const found = /^[\w.-]*/.exec(text.slice(start))?.[0].length ?? 0;
  return {
    kind: isKey ? 'key' : 'value',
    path: [path, ...open.map(({ key }) => key)].filter((one) => one !== '').join('.'),
    ...word(text, start, isKey ? start + found : start + (stop?.index ?? 0)),
  };
}

const unquoted = (text: string): string => text.trim().replace(/^["']|["']$/g, '');

const word = (text: string, start: number, end: number) => ({
  word: text.slice(start, end).trim(),
  start,
  end,
  before: text.slice(start - 1, start),
  after: text.slice(end, end + 1),
});
