import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createComponentStore } from '../../../server/storage/component-store.ts';
import { openMemoryDatabase } from '../../../server/storage/database.ts';

for (const [what, change, value] of [
  ['cut', 'body', Buffer.from([1, 2, 3])],
  ['of an unknown codec', 'codec', 'morse'],
] as const)
  test(`A component that is ${what} is a miss and is deleted`, async (context) => {
    const database = await openMemoryDatabase();
    context.after(() => database.close());
    const store = createComponentStore(database);
    store.put('summary', 'hash', Buffer.from('All work and no play. '.repeat(100)), 1000);
    database.connection.prepare(`UPDATE components SET ${change} = ?`).run(value);
    assert.equal(store.get('summary', 'hash', 1000), null);
    assert.equal(database.connection.prepare('SELECT count(*) FROM components').pluck().get(), 0);
  });
