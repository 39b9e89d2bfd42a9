/** What every store of the exact cache does, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReplyStore, StoredReply } from '../../server/pipeline/ports.ts';
import { usageOf } from '../support/ledger-fixtures.ts';

/** A store under test and how to be rid of it. */
export interface ReplyStoreUnderTest {
  readonly store: ReplyStore;
  close(): void;
}

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 1, 12);

/** A reply that says `text`. */
export const replyOf = (text: string): StoredReply => ({
  text,
  reasoning: 'because',
  toolCalls: [{ id: 'call_1', name: 'look_up', arguments: '{"word":"naïve"}' }],
  reason: 'tool_calls',
  usage: usageOf(100, 20, { cachedInputTokens: 60, reasoningTokens: 5, approximate: true }),
});

/** Runs the suite; `make` gives an empty store every time. */
export function replyStoreContract(name: string, make: () => Promise<ReplyStoreUnderTest>): void {
  const check = (sentence: string, body: (store: ReplyStore) => void) =>
    test(sentence, async () => {
      const { store, close } = await make();
      try {
        body(store);
      } finally {
        close();
      }
    });

  describe(`The reply store ${name}`, () => {
    check('has nothing under a key that was never stored', (store) => {
      store.put('key', replyOf('yes'), NOON);
      assert.equal(store.get('other', NOON, HOUR), null);
      assert.equal(store.get('KEY', NOON, HOUR), null);
    });

    for (const [what, text] of [
      ['plain text', 'The answer is 42.'],
      ['no text at all', ''],
      ['text of every kind', 'a\0b\r\n "é" 漢字 👩‍👩‍👧 \u2028'],
      ['a megabyte', 'All work and no play. '.repeat(50_000)],
    ] as const)
      check(`gives back ${what} with its reasoning, tool calls and usage`, (store) => {
        store.put('key', replyOf(text), NOON);
        assert.deepEqual(store.get('key', NOON, HOUR), replyOf(text));
        assert.deepEqual(store.get('key', NOON, HOUR), replyOf(text));
      });

    check('keeps the last answer that was stored under a key', (store) => {
      store.put('key', replyOf('old'), NOON);
      store.put('key', replyOf('new'), NOON + HOUR);
      assert.equal(store.get('key', NOON + HOUR, HOUR)?.text, 'new');
    });

    check('gives an answer until it is as old as it may be, and no longer', (store) => {
      store.put('key', replyOf('yes'), NOON);
      assert.equal(store.get('key', NOON + HOUR - 1, HOUR)?.text, 'yes');
      assert.equal(store.get('key', NOON + HOUR, HOUR), null);
      assert.equal(store.get('key', NOON, 0), null);
    });

    check('does not count reading as storing', (store) => {
      store.put('key', replyOf('yes'), NOON);
      assert.equal(store.get('key', NOON + HOUR - 1, HOUR)?.text, 'yes');
      assert.equal(store.get('key', NOON + HOUR + 1, HOUR), null);
    });

    check('neither loses an answer nor keeps it for ever when the clock is set back', (store) => {
      store.put('key', replyOf('yes'), NOON);
      assert.equal(store.get('key', NOON - HOUR / 2, HOUR)?.text, 'yes');
      assert.equal(store.get('key', NOON - 10 * HOUR, HOUR), null);
    });

    check('does not see what its caller does to a reply afterwards', (store) => {
      const toolCalls = [{ id: '1', name: 'a', arguments: '{}' }];
      store.put('key', { ...replyOf('yes'), toolCalls }, NOON);
      toolCalls.pop();
      assert.equal(store.get('key', NOON, HOUR)?.toolCalls.length, 1);
    });
  });
}
