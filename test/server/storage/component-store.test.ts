import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { ComponentKind } from '../../../server/pipeline/ports.ts';
import { createComponentStore } from '../../../server/storage/component-store.ts';
import { type Database, openMemoryDatabase } from '../../../server/storage/database.ts';

const PLAY = Buffer.from('All work and no play. '.repeat(100));

async function memory(context: TestContext): Promise<Database> {
  const database = await openMemoryDatabase();
  context.after(() => database.close());
  return database;
}

const sums = ({ connection }: Database) =>
  connection
    .prepare<[], { kept: number; written: number }>(
      `SELECT (SELECT bytes FROM component_size) AS kept,
        (SELECT coalesce(sum(length(body)), 0) FROM components) AS written`,
    )
    .get();

for (const [what, change, value] of [
  ['cut', 'body', Buffer.from([1, 2, 3])],
  ['of an unknown codec', 'codec', 'morse'],
] as const)
  test(`A component that is ${what} is a miss and is deleted`, async (context) => {
    const database = await memory(context);
    const store = createComponentStore(database);
    store.put('summary', 'hash', PLAY, 1000);
    database.connection.prepare(`UPDATE components SET ${change} = ?`).run(value);
    assert.equal(store.get('summary', 'hash', 1000), null);
    assert.equal(database.connection.prepare('SELECT count(*) FROM components').pluck().get(), 0);
  });

test('A component is kept in a fraction of its size', async (context) => {
  const database = await memory(context);
  createComponentStore(database).put('fittedContext', 'hash', PLAY, 1000);
  const { written = PLAY.byteLength } = sums(database) ?? {};
  assert.ok(written < PLAY.byteLength / 10, `${written} bytes`);
});

test('A component is found where nothing can be written, and storing says why it fails', async (context) => {
  const database = await memory(context);
  const store = createComponentStore(database);
  store.put('summary', 'hash', PLAY, 1000);
  database.connection.pragma('query_only = ON');
  assert.deepEqual(store.get('summary', 'hash', 1000), new Uint8Array(PLAY));
  assert.throws(() => store.put('summary', 'other', PLAY, 1000), {
    code: 'storageUnavailable',
    message: /the file is read-only/,
  });
});

test('A sum that another program made wrong is mended and keeps nobody waiting', async (context) => {
  const database = await memory(context);
  const store = createComponentStore(database);
  database.connection.exec('UPDATE component_size SET bytes = 1000000000000');
  store.put('summary', 'hash', PLAY, 1000);
  assert.deepEqual(sums(database), { kept: 0, written: 0 });
});

test('Whatever is stored, replaced and cleared: the size is the sum, and never above the limit', async (context) => {
  const database = await memory(context);
  const store = createComponentStore(database, 3000);
  const kind = fc.constantFrom<ComponentKind>('embedding', 'summary');
  const hash = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({
      what: fc.constant('put' as const),
      kind,
      hash,
      bytes: fc.uint8Array({ maxLength: 3500, size: 'max' }),
    }),
    fc.record({ what: fc.constant('get' as const), kind, hash }),
    fc.record({ what: fc.constant('clear' as const), kind }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      for (const [index, one] of steps.entries()) {
        if (one.what === 'put') store.put(one.kind, one.hash, one.bytes, index);
        else if (one.what === 'get') store.get(one.kind, one.hash, index);
        else store.clear(one.kind);
        const { kept, written } = sums(database) ?? { kept: -1, written: 0 };
        assert.equal(kept, written);
        assert.ok(kept <= 3000, `${kept} bytes`);
      }
    }),
    { numRuns: 50 },
  );
});
