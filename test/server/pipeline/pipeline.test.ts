import assert from 'node:assert/strict';
import { test } from 'node:test';
import { farthingError } from '../../../protocol/errors.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { pipeline, stages } from '../../../server/pipeline/pipeline.ts';
import type { Call, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { createMemoryReplyStore } from '../../support/memory-reply-store.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import {
  collect,
  fakeDependencies,
  makeCachePolicy,
  makeCall,
  testClock,
} from '../../support/pipeline-fakes.ts';
import {
  answer,
  attempt,
  type ScriptedReply,
  scriptedProvider,
  transportFault,
} from '../../support/scripted-provider.ts';
import { turnsUntil } from '../../support/turns.ts';

/** The whole pipeline over scripted replies, with memory stores and a clock that stands still. */
function setUp(...replies: readonly ScriptedReply[]) {
  const clock = testClock();
  const ledger = createMemoryLedger();
  const store = createMemoryReplyStore();
  const provider = scriptedProvider(...replies);
  const dependencies = fakeDependencies({ clock, ledger, replies: store });
  const run = pipeline(dependencies, provider.next);
  let calls = 0;
  return {
    clock,
    ledger,
    provider,
    dependencies,
    send(overrides: Partial<Call> = {}) {
      calls += 1;
      return collect(run(makeCall({ id: `call-${calls}`, startedAt: clock.now(), ...overrides })));
    },
  };
}

const textOf = (events: readonly ReplyEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');

function receiptOf(events: readonly ReplyEvent[]) {
  const last = events.at(-1);
  assert.equal(last?.type, 'receipt', 'the receipt is the last event');
  return last.receipt;
}

const actions = (events: readonly ReplyEvent[]) =>
  events.flatMap((event) =>
    event.type === 'decision' ? [`${event.decision.stage} ${event.decision.action}`] : [],
  );

test('the list has its stages in the order of the plan', () => {
  assert.deepEqual(
    stages(setUp().dependencies).map((stage) => stage.name),
    [
      'attribute',
      'record',
      'budget',
      'exactCache',
      'singleFlight',
      'deadline',
      'fitHistory',
      'fitContext',
      'compress',
      'boundOutput',
      'arrangePrefix',
      'route',
      'cascade',
      'fallback',
      'retry',
    ],
  );
});

test('an answer passes through, is charged once, and leaves one ledger line', async () => {
  const { send, ledger } = setUp(answer('hello'));
  const attribution = {
    feature: 'prompt file',
    user: '',
    job: null,
    workspace: null,
    branch: null,
    tags: [],
  };
  const { events, error } = await send({ attribution });
  assert.equal(error, null);
  assert.equal(textOf(events), 'hello');
  const receipt = receiptOf(events);
  assert.equal(receipt.outcome, 'answered');
  assert.equal(receipt.cost.nano, 23);
  assert.equal(receipt.savedNano, 0);
  assert.equal(ledger.lines().length, 1);
  assert.equal(ledger.lines()[0]?.call.attribution.user, 'ada');
  assert.deepEqual(ledger.lines()[0]?.receipt, receipt);
});

test('the same request again is answered from the cache for nothing and says what it saved', async () => {
  const { send, ledger, provider } = setUp(answer('hello'));
  await send();
  const { events } = await send();
  const receipt = receiptOf(events);
  assert.equal(textOf(events), 'hello');
  assert.equal(provider.calls.length, 1);
  assert.equal(receipt.outcome, 'cached');
  assert.equal(receipt.cost.nano, 0);
  // 3 input tokens at 1 and 2 output tokens at 10 nano-dollars.
  assert.equal(receipt.savedNano, 23);
  assert.equal(receipt.usage.inputTokens, 0);
  assert.deepEqual(actions(events), ['exactCache hit']);
  assert.deepEqual(
    ledger.lines().map((line) => line.receipt?.outcome),
    ['answered', 'cached'],
  );
});

test('reasoning, tool calls and the finish reason come back from the cache as they were', async () => {
  const whole: ScriptedReply = {
    events: [
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'I ' },
      { type: 'text', text: 'call' },
      { type: 'toolCall', id: 't1', name: 'read', arguments: '{"a":1}' },
      attempt('answered', 3, 2, 1),
      { type: 'end', reason: 'tool_calls' },
    ],
  };
  const { send } = setUp(whole);
  await send();
  const { events } = await send();
  assert.deepEqual(
    events.filter((event) => ['reasoning', 'text', 'toolCall', 'end'].includes(event.type)),
    [
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'I call' },
      { type: 'toolCall', id: 't1', name: 'read', arguments: '{"a":1}' },
      { type: 'end', reason: 'tool_calls' },
    ],
  );
});

