import assert from 'node:assert/strict';
import { test } from 'node:test';
import { farthingError } from '../../../protocol/errors.ts';
import { createWriteBehindReplies } from '../../../server/storage/write-behind.ts';
import { originOf, replyOf, textOf } from '../../contracts/reply-store.ts';
import { createMemoryReplyStore } from '../../support/memory-reply-store.ts';
import { turnsUntil } from '../../support/turns.ts';

test('An answer is there at once, and written in the next turn', async () => {
  const behind = createMemoryReplyStore();
  const store = createWriteBehindReplies(behind, assert.fail);
  store.put('key', replyOf('yes'), originOf(), 1000);
  assert.equal(behind.get('key', 1000, 10), null);
  assert.equal(textOf(store.get('key', 1005, 10)), 'yes');
  assert.equal(store.get('key', 1010, 10), null, 'too old');
  await turnsUntil(() => behind.count({}).entries === 1);
  assert.equal(textOf(store.get('key', 1000, 10)), 'yes');
});

test('Answers that cannot be written are told once, and are missing afterwards', async () => {
  const told: string[] = [];
  let full = true;
  const behind = createMemoryReplyStore();
  const store = createWriteBehindReplies(
    {
      ...behind,
      put(key, reply, origin, now) {
        if (full) throw farthingError('storageUnavailable', { file: 'x', detail: 'the disk is full' });
        behind.put(key, reply, origin, now);
      },
    },
    ({ code }) => told.push(code),
  );
  for (const key of ['a', 'b', 'c']) {
    store.put(key, replyOf(key), originOf(), 1000);
    await turnsUntil(() => store.get(key, 1000, 10) === null);
  }
  assert.deepEqual(told, ['storageUnavailable']);
  full = false;
  store.put('d', replyOf('d'), originOf(), 1000);
  store.flush();
  full = true;
  store.put('e', replyOf('e'), originOf(), 1000);
  store.flush();
  assert.deepEqual(told, ['storageUnavailable', 'storageUnavailable']);
  assert.equal(textOf(store.get('d', 1000, 10)), 'd');
});

test('With many answers at once they are written as they come', () => {
  const behind = createMemoryReplyStore();
  const store = createWriteBehindReplies(behind, assert.fail);
  for (let number = 0; number < 200; number++) store.put(`${number}`, replyOf('yes'), originOf(), 1000);
  assert.ok(behind.count({}).entries >= 128);
  store.flush();
  assert.equal(behind.count({}).entries, 200);
});
