import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FinishReason } from '../../../protocol/receipt.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { pipeline } from '../../../server/pipeline/pipeline.ts';
import type { CachePolicy, Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { createMemoryReplyStore } from '../../support/memory-reply-store.ts';
import {
  collect,
  fakeDependencies,
  makeCachePolicy,
  makeCall,
  testClock,
} from '../../support/pipeline-fakes.ts';
import { answer, attempt, type ScriptedReply, scriptedProvider } from '../../support/scripted-provider.ts';
import { turnsUntil } from '../../support/turns.ts';

function setUp(...replies: readonly ScriptedReply[]) {
  const clock = testClock();
  const store = createMemoryReplyStore();
  const provider = scriptedProvider(...replies);
  const run = pipeline(fakeDependencies({ clock, replies: store }), provider.next);
  let calls = 0;
  const start = (overrides: Partial<Call> = {}) => {
    calls += 1;
    return run(makeCall({ id: `call-${calls}`, startedAt: clock.now(), ...overrides }));
  };
  return { clock, store, provider, start, send: (overrides?: Partial<Call>) => collect(start(overrides)) };
}

const policy = (overrides: Partial<CachePolicy>): CachePolicy => ({
  ...makeCachePolicy('use'),
  ...overrides,
});

const textOf = (events: readonly ReplyEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');

const decisionsOf = (events: readonly ReplyEvent[]) =>
  events.flatMap((event) => (event.type === 'decision' ? [event.decision] : []));

/** An answer that the provider says is of `servedModel`. */
function servedBy(servedModel: string, text = 'hello'): ScriptedReply {
  return {
    events: answer(text).events.map((event) =>
      event.type === 'attempt' ? { ...event, attempt: { ...event.attempt, servedModel } } : event,
    ),
  };
}

/** An answer that consists of what is given and ended for `reason`. */
const made = (parts: readonly ReplyEvent[], reason: FinishReason = 'stop'): ScriptedReply => ({
  events: [...parts, attempt('answered', 3, 2, 23), { type: 'end', reason }],
});

describe('What is given again', () => {
  const text: ReplyEvent = { type: 'text', text: 'Sum' };
  const reasoning: ReplyEvent = { type: 'reasoning', text: 'think' };
  const refusal: ReplyEvent = { type: 'refusal', text: 'I will not.' };
  const toolCall: ReplyEvent = {
    type: 'toolCall',
    id: 'call_1',
    name: 'add',
    arguments: '{"a":1}',
  };
  for (const [what, parts, reason] of [
    ['a text', [text], 'stop'],
    ['reasoning and a text', [reasoning, text], 'stop'],
    ['a refusal of the model', [refusal], 'stop'],
    ['tool calls between texts', [text, toolCall, text], 'tool_calls'],
  ] as const)
    test(`is ${what}, with its finish reason and its usage`, async () => {
      const { send, provider } = setUp(made(parts, reason));
      const first = await send();
      const second = await send();
      const shown = (events: readonly ReplyEvent[]) =>
        events.filter((event) => ['text', 'reasoning', 'refusal', 'toolCall', 'end'].includes(event.type));
      assert.deepEqual(shown(second.events), shown(first.events));
      const receipt = second.events.findLast((event) => event.type === 'receipt')?.receipt;
      assert.deepEqual([receipt?.replayed?.inputTokens, receipt?.replayed?.outputTokens], [3, 2]);
      assert.equal(receipt?.cost.nano, 0);
      assert.equal(provider.calls.length, 1);
    });

  test('is nothing that was only thought', async () => {
    const { send, provider } = setUp(made([reasoning]), made([reasoning]));
    await send();
    await send();
    assert.equal(provider.calls.length, 2);
  });

  test('has the same entry as when it was stored, by which it can be forgotten', async () => {
    const { send, store, provider } = setUp(answer('wrong'), answer('right'));
    const entryOf = ({ events }: { readonly events: readonly ReplyEvent[] }) =>
      events.findLast((event) => event.type === 'receipt')?.receipt.cacheEntry ?? null;
    const stored = entryOf(await send());
    const hit = entryOf(await send());
    assert.ok(stored !== null && stored === hit);
    assert.equal(store.forget(stored), true);
    assert.equal(textOf((await send()).events), 'right');
    assert.equal(provider.calls.length, 2);
  });

  test('comes at the pace that is set, and not sooner', async () => {
    const { send, start, clock } = setUp(answer('0123456789'.repeat(4)));
    await send();
    // 10 tokens at 4 characters each, 20 tokens a second: half a second.
    const settings = { ...defaultSettings(), cacheReplayTokensPerSecond: 20 };
    let text = '';
    let ended = false;
    const reading = (async () => {
      for await (const event of start({ settings })) {
        if (event.type === 'text') text += event.text;
        ended ||= event.type === 'end';
      }
    })();
    await turnsUntil(() => clock.sleeping().length > 0);
    clock.advance(250);
    await turnsUntil(() => text.length >= 20);
    assert.ok(text.length < 40 && !ended, 'half of it after half of the time');
    while (!ended) {
      await turnsUntil(() => ended || clock.sleeping().length > 0);
      clock.advance(25);
    }
    await reading;
    assert.equal(text, '0123456789'.repeat(4));
  });

  test('ends at once when its paced call is cancelled, and costs nothing', async () => {
    const { send, start, clock } = setUp(answer('0123456789'.repeat(4)));
    await send();
    const controller = new AbortController();
    const settings = { ...defaultSettings(), cacheReplayTokensPerSecond: 1 };
    const reading = collect(start({ settings, signal: controller.signal }));
    await turnsUntil(() => clock.sleeping().length > 0);
    controller.abort();
    const { events, error } = await reading;
    assert.equal((error as { code?: string }).code, 'cancelled');
    const receipt = events.findLast((event) => event.type === 'receipt')?.receipt;
    assert.deepEqual([receipt?.outcome, receipt?.cost.nano], ['aborted', 0]);
  });
});

describe('What is not the same request', () => {
  for (const [what, first, second] of [
    ['another scope', { cache: policy({ scope: 'engine' }) }, { cache: policy({ scope: 'website' }) }],
    [
      'another version of the prompt',
      { cache: policy({ version: '1' }) },
      { cache: policy({ version: '2' }) },
    ],
    ['another temperature', { sampling: { temperature: 0 } }, { sampling: { temperature: 0.5 } }],
  ] as const)
    test(`is one of ${what}`, async () => {
      const { send, provider } = setUp(answer('one'), answer('two'));
      assert.equal(textOf((await send(first)).events), 'one');
      assert.equal(textOf((await send(second)).events), 'two');
      assert.equal(provider.calls.length, 2);
    });
});

test('a call that wants a kept answer only is refused where there is none, and nothing is sent', async () => {
  const { send, provider } = setUp(answer('kept'));
  const { events, error } = await send({ cache: policy({ mode: 'only' }) });
  assert.equal((error as { code?: string }).code, 'notCached');
  const receipt = events.findLast((event) => event.type === 'receipt')?.receipt;
  assert.deepEqual([receipt?.outcome, receipt?.cost.nano], ['refused', 0]);
  assert.equal(provider.calls.length, 0);
  await send();
  assert.equal(textOf((await send({ cache: policy({ mode: 'only' }) })).events), 'kept');
});

test('a call whose mode was changed for it says why', async () => {
  const why = 'At temperature 1.2 another answer is wanted each time.';
  const { events } = await setUp(answer('one')).send({ cache: policy({ mode: 'bypass', why }) });
  assert.deepEqual(decisionsOf(events)[0], { stage: 'exactCache', action: 'bypassed', why });
});

describe('When a model behind an alias changes', () => {
  test('answers of the old one are taken out, and the user is told how many', async () => {
    const { send, store, provider } = setUp(
      servedBy('m-1'),
      servedBy('m-1'),
      servedBy('m-2', 'new'),
      answer('x'),
    );
    const asked = (content: string) => ({ messages: [{ role: 'user' as const, content }] });
    await send(asked('one'));
    await send(asked('two'));
    const { events } = await send(asked('three'));
    const told = decisionsOf(events).find(({ action }) => action === 'invalidated');
    assert.match(told?.why ?? '', /m-2 now.*m-1; 2 answers of other versions were taken out/);
    assert.equal(store.count({}).entries, 1);
    assert.equal(textOf((await send(asked('three'))).events), 'new');
    assert.equal(provider.calls.length, 3);
  });

  test('and back and forth, as servers are moved one by one, the cache is emptied once', async () => {
    const { send, store } = setUp(servedBy('m-1'), servedBy('m-2'), servedBy('m-1'), servedBy('m-2'));
    for (const content of ['one', 'two', 'three', 'four'])
      await send({ messages: [{ role: 'user', content }] });
    assert.equal(store.count({}).entries, 3);
  });

  test('to one that the provider does not name, nothing is taken out', async () => {
    const { send, store } = setUp(servedBy('m-1'), answer('unnamed'));
    for (const content of ['one', 'two']) await send({ messages: [{ role: 'user', content }] });
    assert.equal(store.count({}).entries, 2);
  });
});

test('an answer of another model than the one that was asked for is shown and not kept', async () => {
  const other: ScriptedReply = {
    events: answer('from elsewhere').events.map((event) =>
      event.type === 'attempt' ? { ...event, attempt: { ...event.attempt, model: 'other' } } : event,
    ),
  };
  const { send, store } = setUp(other);
  const { events } = await send();
  assert.equal(textOf(events), 'from elsewhere');
  assert.equal(store.count({}).entries, 0);
  assert.ok(decisionsOf(events).some(({ action }) => action === 'notStored'));
});

test('a call that leaves the cache out neither reads nor stores, and says so', async () => {
  const { send, provider, store } = setUp(answer('one'), answer('two'));
  const off = new Set(['exactCache'] as const);
  const { events } = await send({ off });
  await send({ off });
  assert.equal(provider.calls.length, 2);
  assert.equal(store.count({}).entries, 0);
  assert.ok(decisionsOf(events).some(({ stage, action }) => stage === 'exactCache' && action === 'off'));
});