const notStored: readonly (readonly [string, ScriptedReply])[] = [
  [
    'cut by the output limit',
    {
      events: [{ type: 'text', text: 'ha' }, attempt('answered', 3, 1, 1), { type: 'end', reason: 'length' }],
    },
  ],
  [
    'stopped by a filter',
    {
      events: [
        { type: 'text', text: 'ha' },
        attempt('answered', 3, 1, 1),
        { type: 'end', reason: 'content_filter' },
      ],
    },
  ],
  ['empty', { events: [attempt('answered', 3, 0, 1), { type: 'end', reason: 'stop' }] }],
  [
    'broken off',
    {
      events: [{ type: 'text', text: 'ha' }, attempt('failed', 3, 1, 13)],
      error: farthingError('cutStream', { provider: 'Test' }),
    },
  ],
  [
    'cancelled',
    {
      events: [{ type: 'text', text: 'ha' }, attempt('aborted', 3, 1, 13)],
      error: farthingError('cancelled', {}),
    },
  ],
];
for (const [what, reply] of notStored) {
  test(`an answer that was ${what} does not enter the cache`, async () => {
    const { send, provider } = setUp(reply, answer('whole'));
    await send();
    const { events } = await send();
    assert.equal(textOf(events), 'whole');
    assert.equal(provider.calls.length, 2);
  });
}

test('a stream that broke off is charged for what came, and its receipt comes before the error', async () => {
  const { send, ledger } = setUp({
    events: [{ type: 'text', text: 'ha' }, attempt('failed', 3, 1, 13)],
    error: farthingError('cutStream', { provider: 'Test' }),
  });
  const { events, error } = await send();
  assert.equal((error as { code?: string }).code, 'cutStream');
  assert.equal(receiptOf(events).outcome, 'failed');
  assert.equal(receiptOf(events).cost.nano, 13);
  assert.equal(ledger.lines()[0]?.receipt?.error?.code, 'cutStream');
});

test('a cancelled call is recorded as aborted with what it used', async () => {
  const { send } = setUp({
    events: [{ type: 'text', text: 'ha' }, attempt('aborted', 3, 1, 13)],
    error: farthingError('cancelled', {}),
  });
  const { events } = await send();
  assert.equal(receiptOf(events).outcome, 'aborted');
  assert.equal(receiptOf(events).cost.nano, 13);
});

test('a call without a key is refused, costs nothing and still has its line', async () => {
  const { send, ledger } = setUp({
    events: [],
    error: farthingError('noKey', { provider: 'Test', environment: null }),
  });
  const { events } = await send();
  assert.equal(receiptOf(events).outcome, 'refused');
  assert.equal(receiptOf(events).cost.nano, 0);
  assert.equal(ledger.lines().length, 1);
});

test('an unknown price stays unknown in the receipt and in what a hit saves', async () => {
  const { send } = setUp(answer('hello', null));
  const { events } = await send();
  assert.deepEqual(receiptOf(events).cost, { nano: null, priceVersion: null });
});

test('a fault of transport is sent again after a wait, and every leg is charged', async () => {
  const { send, clock, provider } = setUp(transportFault(), answer('second'));
  const sent = send();
  await turnsUntil(() => clock.sleeping().length === 2);
  assert.equal(clock.sleeping()[1], 250, 'half of the first 500 ms, since the random number is 0.5');
  clock.advance(250);
  const { events } = await sent;
  assert.equal(textOf(events), 'second');
  assert.equal(provider.calls.length, 2);
  assert.deepEqual(actions(events), ['exactCache missed', 'retry retried', 'exactCache stored']);
});

