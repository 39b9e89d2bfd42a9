/** How every store of the exact cache keeps itself below its limit, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ReplyStore, StoredReply } from '../../server/pipeline/ports.ts';
import { usageOf } from '../support/ledger-fixtures.ts';
import { createRandom } from '../support/random.ts';
import { originOf, type ReplyStoreUnderTest, replyOf } from './reply-store.ts';

const NOON = Date.UTC(2026, 10, 1, 12);
const HOUR = 3_600_000;

/** A reply whose use saves `tokens`, with `length` letters that compress badly. */
export function replyWorth(tokens: number, length = 400): StoredReply {
  const random = createRandom(length);
  const letters = Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 90)));
  return replyOf(letters.join(''), { usage: usageOf(tokens, 0) });
}

/** Runs the suite; `make` gives an empty store every time. */
export function replyEvictionContract(name: string, make: () => Promise<ReplyStoreUnderTest>): void {
  const check = (sentence: string, body: (store: ReplyStore) => void) =>
    test(sentence, async () => {
      const { store, close } = await make();
      try {
        body(store);
      } finally {
        close();
      }
    });

  // A store may write a little later; a count is of what is written.
  const written = (store: ReplyStore): ReplyStore => {
    store.count({});
    return store;
  };
  const kept = (store: ReplyStore, keys: readonly string[]) =>
    keys.filter((key) => written(store).peek(key, NOON, HOUR) !== null);

  describe(`The limit of the reply store ${name}`, () => {
    check(
      'lets those go first whose use saved the fewest tokens, of equal ones the longest unused',
      (store) => {
        const keys = ['dear', 'oldest', 'older', 'used', 'new'];
        for (const [index, key] of keys.entries())
          store.put(key, replyWorth(key === 'dear' ? 1000 : 100), originOf(), NOON + index);
        // Not later than the next was stored: what counts is how often.
        for (let time = 0; time < 2; time++) written(store).get('used', NOON + 3, HOUR);
        for (const left of [
          ['dear', 'older', 'used', 'new'],
          ['dear', 'used', 'new'],
          ['dear', 'used'],
          ['dear'],
          [],
        ]) {
          store.limit(store.count({}).bytes - 1);
          assert.deepEqual(kept(store, keys), left);
        }
      },
    );

    check('makes room for a new answer with those that are worth no more', (store) => {
      store.put('old', replyWorth(100), originOf(), NOON);
      store.put('dear', replyWorth(500), originOf(), NOON + 1);
      store.limit(store.count({}).bytes);
      store.put('new', replyWorth(100), originOf(), NOON + 2);
      assert.deepEqual(kept(store, ['old', 'dear', 'new']), ['dear', 'new']);
      store.put('cheap', replyWorth(1), originOf(), NOON + 3);
      assert.deepEqual(kept(store, ['old', 'dear', 'new', 'cheap']), ['dear', 'new']);
    });

    check('counts no use for who only looks', (store) => {
      store.put('looked at', replyWorth(100), originOf(), NOON);
      store.put('other', replyWorth(101), originOf(), NOON);
      for (let time = 0; time < 3; time++) store.peek('looked at', NOON + time, HOUR);
      store.limit(store.count({}).bytes - 1);
      assert.deepEqual(kept(store, ['looked at', 'other']), ['other']);
    });

    check('takes no more than it must', (store) => {
      const keys = Array.from({ length: 500 }, (_, index) => `key ${index}`);
      for (const [index, key] of keys.entries()) store.put(key, replyWorth(100), originOf(), NOON + index);
      const { bytes } = store.count({});
      store.limit(bytes / 2);
      assert.deepEqual(kept(store, keys), keys.slice(250));
    });

    check('keeps no answer that is larger, costs no other its place, and drops what it replaces', (store) => {
      store.limit(5000);
      store.put('small', replyWorth(1), originOf(), NOON);
      store.put('large', replyWorth(1), originOf(), NOON);
      store.put('large', replyWorth(1e6, 20_000), originOf(), NOON);
      assert.deepEqual(kept(store, ['small', 'large']), ['small']);
    });

    check('keeps nothing at a limit of nothing', (store) => {
      store.put('key', replyWorth(1), originOf(), NOON);
      store.limit(0);
      store.put('other', replyWorth(1), originOf(), NOON);
      assert.deepEqual([store.count({}), store.limitBytes()], [{ entries: 0, bytes: 0 }, 0]);
    });

    test('is never exceeded, whatever is stored, used, forgotten and limited', async () => {
      const { store, close } = await make();
      const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
      const step = fc.oneof(
        fc.record({ kind: fc.constant('put' as const), key, tokens: fc.nat(100), length: fc.nat(2000) }),
        fc.record({ kind: fc.constant('get' as const), key }),
        fc.record({ kind: fc.constant('forget' as const), key }),
        fc.record({ kind: fc.constant('limit' as const), bytes: fc.nat(6000) }),
      );
      const take = (one: typeof step extends fc.Arbitrary<infer Step> ? Step : never): unknown => {
        if (one.kind === 'put')
          return store.put(one.key, replyWorth(one.tokens, one.length), originOf(), NOON);
        if (one.kind === 'get') return store.get(one.key, NOON, HOUR);
        return one.kind === 'forget' ? store.forget(one.key) : store.limit(one.bytes);
      };
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          for (const one of steps) {
            take(one);
            assert.ok(store.count({}).bytes <= store.limitBytes());
          }
        }),
        { numRuns: 50 },
      );
      close();
    });
  });
}
