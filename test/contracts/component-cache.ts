/** What every cache of components does, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ComponentCache, ComponentKind } from '../../server/pipeline/ports.ts';
import { createRandom } from '../support/random.ts';

/** A cache under test and how to be rid of it. */
export interface ComponentCacheUnderTest {
  readonly cache: ComponentCache;
  close(): void;
}

const KINDS: readonly ComponentKind[] = ['embedding', 'summary', 'fittedContext', 'toolOutput'];
const NOON = Date.UTC(2026, 10, 1, 12);

/** Bytes that cannot be compressed. */
function bytesOf(length: number, seed = 1): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** Runs the suite; `make` gives an empty cache that takes at most `limit` bytes. */
export function componentCacheContract(
  name: string,
  make: (limit: number) => Promise<ComponentCacheUnderTest>,
): void {
  const check = (sentence: string, body: (cache: ComponentCache) => void, limit = 1e9) =>
    test(sentence, async () => {
      const { cache, close } = await make(limit);
      try {
        body(cache);
      } finally {
        close();
      }
    });

  describe(`The component cache ${name}`, () => {
    for (const kind of KINDS)
      check(`keeps the bytes of a ${kind} under their hash, and apart from other kinds`, (cache) => {
        cache.put(kind, 'hash', bytesOf(1000), NOON);
        assert.deepEqual(cache.get(kind, 'hash', NOON), bytesOf(1000));
        for (const other of KINDS) if (other !== kind) assert.equal(cache.get(other, 'hash', NOON), null);
        assert.equal(cache.get(kind, 'other', NOON), null);
      });

    check('gives back every byte, of nothing, of a text and of noise', (cache) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
          cache.put('toolOutput', 'hash', bytes, NOON);
          assert.deepEqual(cache.get('toolOutput', 'hash', NOON), bytes);
        }),
        { numRuns: 50 },
      );
    });

    check('keeps the last bytes that were stored under a hash', (cache) => {
      cache.put('summary', 'hash', bytesOf(10), NOON);
      cache.put('summary', 'hash', bytesOf(20), NOON);
      assert.equal(cache.get('summary', 'hash', NOON)?.byteLength, 20);
    });

    check('does not see what its caller does to the bytes afterwards', (cache) => {
      const bytes = bytesOf(10);
      cache.put('summary', 'hash', bytes, NOON);
      bytes.fill(0);
      assert.deepEqual(cache.get('summary', 'hash', NOON), bytesOf(10));
    });

    check('clears a kind, says how many there were, and leaves the others', (cache) => {
      cache.put('summary', 'a', bytesOf(10), NOON);
      cache.put('summary', 'b', bytesOf(10), NOON);
      cache.put('embedding', 'a', bytesOf(10), NOON);
      assert.equal(cache.clear('summary'), 2);
      assert.equal(cache.get('summary', 'a', NOON), null);
      assert.notEqual(cache.get('embedding', 'a', NOON), null);
    });

    check(
      'lets the longest unused go where it has no room',
      (cache) => {
        cache.put('embedding', 'old', bytesOf(1000, 1), NOON);
        cache.put('embedding', 'used', bytesOf(1000, 2), NOON + 1);
        cache.get('embedding', 'old', NOON + 2);
        cache.put('embedding', 'new', bytesOf(1000, 3), NOON + 3);
        assert.equal(cache.get('embedding', 'used', NOON + 4), null);
        assert.notEqual(cache.get('embedding', 'old', NOON + 4), null);
        assert.notEqual(cache.get('embedding', 'new', NOON + 4), null);
      },
      2500,
    );

    check(
      'does not keep what is larger than all its room, and keeps the rest',
      (cache) => {
        cache.put('embedding', 'small', bytesOf(100), NOON);
        cache.put('embedding', 'large', bytesOf(5000), NOON);
        assert.equal(cache.get('embedding', 'large', NOON), null);
        assert.notEqual(cache.get('embedding', 'small', NOON), null);
      },
      2500,
    );
  });
}
