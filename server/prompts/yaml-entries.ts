/** The only reader of YAML: the top-level keys of a front matter with their values and lines. */
import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type FarthingError, farthingError } from '../../protocol/errors.ts';
import { splitLines } from './lines.ts';

/** One key of a front matter. */
export interface Entry {
  readonly key: string;
  /** As plain data: texts, numbers, true and false, null, lists and objects. */
  readonly value: unknown;
  /** Line of the key in the file, counted from 0. */
  readonly line: number;
}

/** Far more than a front matter has, and far less than what exhausts the stack of YAML's recursive composer. */
const MOST_LEVELS = 300;

/** Far more than a front matter needs. YAML takes quadratic time over keys, and this runs on every edit. */
const MOST_CHARACTERS = 64_000;

/** Far more than a front matter needs. Each alias is looked up in the whole document: 5,000 take ten seconds. */
const MOST_ALIASES = 100;

/** Keys whose numbers are names: 1.10 is another version than 1.1. */
const NAMES: ReadonlySet<unknown> = new Set(['version', 'farthing.version']);

/** What may be an alias, such as the `*name` of a list; markup such as `**bold**` is none. */
const ALIAS = /(?<![^\s[{,])\*[^\s*,\]}]/g;

/**
 * The entries of `yaml`, which begins on the second line of its file, or badFrontMatter with the line counted from
 * 1. Never throws.
 */
export function readEntries(yaml: string): readonly Entry[] | FarthingError {
  const counter = new LineCounter();
  // The YAML's lines are counted from 1 and it begins on the file's second line: the file's lines counted from 0.
  const lineAt = (offset = 0) => Math.max(1, counter.linePos(offset).line);
  const problem = (line: number, detail: string) =>
    farthingError('badFrontMatter', { line: line + 1, detail: withoutContent(detail) });

  if (yaml.length > MOST_CHARACTERS) return problem(1, `it has more than ${MOST_CHARACTERS} characters`);
  if ((yaml.match(ALIAS)?.length ?? 0) > MOST_ALIASES)
    return problem(1, `it has more than ${MOST_ALIASES} aliases`);
  if (mayNestTooDeeply(yaml)) return problem(1, 'it is nested too deeply');
  try {
    const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
    const error = document.errors[0];
    if (error !== undefined) return problem(lineAt(error.pos[0]), error.message);
    const contents: Node | null = document.contents;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    if (!isMap(contents)) return problem(lineAt(contents.range?.[0]), 'keys with values were expected');
    visit(document, {
      Pair(_, { key, value }) {
        if (isScalar(key) && NAMES.has(key.value) && isScalar(value) && typeof value.value === 'number')
          value.value = value.source ?? value.value;
      },
    });
    return contents.items.map(({ key, value }) => ({
      key: isScalar(key) ? String(key.value) : String(key),
      value: isNode(value) ? (value.toJS(document) as unknown) : value,
      line: lineAt(isNode(key) ? key.range?.[0] : 0),
    }));
  } catch (error) {
    // An alias without an anchor, or aliases that multiply beyond measure.
    return problem(1, error instanceof Error ? error.message : String(error));
  }
}

/** The first line of YAML's own message, without what it quotes of the file at its end. */
function withoutContent(message: string): string {
  const [line = ''] = message.split('\n');
  return line.replace(/(?<=[\w)]): .*/, '').slice(0, 120);
}

/** True for YAML that could take seconds to read, or exhaust the stack. */
export const isCostlyYaml = (yaml: string): boolean =>
  yaml.length > MOST_CHARACTERS || (yaml.match(ALIAS)?.length ?? 0) > MOST_ALIASES || mayNestTooDeeply(yaml);

/** True when brackets, or list indicators in a row, could nest deeper than MOST_LEVELS. */
function mayNestTooDeeply(yaml: string): boolean {
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const brackets = count(yaml, /[[{]/g);
  return splitLines(yaml).some((line) => brackets + count(line, /(?<!\S)[-?:](?=\s)/g) > MOST_LEVELS);
}
