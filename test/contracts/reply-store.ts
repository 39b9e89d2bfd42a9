/** What every store of the exact cache does, whatever it is stored in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReplyFilter, ReplyOrigin, ReplyStore, StoredReply } from '../../server/pipeline/ports.ts';
import { usageOf } from '../support/ledger-fixtures.ts';

/** A store under test and how to be rid of it. */
export interface ReplyStoreUnderTest {
  readonly store: ReplyStore;
  close(): void;
}

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 1, 12);

/** A reply that says `text`, between what it thought and a call of a tool. */
export const replyOf = (text: string, more: Partial<StoredReply> = {}): StoredReply => ({
  parts: [
    { type: 'reasoning', text: 'because' },
    { type: 'text', text },
    { type: 'toolCall', id: 'call_1', name: 'look_up', arguments: '{"word":"naïve"}' },
  ],
  reason: 'tool_calls',
  usage: usageOf(100, 20, { cachedInputTokens: 60, reasoningTokens: 5, approximate: true }),
  ...more,
});

/** What a reply says; null for none. */
export const textOf = (reply: StoredReply | null): string | null =>
  reply === null ? null : reply.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

/** Where a reply is from. */
export const originOf = (more: Partial<ReplyOrigin> = {}): ReplyOrigin => ({
  workspace: 'engine',
  feature: 'prompt file',
  job: 'file:///a.prompt.md',
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  servedModel: null,
  promptHash: null,
  systemHash: null,
  ...more,
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
      store.put('key', replyOf('yes'), originOf(), NOON);
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
        store.put('key', replyOf(text), originOf(), NOON);
        assert.deepEqual(store.get('key', NOON, HOUR), replyOf(text));
        assert.deepEqual(store.get('key', NOON, HOUR), replyOf(text));
      });

    check('keeps the last answer that was stored under a key', (store) => {
      store.put('key', replyOf('old'), originOf(), NOON);
      store.put('key', replyOf('new'), originOf(), NOON + HOUR);
      assert.equal(textOf(store.get('key', NOON + HOUR, HOUR)), 'new');
    });

    check('gives an answer until it is as old as it may be, and no longer', (store) => {
      store.put('key', replyOf('yes'), originOf(), NOON);
      assert.equal(textOf(store.get('key', NOON + HOUR - 1, HOUR)), 'yes');
      assert.equal(store.get('key', NOON + HOUR, HOUR), null);
      assert.equal(store.get('key', NOON, 0), null);
    });

    check('does not count reading as storing', (store) => {
      store.put('key', replyOf('yes'), originOf(), NOON);
      assert.equal(textOf(store.get('key', NOON + HOUR - 1, HOUR)), 'yes');
      assert.equal(store.get('key', NOON + HOUR + 1, HOUR), null);
    });

    check('neither loses an answer nor keeps it for ever when the clock is set back', (store) => {
      store.put('key', replyOf('yes'), originOf(), NOON);
      assert.equal(textOf(store.get('key', NOON - HOUR / 2, HOUR)), 'yes');
      assert.equal(store.get('key', NOON - 10 * HOUR, HOUR), null);
    });

    check('does not see what its caller does to a reply afterwards', (store) => {
      const parts = [...replyOf('yes').parts];
      store.put('key', { ...replyOf('yes'), parts }, originOf(), NOON);
      parts.pop();
      assert.equal(store.get('key', NOON, HOUR)?.parts.length, 3);
    });

    check('keeps the order of what was said, thought, refused and called', (store) => {
      const parts: StoredReply['parts'] = [
        { type: 'text', text: 'one' },
        { type: 'toolCall', id: '1', name: 'a', arguments: '{}' },
        { type: 'reasoning', text: 'two' },
        { type: 'refusal', text: 'three' },
        { type: 'text', text: 'four' },
      ];
      store.put('key', replyOf('', { parts }), originOf(), NOON);
      assert.deepEqual(store.get('key', NOON, HOUR)?.parts, parts);
    });

    check('forgets one answer, and says whether there was one', (store) => {
      store.put('key', replyOf('yes'), originOf(), NOON);
      store.put('other', replyOf('no'), originOf(), NOON);
      assert.deepEqual([store.forget('key'), store.forget('key')], [true, false]);
      assert.equal(store.get('key', NOON, HOUR), null);
      assert.equal(textOf(store.get('other', NOON, HOUR)), 'no');
      assert.equal(store.count({}).entries, 1);
    });

    for (const [what, filter, meant] of [
      ['everything', {}, ['plain', 'alone', 'explained', 'elsewhere', 'older']],
      ['a workspace', { workspace: 'engine' }, ['plain', 'explained', 'older']],
      ['what is in no workspace', { workspace: null }, ['alone']],
      ['a feature', { feature: 'explain selection' }, ['explained']],
      ['a prompt', { job: 'file:///a.prompt.md' }, ['plain', 'alone', 'older']],
      ['a provider', { provider: 'Ollama' }, ['elsewhere']],
      [
        'a model of it',
        { provider: 'OpenAI', model: 'gpt-5-mini' },
        ['plain', 'alone', 'explained', 'older'],
      ],
      ['a system prompt', { systemHash: 's1' }, ['plain']],
      ['older texts of a prompt', { job: 'file:///a.prompt.md', promptHashOtherThan: 'p2' }, ['older']],
      ['older versions of a model', { servedModelOtherThan: 'v2' }, ['older']],
      ['what there is none of', { feature: 'command line' }, []],
    ] as const satisfies readonly (readonly [string, ReplyFilter, readonly string[]])[])
      check(`means ${what} by a filter, counts it first, and takes out as many as it counted`, (store) => {
        const all: Readonly<Record<string, ReplyOrigin>> = {
          plain: originOf({ systemHash: 's1', promptHash: 'p2', servedModel: 'v2' }),
          alone: originOf({ workspace: null }),
          explained: originOf({ feature: 'explain selection', job: null }),
          elsewhere: originOf({ workspace: 'website', provider: 'Ollama', model: 'llama', job: null }),
          older: originOf({ promptHash: 'p1', servedModel: 'v1' }),
        };
        for (const [key, origin] of Object.entries(all)) store.put(key, replyOf(key), origin, NOON);
        const counted = store.count(filter);
        assert.equal(counted.entries, meant.length);
        assert.deepEqual(store.invalidate(filter), counted);
        const left = Object.keys(all).filter((key) => store.get(key, NOON, HOUR) !== null);
        assert.deepEqual(
          left,
          Object.keys(all).filter((key) => !(meant as readonly string[]).includes(key)),
        );
      });

    check('knows the version of a model that answered last', (store) => {
      assert.equal(store.lastServedModel('OpenAI', 'gpt-5-mini'), null);
      store.put('a', replyOf('a'), originOf({ servedModel: 'v1' }), NOON);
      store.put('b', replyOf('b'), originOf({ servedModel: 'v2' }), NOON + 1);
      store.put('c', replyOf('c'), originOf(), NOON + 2);
      store.put('d', replyOf('d'), originOf({ provider: 'Ollama', servedModel: 'v3' }), NOON + 3);
      assert.equal(store.lastServedModel('OpenAI', 'gpt-5-mini'), 'v2');
    });
  });
}
