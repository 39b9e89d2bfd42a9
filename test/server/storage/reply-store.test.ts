import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { SETTINGS } from '../../../protocol/setting-definitions.ts';
import { packBytes } from '../../../server/storage/body.ts';
import { type Database, openMemoryDatabase } from '../../../server/storage/database.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import { replyWorth } from '../../contracts/reply-eviction.ts';
import { originOf, replyOf, textOf } from '../../contracts/reply-store.ts';

async function memory(context: TestContext): Promise<Database> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  return database;
}

const row = ({ connection }: Database) =>
  connection.prepare('SELECT codec, stored_at, last_used_at, uses, bytes FROM replies').get();

const packed = (value: unknown) => brotliCompressSync(JSON.stringify(value));

for (const [what, change, value] of [
  ['is not compressed', 'body', Buffer.from('{"parts":[]}')],
  ['is cut', 'body', brotliCompressSync(JSON.stringify(replyOf('yes'))).subarray(0, 20)],
  ['is not JSON', 'body', brotliCompressSync('yes')],
  ['is no reply', 'body', brotliCompressSync('{"text":"yes"}')],
  ['is text of another kind', 'body', packed({ ...replyOf('yes'), parts: [{ type: 'song', text: 'la' }] })],
  ['lacks a part', 'body', packed({ ...replyOf('yes'), parts: [null] })],
  ['lacks its text', 'body', packed({ ...replyOf('yes'), parts: [{ type: 'text' }] })],
  ['lacks its usage', 'body', packed({ ...replyOf('yes'), usage: {} })],
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
  store.peek('key', 1003, 100);
  assert.deepEqual(row(database), { ...expected, last_used_at: 1002, uses: 2 });
  store.put('key', reply, originOf(), 3000);
  assert.deepEqual(row(database), { ...expected, stored_at: 3000, last_used_at: 3000 });
});

/** Lets nothing more be written, as the system would say it. */
const REFUSALS = {
  'the file is read-only': ({ connection }: Database) => connection.pragma('query_only = ON'),
  'the disk is full': ({ connection }: Database) =>
    connection.pragma(`max_page_count = ${connection.pragma('page_count', { simple: true })}`),
};

for (const [why, refuse] of Object.entries(REFUSALS))
  test(`Where ${why} a hit is a hit, a limit applies, and storing says why it fails`, async (context) => {
    const database = await memory(context);
    const store = createReplyStore(database);
    store.put('key', replyOf('yes'), originOf(), 1000);
    refuse(database);
    assert.equal(textOf(store.get('key', 1001, 100)), 'yes');
    assert.throws(() => store.put('other', replyWorth(1, 100_000), originOf(), 1000), {
      code: 'storageUnavailable',
      message: new RegExp(why),
    });
    assert.equal(textOf(store.get('key', 1001, 100)), 'yes');
    store.limit(1);
    assert.equal(store.limitBytes(), 1);
  });

test('A damaged body is a miss where it cannot be deleted', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  store.put('key', replyOf('yes'), originOf(), 1000);
  database.connection.exec("UPDATE replies SET codec = 'morse'");
  database.connection.pragma('query_only = ON');
  assert.equal(store.get('key', 1000, 10), null);
});

test('A limit holds for whoever opens the store next, and nobody needs to set one', async (context) => {
  const database = await memory(context);
  const byDefault = SETTINGS.find(({ key }) => key === 'cache.megabytes')?.schema['default'];
  assert.equal(createReplyStore(database).limitBytes(), Number(byDefault) * 1e6);
  const store = createReplyStore(database);
  for (const bytes of [1e11, 5000.5]) store.limit(bytes);
  assert.equal(createReplyStore(database).limitBytes(), 5000);
  store.limit(0);
  assert.equal(createReplyStore(database).limitBytes(), 0);
});

test('A limit that is lowered by much takes effect in steps, between which answers are stored', async (context) => {
  const database = await memory(context);
  const steps: (() => void)[] = [];
  const store = createReplyStore(database, (step) => steps.push(step));
  for (let index = 0; index < 2500; index++)
    store.put(`key ${index}`, replyOf('yes'), originOf(), 1000 + index);
  const size = store.count({}).bytes / 2500;
  store.limit(100 * size);
  const left = [];
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    step();
    left.push(store.count({}).entries);
    assert.ok(steps.length <= 1);
  }
  assert.deepEqual(left, [1500, 500, 100]);
  store.limit(0);
  store.put('key', replyOf('yes'), originOf(), 9000);
  assert.equal(steps.length, 1);
  database.close();
  steps.shift()?.();
  assert.equal(steps.length, 0);
});

test('A sum that another program made wrong is mended and keeps nobody waiting', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  database.connection.exec('UPDATE reply_size SET entries = 9, bytes = 1000000000000');
  store.put('key', replyOf('yes'), originOf(), 1000);
  assert.deepEqual(store.count({}), { entries: 0, bytes: 0 });
  store.put('key', replyOf('yes'), originOf(), 1000);
  assert.equal(store.count({}).entries, 1);
});

test('Eviction and the last version of a model are found by their indexes', async (context) => {
  const { connection } = await memory(context);
  for (const [sql, index] of [
    ['SELECT key FROM replies ORDER BY tokens * (uses + 1), last_used_at LIMIT 1', 'replies_by_value'],
    [
      "SELECT served_model FROM replies WHERE provider = 'a' AND model = 'b' AND served_model IS NOT NULL ORDER BY stored_at DESC, rowid DESC LIMIT 1",
      'replies_by_model',
    ],
  ] as const) {
    const plan = connection.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
    assert.ok(
      plan.every(({ detail }) => detail.includes(index)),
      JSON.stringify(plan),
    );
  }
});

test('Text is kept in a fraction of its size', async (context) => {
  const database = await memory(context);
  createReplyStore(database).put('key', replyOf('All work and no play. '.repeat(1000)), originOf(), 1000);
  const [bytes] = database.connection.prepare<[], number>('SELECT length(body) FROM replies').pluck().all();
  assert.ok(bytes !== undefined && bytes < 1000, `${bytes} bytes`);
});

test('Whatever is stored, replaced, forgotten and taken out: the size is the sum of all', async (context) => {
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
      }
    }),
    { numRuns: 50 },
  );
});
