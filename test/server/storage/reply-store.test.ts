import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { type Database, openMemoryDatabase } from '../../../server/storage/database.ts';
import { createReplyStore } from '../../../server/storage/reply-store.ts';
import { replyOf } from '../../contracts/reply-store.ts';

async function memory(context: TestContext): Promise<Database> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  return database;
}

const row = ({ connection }: Database) =>
  connection.prepare('SELECT codec, stored_at, last_used_at, uses, bytes FROM replies').get();

for (const [what, change, value] of [
  ['is not compressed', 'body', Buffer.from('{"text":"yes"}')],
  ['is cut', 'body', brotliCompressSync(JSON.stringify(replyOf('yes'))).subarray(0, 20)],
  ['is not JSON', 'body', brotliCompressSync('yes')],
  ['is no reply', 'body', brotliCompressSync('{"text":"yes"}')],
  ['is null', 'body', brotliCompressSync('null')],
  ['has an unknown codec', 'codec', 'morse'],
] as const)
  test(`A body that ${what} is a miss and is deleted`, async (context) => {
    const database = await memory(context);
    const store = createReplyStore(database);
    store.put('key', replyOf('yes'), 1000);
    database.connection.prepare(`UPDATE replies SET ${change} = ?`).run(value);
    assert.equal(store.get('key', 1000, 10), null);
    assert.equal(row(database), undefined);
    store.put('key', replyOf('again'), 1000);
    assert.equal(store.get('key', 1000, 10)?.text, 'again');
  });

test('Each hit is counted, and storing anew begins again', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  const reply = replyOf('yes');
  const bytes = Buffer.byteLength(JSON.stringify(reply));
  const expected = { codec: 'json+brotli', stored_at: 1000, last_used_at: 1000, uses: 0, bytes };
  store.put('key', reply, 1000);
  assert.deepEqual(row(database), expected);
  store.get('key', 1001, 100);
  store.get('key', 1002.4, 100);
  assert.deepEqual(row(database), { ...expected, last_used_at: 1002, uses: 2 });
  store.get('key', 2000, 100);
  assert.deepEqual(row(database), { ...expected, last_used_at: 1002, uses: 2 });
  store.put('key', reply, 3000);
  assert.deepEqual(row(database), { ...expected, stored_at: 3000, last_used_at: 3000 });
});

test('A hit is a hit where nothing can be written, and storing says why it fails', async (context) => {
  const database = await memory(context);
  const store = createReplyStore(database);
  store.put('key', replyOf('yes'), 1000);
  database.connection.pragma('query_only = ON');
  assert.equal(store.get('key', 1001, 100)?.text, 'yes');
  assert.throws(() => store.put('other', replyOf('no'), 1000), {
    code: 'storageUnavailable',
    message: /the file is read-only/,
  });
});

test('Text is kept in a fraction of its size', async (context) => {
  const database = await memory(context);
  createReplyStore(database).put('key', replyOf('All work and no play. '.repeat(1000)), 1000);
  const [bytes] = database.connection.prepare<[], number>('SELECT length(body) FROM replies').pluck().all();
  assert.ok(bytes !== undefined && bytes < 1000, `${bytes} bytes`);
});
