/** A whole file of YAML with where its values lie, for formats that are all YAML. */
import { type Document, isMap, isNode, isScalar, Lexer, LineCounter, type Node, parseDocument } from 'yaml';
import type { Entry } from './yaml-entries.ts';

/** A file that was read as far as it could be. */
export interface ParsedYaml {
  /** Null where it would take too long. */
  readonly document: Document<Node> | null;
  /** Its top-level keys. */
  readonly entries: readonly Entry[];
  /** What is wrong with it, its line counted from 1; null for nothing. */
  readonly fault: { readonly line: number; readonly detail: string } | null;
}

/** Many times a prompt of a megabyte would be read with each key press. */
const MOST_CHARACTERS = 1_000_000;
const MOST_LEVELS = 300;
const MOST_ALIASES = 100;

/** Reads a file. Never throws. */
export function parseYamlFile(text: string): ParsedYaml {
  const none = (detail: string, line = 1): ParsedYaml => ({
    document: null,
    entries: [],
    fault: { line, detail },
  });
  if (text.length > MOST_CHARACTERS) return none(`it has more than ${MOST_CHARACTERS} characters`);
  try {
    const costly = costOf(text);
    if (costly !== null) return none(costly);
    const lineCounter = new LineCounter();
    const document: Document<Node> = parseDocument<Node>(text, {
      lineCounter,
      prettyErrors: false,
      logLevel: 'error',
      // Looking for a key that is there twice takes quadratic time.
      uniqueKeys: false,
    });
    const lineAt = (offset = 0) => Math.max(1, lineCounter.linePos(offset).line);
    const [error] = document.errors;
    const { contents } = document;
    const entries = isMap(contents)
      ? contents.items.map(({ key, value }) => ({
          key: isScalar(key) ? String(key.value) : '',
          value: isNode(value) ? (value.toJS(document) as unknown) : value,
          line: lineAt(isNode(key) ? key.range?.[0] : 0) - 1,
        }))
      : [];
    const fault =
      error === undefined
        ? null
        : {
            line: lineAt(error.pos[0]),
            detail: (error.message.split('\n')[0] ?? '').replace(/(?<=[\w)]): .*/, '').slice(0, 120),
          };
    if (
      fault === null &&
      contents !== null &&
      !isMap(contents) &&
      !(isScalar(contents) && contents.value === null)
    )
      return none('keys with values were expected', lineAt(contents.range?.[0]));
    return { document, entries, fault };
  } catch {
    // Aliases without anchor or beyond measure, or deeper than its composer's stack.
    return none('it has aliases or levels that cannot be read');
  }
}

/** Why a text would take long, by its tokens alone, so that brackets in a text do not count; null for one that does not. */
function costOf(text: string): string | null {
  let depth = 0;
  let row = 0;
  let aliases = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (token === '-' || token === '?' || token === ':') row += 1;
    else if (/^[\r\n]/.test(token)) row = 0;
    else if (token.startsWith('*') && token.length > 1) aliases += 1;
    if (depth > MOST_LEVELS || row > MOST_LEVELS) return 'it is nested too deeply';
  }
  return aliases > MOST_ALIASES ? `it has more than ${MOST_ALIASES} aliases` : null;
}
