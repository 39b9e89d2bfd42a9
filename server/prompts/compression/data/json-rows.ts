/** An array of flat objects with the same keys as a row of keys and rows of values: each key stands once. */

/** A key or a plain value, as it is written. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null/y;

/**
 * `[{"a":1,"b":2},{"a":3,"b":4}]` as `[["a","b"],[1,2],[3,4]]`, every key and value byte for byte. Null
 * for anything else: nested values, keys that differ or stand in another order, a key that stands twice. `minified`
 * is valid JSON without white space outside of strings.
 */
export function columnsOf(minified: string): string | null {
  let position = 0;
  const skip = (mark: string): boolean => {
    if (minified[position] !== mark) return false;
    position++;
    return true;
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    const taken = pattern.exec(minified)?.[0] ?? null;
    position += taken?.length ?? 0;
    return taken;
  };

  if (!skip('[')) return null;
  let columns: string | undefined;
  const rows: string[] = [];
  do {
    if (!skip('{')) return null;
    const keys: string[] = [];
    const values: string[] = [];
    do {
      const key = take(STRING);
      const value = key !== null && skip(':') ? take(SCALAR) : null;
      if (key === null || value === null) return null;
      keys.push(key);
      values.push(value);
    } while (skip(','));
    const names = keys.join();
    if (!skip('}') || names !== (columns ?? names)) return null;
    if (columns === undefined && new Set(keys.map((key) => JSON.parse(key) as unknown)).size < keys.length)
      return null;
    columns = names;
    rows.push(`[${values.join()}]`);
  } while (skip(','));
  if (!skip(']') || position !== minified.length) return null;
  const written = `[[${columns}],${rows.join()}]`;
  return rowsOf(written) === JSON.stringify(JSON.parse(minified)) ? written : null;
}

/** The array of objects that a row of keys and rows of values stand for, in JSON's own spelling. */
function rowsOf(written: string): string {
  const [keys = [], ...rows] = JSON.parse(written) as unknown[][];
  return JSON.stringify(
    rows.map((values) => Object.fromEntries(keys.map((key, index) => [String(key), values[index]]))),
  );
}