test('the wait is as long as the provider asks', async () => {
  const { send, clock } = setUp(transportFault(7000), answer('second'));
  const sent = send();
  await turnsUntil(() => clock.sleeping().length === 2);
  assert.equal(clock.sleeping()[1], 7000, 'the first to sleep is the deadline');
  clock.advance(7000);
  assert.equal((await sent).error, null);
});

test('a provider that asks for more patience than a user has ends the call with its error', async () => {
  const { send } = setUp(transportFault(120_000));
  assert.equal(((await send()).error as { code?: string }).code, 'providerDown');
});

test('the setting for attempts limits how often a request is sent', async () => {
  const { send, provider } = setUp(transportFault(), answer('never'));
  const { error } = await send({ settings: { ...defaultSettings(), attempts: 1 } });
  assert.equal((error as { code?: string }).code, 'providerDown');
  assert.equal(provider.calls.length, 1);
});

test('nothing is sent again once text was shown', async () => {
  const fault = transportFault();
  const { send, provider } = setUp(
    { ...fault, events: [{ type: 'text', text: 'ha' }, ...fault.events] },
    answer('x'),
  );
  assert.equal(((await send()).error as { code?: string }).code, 'providerDown');
  assert.equal(provider.calls.length, 1);
});

test('cancelling during the wait before another try ends the call at once', async () => {
  const { send, clock, provider } = setUp(transportFault(), answer('never'));
  const controller = new AbortController();
  const sent = send({ signal: controller.signal });
  await turnsUntil(() => clock.sleeping().length === 2);
  controller.abort();
  const { events, error } = await sent;
  assert.equal((error as { code?: string }).code, 'cancelled');
  assert.equal(receiptOf(events).outcome, 'aborted');
  assert.equal(provider.calls.length, 1);
});

for (const [mode, writes] of [
  ['refresh', true],
  ['bypass', false],
] as const) {
  test(`"${mode}" reads no stored answer and ${writes ? 'stores the fresh one' : 'stores none'}`, async () => {
    const { send, provider } = setUp(answer('old'), answer('new'), answer('newest'));
    await send();
    assert.equal(textOf((await send({ cache: makeCachePolicy(mode) })).events), 'new');
    assert.equal(textOf((await send()).events), writes ? 'new' : 'old');
    assert.equal(provider.calls.length, 2);
  });
}

test('an answer older than its policy allows is asked for anew', async () => {
  const { send, clock } = setUp(answer('old'), answer('new'));
  const cache = { ...makeCachePolicy('use'), maxAgeMs: 3_600_000 };
  await send({ cache });
  clock.advance(3_599_999);
  assert.equal(textOf((await send({ cache })).events), 'old');
  clock.advance(1);
  assert.equal(textOf((await send({ cache })).events), 'new');
});

test('a cache that fails leaves the answer as it is and says so', async () => {
  const { dependencies, ledger } = setUp();
  const replies = {
    ...dependencies.replies,
    get: () => {
      throw new Error('disk on fire');
    },
    put: () => undefined,
  };
  const run = pipeline({ ...dependencies, replies }, scriptedProvider(answer('hello')).next);
  const { events, error } = await collect(run(makeCall()));
  assert.equal(error, null);
  assert.equal(textOf(events), 'hello');
  assert.deepEqual(actions(events), ['exactCache degraded']);
  assert.equal(ledger.lines()[0]?.receipt?.outcome, 'answered');
});

test('a cache that cannot store leaves the answer as it is and says so', async () => {
  const { dependencies } = setUp();
  const replies = {
    ...dependencies.replies,
    get: () => null,
    put: () => {
      throw new Error('disk on fire');
    },
  };
  const run = pipeline({ ...dependencies, replies }, scriptedProvider(answer('hello')).next);
  const { events, error } = await collect(run(makeCall()));
  assert.equal(error, null);
  assert.equal(textOf(events), 'hello');
  assert.deepEqual(actions(events), ['exactCache missed', 'exactCache degraded']);
  assert.equal(receiptOf(events).finishReason, 'stop');
});
