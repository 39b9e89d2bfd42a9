/** Bytes as they are kept in a row: compressed where that makes them smaller. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** How bytes are written; anything else is not read. */
export type Codec = 'plain' | 'brotli';

/** Bytes and how they are written. */
export interface Body {
  readonly body: Uint8Array;
  readonly codec: string;
}

/**
 * Quality 4 of 11: a fifth larger than the best and over ten times as fast, so that storing never delays a reply. The
 * window of 64 KiB holds nearly every answer whole; the default of 4 MiB would be allocated anew for each.
 */
const OPTIONS = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 },
};

/** Shorter bytes are not worth a try: what brotli itself adds eats what it saves. */
const SHORTEST_COMPRESSED = 64;

/** The bytes as a row keeps them. */
export function packBytes(bytes: Uint8Array): Body & { readonly codec: Codec } {
  if (bytes.byteLength < SHORTEST_COMPRESSED) return { body: bytes, codec: 'plain' };
  const compressed = brotliCompressSync(bytes, OPTIONS);
  return compressed.byteLength < bytes.byteLength
    ? { body: compressed, codec: 'brotli' }
    : { body: bytes, codec: 'plain' };
}

/** The bytes of a row; null when they cannot be read back. */
export function unpackBytes({ body, codec }: Body): Uint8Array | null {
  if (codec === 'plain') return body;
  if (codec !== 'brotli') return null;
  try {
    return brotliDecompressSync(body);
  } catch {
    return null;
  }
}
