import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { StoredReply } from '../../../server/pipeline/ports.ts';
import { packBytes } from '../../../server/storage/body.ts';
import { type Database, openMemoryDatabase } from '../../../server/storage/database.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import { originOf, replyOf, textOf } from '../../contracts/reply-store.ts';
import { usageOf } from '../../support/ledger-fixtures.ts';

async function memory(context: TestContext): Promise<Database> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  return database;
}

const row = ({ connection }: Database) =>
  connection.prepare('SELECT codec, stored_at, last_used_at, uses, bytes FROM replies').get();

for (const [what, change, value] of [
  ['is not compressed', 'body', Buffer.from('{"parts":[]}')],
  ['is cut', 'body', brotliCompressSync(JSON.stringify(replyOf('yes'))).subarray(0, 20)],
  ['is not JSON', 'body', brotliCompressSync('yes')],
  ['is no reply', 'body', brotliCompressSync('{"text":"yes"}')],
  ['is null', 'body', brotliCompressSync('null')],
  ['has an unknown codec', 'codec', 'morse'],
] as const)
  test(`A body that ${what} is a miss and is deleted`, async (context) => {
    const database = await memory(context);
    const store = createReplyStore(database);
    store.put('key', replyOf('yes'), originOf(), 1000);
    database.connection.prepare(`UPDATE replies SET ${change} = ?`).run(value);
    assert.equal(store.get('key', 1000, 10), null);
    assert.equal(row(database), undefined);
    store.put('key', replyOf('again'), originOf(), 1000);
    assert.equal(textOf(store.get('key', 1000, 10)), 'again');
  });

test('Each hit is counted, and storing anew begins again', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  const reply = replyOf('yes');
  const bytes = packBytes(Buffer.from(JSON.stringify(reply))).body.byteLength;
  const expected = { codec: 'brotli', stored_at: 1000, last_used_at: 1000, uses: 0, bytes };
  store.put('key', reply, originOf(), 1000);
  assert.deepEqual(row(database), expected);
  store.get('key', 1001, 100);
  store.get('key', 1002.4, 100);
  assert.deepEqual(row(database), { ...expected, last_used_at: 1002, uses: 2 });
  store.get('key', 2000, 100);
  assert.deepEqual(row(database), { ...expected, last_used_at: 1002, uses: 2 });
  store.put('key', reply, originOf(), 3000);
  assert.deepEqual(row(database), { ...expected, stored_at: 3000, last_used_at: 3000 });
});

test('A hit is a hit where nothing can be written, and storing says why it fails', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  store.put('key', replyOf('yes'), originOf(), 1000);
  database.connection.pragma('query_only = ON');
  assert.equal(textOf(store.get('key', 1001, 100)), 'yes');
  assert.throws(() => store.put('other', replyOf('no'), originOf(), 1000), {
    code: 'storageUnavailable',
    message: /the file is read-only/,
  });
});

test('Text is kept in a fraction of its size', async (context) => {
  const database = await memory(context);
  createReplyStore(database).put('key', replyOf('All work and no play. '.repeat(1000)), originOf(), 1000);
  const [bytes] = database.connection.prepare<[], number>('SELECT length(body) FROM replies').pluck().all();
  assert.ok(bytes !== undefined && bytes < 1000, `${bytes} bytes`);
});

/** A reply whose use saves `tokens`, of about `size` bytes that cannot be compressed. */
function replyWorth(tokens: number, size = 400): StoredReply {
  return replyOf(randomBytes(size / 2).toString('latin1'), { usage: usageOf(tokens, 0) });
}

test('Beyond the limit those go first whose use saved the fewest tokens, of equal ones the longest unused', async (context) => {
  const store = createReplyStore(await memory(context));
  const sizes = ['dear', 'cheap', 'used', 'new'].map((key, index) => {
    const before = store.count({}).bytes;
    store.put(
      key,
      replyWorth({ dear: 1000, cheap: 100, used: 100, new: 100 }[key] ?? 0),
      originOf(),
      1000 + index,
    );
    return store.count({}).bytes - before;
  });
  store.get('used', 1010, 100);
  const kept = () => ['dear', 'cheap', 'used', 'new'].filter((key) => store.get(key, 1010, 1e6) !== null);
  const [all] = [sizes.reduce((sum, size) => sum + size, 0)];
  store.limit(all - 1);
  assert.deepEqual(kept(), ['dear', 'used', 'new']);
});

test('An answer that is larger than the limit is not kept, and costs no other its place', async (context) => {
  const store = createReplyStore(await memory(context));
  store.limit(2000);
  store.put('small', replyWorth(1), originOf(), 1000);
  store.put('large', replyWorth(1e6, 10_000), originOf(), 1000);
  assert.equal(store.get('large', 1000, 10), null);
  assert.notEqual(store.get('small', 1000, 10), null);
});

test('Whatever is stored, replaced, forgotten and taken out: the size is the sum, and never above the limit', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const step = fc.oneof(
    fc.record({
      what: fc.constant('put' as const),
      key,
      tokens: fc.nat(100),
      size: fc.integer({ min: 2, max: 2000 }),
    }),
    fc.record({ what: fc.constant('forget' as const), key }),
    fc.record({ what: fc.constant('get' as const), key }),
    fc.record({ what: fc.constant('invalidate' as const), job: fc.constantFrom('a', 'b') }),
    fc.record({ what: fc.constant('limit' as const), bytes: fc.integer({ min: 0, max: 6000 }) }),
  );
  const sums = database.connection.prepare<[], { entries: number; bytes: number }>(
    'SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM replies',
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      for (const one of steps) {
        if (one.what === 'put')
          store.put(one.key, replyWorth(one.tokens, one.size), originOf({ job: one.key }), 1000);
        else if (one.what === 'forget') store.forget(one.key);
        else if (one.what === 'get') store.get(one.key, 1000, 10);
        else if (one.what === 'invalidate') store.invalidate({ job: one.job });
        else store.limit(one.bytes);
        assert.deepEqual(store.count({}), sums.get());
        assert.ok(store.count({}).bytes <= store.limitBytes());
      }
    }),
    { numRuns: 50 },
  );
});
