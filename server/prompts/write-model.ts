/** Writes `farthing.model` into a front matter, as little as that takes: comments, order and line ends stay. */
import { isMap, isNode, isScalar, type Node, type Pair, parseDocument } from 'yaml';
import { FarthingError } from '../../protocol/errors.ts';
import { findFrontMatter } from './front-matter.ts';
import { splitLines } from './lines.ts';
import { plainYaml } from './plain-yaml.ts';
import { readEntries } from './yaml-entries.ts';

/** A replacement in a text; UTF-16 offsets. */
export interface TextReplacement {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/**
 * The change that makes a file name `model`. One without front matter gets one. Throws badFrontMatter for one that cannot
 * be read.
 */
export function writeModel(text: string, model: string): TextReplacement {
  const value = plainYaml(model);
  const end = /\r\n/.test(text) ? '\r\n' : '\n';
  const begins = text.startsWith('\uFEFF') ? 1 : 0;
  const found = findFrontMatter(text);
  if (found === null || found === 'unclosed')
    return insert(begins, `---${end}farthing.model: ${value}${end}---${end}`);
  const read = readEntries(found.yaml);
  if (read instanceof FarthingError) throw read;

  const offset = splitLines(text)[0]?.length ?? 0;
  const { contents } = parseDocument(found.yaml, { logLevel: 'error' });
  const pairs = isMap(contents) ? contents.items : [];
  const own = pairs.find((pair) => keyOf(pair) === 'farthing.model');
  if (own !== undefined) return replace(found.yaml, own, value, offset);
  const options = pairs.find((pair) => keyOf(pair) === 'farthing')?.value;
  if (isMap(options) && options.items.length > 0) {
    const nested = options.items.find((pair) => keyOf(pair) === 'model');
    if (nested !== undefined) return replace(found.yaml, nested, value, offset);
    const first = startOf(options.items[0]);
    if (first !== null) {
      const indentation = first - 1 - Math.max(-1, found.yaml.lastIndexOf('\n', first - 1));
      return insert(
        offset + first,
        options.flow ? `model: ${value}, ` : `model: ${value}${end}${' '.repeat(indentation)}`,
      );
    }
  }
  return insert(offset + found.yaml.length, `farthing.model: ${value}${end}`);
}

const insert = (at: number, newText: string): TextReplacement => ({ start: at, end: at, newText });

const keyOf = ({ key }: Pair<unknown, unknown>): string | null => (isScalar(key) ? String(key.value) : null);

const startOf = (pair: Pair<unknown, unknown> | undefined): number | null =>
  isNode(pair?.key) ? ((pair.key as Node).range?.[0] ?? null) : null;

/** From the end of the key to that of its value, be it a list of several lines or nothing at all. */
function replace(yaml: string, { key, value: old }: Pair<unknown, unknown>, value: string, offset: number) {
  const start = isNode(key) ? (key.range?.[1] ?? 0) : 0;
  const colon = yaml.indexOf(':', start) + 1;
  const end = Math.max(colon, isNode(old) ? (old.range?.[1] ?? colon) : colon);
  const lineEnd = /\r?\n[^\S\n]*$/.exec(yaml.slice(start, end))?.[0] ?? '';
  return { start: offset + start, end: offset + end, newText: `: ${value}${lineEnd}` };
}
