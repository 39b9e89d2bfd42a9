/** The cache of components in plain memory, for tests of what stands on it. */
import type { ComponentCache, ComponentKind } from '../../server/pipeline/ports.ts';

/** Makes an empty cache that takes at most `limit` bytes. */
export function createMemoryComponentCache(limit = Number.MAX_SAFE_INTEGER): ComponentCache {
  const entries = new Map<string, { readonly kind: ComponentKind; readonly bytes: Uint8Array }>();
  const keyOf = (kind: ComponentKind, hash: string) => `${kind} ${hash}`;
  const size = () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  return {
    get(kind, hash) {
      const key = keyOf(kind, hash);
      const entry = entries.get(key);
      if (entry === undefined) return null;
      // The map's order is that of use.
      entries.delete(key);
      entries.set(key, entry);
      return Uint8Array.from(entry.bytes);
    },
    put(kind, hash, bytes) {
      const key = keyOf(kind, hash);
      entries.delete(key);
      if (bytes.byteLength > limit) return;
      entries.set(key, { kind, bytes: Uint8Array.from(bytes) });
      for (const oldest of entries.keys()) if (size() > limit) entries.delete(oldest);
    },
    clear(kind) {
      const found = [...entries].filter(([, entry]) => entry.kind === kind);
      for (const [key] of found) entries.delete(key);
      return found.length;
    },
  };
}
