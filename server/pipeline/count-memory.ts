/** True counts of long texts that come again with each edit around them. */
import type { TokenCount, TokenCounter } from './ports.ts';
import type { Call } from './stage.ts';

/** So many texts are remembered if nobody says otherwise, of so many UTF-16 code units together. */
const MOST_TEXTS = 32;
const MOST_UNITS = 4 * 1024 * 1024;

/** Counts a text as the call's model does; those that were counted last are not counted again. */
export function createCountMemory(
  counter: TokenCounter,
  mostTexts = MOST_TEXTS,
): (call: Call, text: string) => Promise<TokenCount> {
  const known = new Map<string, { readonly size: number; readonly count: TokenCount }>();
  let size = 0;
  const forget = (key: string) => {
    size -= known.get(key)?.size ?? 0;
    known.delete(key);
  };
  return async ({ model }, text) => {
    const key = `${model.id}\n${model.encoding ?? ''}\n${text}`;
    const found = known.get(key);
    const count = found?.count ?? (await counter.countText(model, text));
    forget(key);
    known.set(key, { size: key.length, count });
    size += key.length;
    for (const oldest of known.keys()) {
      if (known.size <= mostTexts && size <= MOST_UNITS) break;
      forget(oldest);
    }
    return count;
  };
}
