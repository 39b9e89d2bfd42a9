/** What the rules made of texts that come again with each edit around them. */
import type { Message } from '../../protocol/messages.ts';
import type { Compressed, Compressor } from './ports.ts';
import type { Call } from './stage.ts';

/** So many texts are remembered, of so many UTF-16 code units together. */
const MOST_TEXTS = 64;
const MOST_UNITS = 2 * 1024 * 1024;

/** Shortens a text as the call's model counts it; those that were shortened last are not looked at again. */
export function createShortenedTexts(
  compressor: Compressor,
): (call: Call, text: string, role: Message['role']) => Promise<Compressed> {
  const known = new Map<string, Compressed>();
  let size = 0;
  const forget = (key: string) => {
    const found = known.get(key);
    if (found === undefined) return;
    known.delete(key);
    size -= key.length + found.text.length;
  };
  return async ({ model, settings: { compressionRulesOff: rulesOff } }, text, role) => {
    const key = `${model.id}\n${model.encoding ?? ''}\n${rulesOff.join(' ')}\n${role}\n${text}`;
    const compressed = known.get(key) ?? (await compressor.compress(text, role, model, rulesOff));
    forget(key);
    known.set(key, compressed);
    size += key.length + compressed.text.length;
    for (const oldest of known.keys()) {
      if (known.size <= MOST_TEXTS && size <= MOST_UNITS) break;
      forget(oldest);
    }
    return compressed;
  };
}
