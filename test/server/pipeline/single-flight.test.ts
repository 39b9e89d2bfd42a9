/** Identical calls under way: who gets what, who pays, who ends it, and what happens when it goes wrong. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { farthingError } from '../../../protocol/errors.ts';
import { defaultSettings } from '../../../protocol/settings.ts';
import { createCacheKeys } from '../../../server/pipeline/cache-key.ts';
import { compose } from '../../../server/pipeline/compose.ts';
import type { Next } from '../../../server/pipeline/stage.ts';
import { singleFlight } from '../../../server/pipeline/stages/single-flight.ts';
import { LADDER } from '../../support/ladders.ts';
import { makeCall, testClock } from '../../support/pipeline-fakes.ts';
import { attempt } from '../../support/scripted-provider.ts';
import { ABORTED_NANO } from '../../support/steered-provider.ts';
import {
  BAD,
  CANCELLED,
  DOWN,
  outcomeOf,
  type Reader,
  read,
  settle,
  setUp,
  watchedFlights,
} from './flight-scene.ts';

const WITHDRAWN = { type: 'withdrawn', why: 'The answer does not pass.' } as const;

describe('identical calls', () => {
  test('are sent once, stream to all as they come, and are paid for by the first', async () => {
    const { ask, upstream, provider, flights } = setUp();
    const readers = [ask(), ask(), ask()];
    await settle();
    upstream(0).text('one ');
    await settle();
    assert.deepEqual(
      readers.map((reader) => reader.text()),
      ['one ', 'one ', 'one '],
    );
    upstream(0).text('two');
    upstream(0).end(23);
    await settle();
    assert.deepEqual(readers.map(outcomeOf), [
      ['one two', 'answered', 23],
      ['one two', 'coalesced', 0],
      ['one two', 'coalesced', 0],
    ]);
    assert.equal(provider.upstreams.length, 1);
    assert.equal(flights.keys.size, 0);
    const [, follower] = readers;
    assert.equal(follower?.receipt().replayed?.outputTokens, 2, 'it says what the answer used');
    assert.equal(follower?.receipt().savedNano, 23);
    assert.deepEqual(follower?.actions(), ['joined']);
  });

  test('get the whole answer in its order however late they join', async () => {
    const { ask, upstream } = setUp();
    const first = ask();
    await settle();
    upstream(0).say({ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'I call' });
    upstream(0).say({ type: 'toolCall', id: 't', name: 'read', arguments: '{}' });
    await settle();
    const late = ask();
    await settle();
    upstream(0).end(23, 'tool_calls');
    await settle();
    const parts = (reader: Reader) =>
      reader.events.filter(({ type }) => ['reasoning', 'text', 'toolCall', 'end'].includes(type));
    assert.deepEqual(parts(late), parts(first));
    assert.equal(parts(late).length, 4);
    assert.equal(late.receipt().finishReason, 'tool_calls');
  });

  test('end with the answer that stayed, whether they joined before another was withdrawn or after it', async () => {
    const { ask, upstream } = setUp();
    const first = ask();
    const early = ask();
    await settle();
    upstream(0).text('bad');
    await settle();
    assert.deepEqual([first.text(), early.text()], ['bad', 'bad']);
    upstream(0).say(WITHDRAWN);
    await settle();
    const late = ask();
    await settle();
    assert.deepEqual([first.text(), early.text(), late.text()], ['', '', '']);
    upstream(0).text('good');
    upstream(0).end(23);
    await settle();
    assert.deepEqual([first, early, late].map(outcomeOf), [
      ['good', 'answered', 23],
      ['good', 'coalesced', 0],
      ['good', 'coalesced', 0],
    ]);
  });

  test('of which one wants to see only what stays show it nothing before that', async () => {
    const { ask, upstream, provider } = setUp();
    const [best] = LADDER.slice(-1);
    const overrides = { ...best, ladder: LADDER };
    const first = ask('use', overrides);
    const held = ask('use', { ...overrides, settings: { ...defaultSettings(), cascadeShow: 'held' } });
    await settle();
    upstream(0).text('bad');
    await settle();
    assert.deepEqual([first.text(), held.text()], ['bad', '']);
    upstream(0).say(WITHDRAWN);
    upstream(0).text('good');
    await settle();
    assert.equal(held.text(), '');
    upstream(0).end(23);
    await settle();
    assert.equal(provider.upstreams.length, 1);
    assert.deepEqual(outcomeOf(held), ['good', 'coalesced', 0]);
    assert.ok(held.events.every((event) => event.type !== 'withdrawn'));
    assert.deepEqual(
      held.events.flatMap((event) => (event.type === 'text' ? [event.text] : [])),
      ['good'],
    );
  });

  test('of which one is asked again after the end are sent again: what is kept is the work of the cache', async () => {
    const { ask, upstream, provider } = setUp();
    ask();
    await settle();
    upstream(0).end();
    await settle();
    ask();
    await settle();
    assert.equal(provider.upstreams.length, 2);
    upstream(1).end();
    await settle();
  });

  test('leave what was done to get the answer on the line of who paid for it', async () => {
    const { ask, upstream } = setUp();
    const [first, second] = [ask(), ask()];
    await settle();
    const decision = { stage: 'retry', action: 'retried', why: 'Try 1 failed.' };
    upstream(0).say(attempt('failed', 3, 0, 5), { type: 'decision', decision });
    upstream(0).end(23);
    await settle();
    assert.deepEqual([first.receipt().cost.nano, first.actions()], [28, ['retried']]);
    assert.deepEqual([second.receipt().cost.nano, second.actions()], [0, ['joined']]);
  });
});

describe('readers that are slow', () => {
  test('can be joined until the payer has read the end, since only then it is in the cache', async () => {
    const { ask, upstream, provider, flights } = setUp();
    const payer = ask('use', {}, true);
    await settle();
    upstream(0).text('yes');
    upstream(0).end(23);
    await settle();
    const late = ask();
    await settle();
    assert.deepEqual(outcomeOf(late), ['yes', 'coalesced', 0]);
    assert.equal(flights.keys.size, 1);
    payer.hurry();
    await settle();
    assert.deepEqual(outcomeOf(payer), ['yes', 'answered', 23]);
    assert.equal(provider.upstreams.length, 1);
    assert.equal(flights.keys.size, 0);
  });

  test('keep nothing from being asked anew when the payer is done', async () => {
    const { ask, upstream, provider, flights } = setUp();
    ask();
    const slow = ask('use', {}, true);
    await settle();
    upstream(0).text('yes');
    upstream(0).end();
    await settle();
    assert.equal(slow.isDone(), false);
    assert.equal(flights.keys.size, 0);
    ask();
    await settle();
    assert.equal(provider.upstreams.length, 2);
    slow.hurry();
    upstream(1).end();
    await settle();
    assert.equal(slow.text(), 'yes');
  });

  test('of a flight that failed let nobody join it', async () => {
    const { ask, upstream, flights } = setUp();
    const slow = ask('use', {}, true);
    await settle();
    upstream(0).text('half');
    upstream(0).fail(DOWN);
    await settle();
    assert.equal(slow.isDone(), false);
    assert.equal(flights.keys.size, 0);
    slow.hurry();
    await settle();
    assert.equal(slow.error()?.code, 'providerDown');
  });
});

describe('calls that are not shared', () => {
  for (const mode of ['refresh', 'bypass'] as const)
    test(`"${mode}" wants an answer of its own, and gives none away`, async () => {
      const { ask, upstream, provider } = setUp();
      ask();
      await settle();
      ask(mode);
      ask(mode);
      await settle();
      assert.equal(provider.upstreams.length, 3);
      for (const index of [0, 1, 2]) upstream(index).end();
      await settle();
    });

  test('other requests are sent by themselves', async () => {
    const { ask, upstream, provider } = setUp();
    ask();
    ask('use', { messages: [{ role: 'user', content: 'something else' }] });
    await settle();
    assert.equal(provider.upstreams.length, 2);
    upstream(0).end();
    upstream(1).end();
    await settle();
  });

  test('a call that may go to other models is not shared with one that may not', async () => {
    const { ask, upstream, provider } = setUp();
    const { provider: endpoint, model } = makeCall();
    const chain = [{ provider: endpoint, model: { ...model, id: 'other-model' } }];
    ask('use', { chain });
    ask();
    ask('use', { chain, off: new Set(['fallback']) });
    ask('use', { chain });
    await settle();
    assert.equal(provider.upstreams.length, 2);
    upstream(0).end();
    upstream(1).end();
    await settle();
  });
});

describe('cancelling', () => {
  test('the first ends its call at once and no other; the next one pays', async () => {
    const { ask, upstream } = setUp();
    const [first, second, third] = [ask(), ask(), ask()];
    await settle();
    upstream(0).text('one ');
    await settle();
    first.cancel();
    await settle();
    assert.equal(first.isDone(), true);
    assert.equal(first.error()?.code, 'cancelled');
    assert.equal(upstream(0).isLive(), true);
    upstream(0).text('two');
    upstream(0).end(23);
    await settle();
    assert.deepEqual(outcomeOf(first), ['one ', 'aborted', 0]);
    assert.deepEqual(outcomeOf(second), ['one two', 'answered', 23]);
    assert.deepEqual(outcomeOf(third), ['one two', 'coalesced', 0]);
    assert.deepEqual(second.actions(), ['tookOver']);
  });

  test('the last one ends what is under way, and what that cost is on its line', async () => {
    const { ask, upstream, flights } = setUp();
    const [first, second] = [ask(), ask()];
    await settle();
    upstream(0).text('one');
    first.cancel();
    second.cancel();
    await settle();
    assert.equal(upstream(0).isLive(), false);
    assert.deepEqual(
      [first, second].map((reader) => [reader.error()?.code, reader.receipt().cost.nano]),
      [
        ['cancelled', 0],
        ['cancelled', ABORTED_NANO],
      ],
    );
    assert.equal(second.receipt().outcome, 'aborted');
    assert.equal(flights.keys.size, 0);
  });

  test('a flight that is being ended is joined by nobody', async () => {
    const { ask, upstream, provider } = setUp({ lingers: true });
    const first = ask();
    await settle();
    first.cancel();
    await settle();
    const second = ask();
    await settle();
    assert.equal(provider.upstreams.length, 2);
    upstream(0).fail(CANCELLED, ABORTED_NANO);
    upstream(1).end();
    await settle();
    assert.deepEqual(outcomeOf(first), ['', 'aborted', ABORTED_NANO]);
    assert.deepEqual(outcomeOf(second), ['', 'answered', 23]);
  });

  test('what is over cannot be cancelled: whoever has to pay for it does', async () => {
    const { ask, upstream } = setUp();
    const [first, second] = [ask('use', {}, true), ask('use', {}, true)];
    await settle();
    upstream(0).text('yes');
    upstream(0).say(attempt('answered', 3, 2, 23), { type: 'end', reason: 'stop' });
    await settle();
    for (let turn = 0; !second.events.some(({ type }) => type === 'reused'); turn++) {
      assert.ok(turn < 5, 'the second is told that it shares the answer');
      second.pull();
      await settle();
    }
    first.cancel();
    first.hurry();
    second.hurry();
    await settle();
    upstream(0).close();
    await settle();
    assert.deepEqual(outcomeOf(first), ['yes', 'answered', 23]);
    assert.deepEqual(outcomeOf(second), ['yes', 'coalesced', 0]);
  });

  test('what one has paid for is not paid for again by a slow one that takes over', async () => {
    const { ask, upstream } = setUp();
    const [first, second] = [ask(), ask('use', {}, true)];
    await settle();
    upstream(0).text('yes');
    upstream(0).say(attempt('failed', 3, 0, 5));
    await settle();
    first.cancel();
    await settle();
    second.hurry();
    upstream(0).end(23);
    await settle();
    assert.deepEqual([first.receipt().cost.nano, second.receipt().cost.nano], [5, 23]);
  });

  test('a call that may only have a kept answer ends at once, too', async () => {
    const { ask, upstream } = setUp({ lingers: true });
    const first = ask();
    const only = ask('only');
    await settle();
    first.cancel();
    only.cancel();
    await settle();
    assert.deepEqual([first.isDone(), only.error()?.code], [false, 'cancelled']);
    upstream(0).fail(CANCELLED);
    await settle();
  });

  test('a call that is cancelled already is not sent', async () => {
    const { ask, provider } = setUp();
    const controller = new AbortController();
    controller.abort();
    const reader = ask('use', { signal: controller.signal });
    await settle();
    assert.equal(reader.error()?.code, 'cancelled');
    assert.equal(provider.upstreams.length, 0);
  });

  test('legs that are paid before the first one leaves stay on its line, later ones go to the next', async () => {
    const { ask, upstream } = setUp();
    const [first, second] = [ask(), ask()];
    await settle();
    upstream(0).say(attempt('failed', 3, 0, 5));
    await settle();
    first.cancel();
    await settle();
    upstream(0).end(23);
    await settle();
    assert.deepEqual([first.receipt().cost.nano, second.receipt().cost.nano], [5, 23]);
  });

  test('an answer that the first one paid for before it left is shared by the next', async () => {
    const { ask, upstream } = setUp();
    const [first, second] = [ask(), ask()];
    await settle();
    upstream(0).text('yes');
    upstream(0).say(attempt('answered', 3, 2, 23));
    await settle();
    first.cancel();
    await settle();
    upstream(0).say({ type: 'end', reason: 'stop' });
    upstream(0).close();
    await settle();
    assert.deepEqual(outcomeOf(first), ['yes', 'aborted', 23]);
    assert.deepEqual(outcomeOf(second), ['yes', 'coalesced', 0]);
  });
});

describe('a flight that fails', () => {
  test('by a fault that may pass is tried once more by those who were shown nothing, together', async () => {
    const { ask, upstream, provider, flights } = setUp();
    const [first, second, third] = [ask(), ask(), ask()];
    await settle();
    upstream(0).fail(DOWN, 5);
    await settle();
    assert.deepEqual([first.error()?.code, second.isDone(), third.isDone()], ['providerDown', false, false]);
    assert.equal(provider.upstreams.length, 2);
    upstream(1).text('yes');
    upstream(1).end(23);
    await settle();
    assert.deepEqual(outcomeOf(first), ['', 'failed', 5]);
    assert.deepEqual(outcomeOf(second), ['yes', 'answered', 23]);
    assert.deepEqual(outcomeOf(third), ['yes', 'coalesced', 0]);
    assert.deepEqual(third.actions(), ['again', 'joined']);
    assert.equal(flights.keys.size, 0);
  });

  test('after what it showed was withdrawn is tried once more by those who were shown nothing else', async () => {
    const { ask, upstream } = setUp();
    const [first, second] = [ask(), ask()];
    await settle();
    upstream(0).text('bad');
    await settle();
    upstream(0).say(WITHDRAWN);
    upstream(0).fail(DOWN, 5);
    await settle();
    upstream(1).text('yes');
    upstream(1).end(23);
    await settle();
    assert.deepEqual(outcomeOf(first), ['', 'failed', 5]);
    assert.deepEqual(outcomeOf(second), ['yes', 'answered', 23]);
    assert.equal(second.events.findLastIndex(({ type }) => type === 'withdrawn') > -1, true);
  });

  test('twice is not tried a third time', async () => {
    const { ask, upstream, provider } = setUp();
    const readers = [ask(), ask(), ask()];
    await settle();
    upstream(0).fail(DOWN);
    await settle();
    upstream(1).fail(DOWN);
    await settle();
    assert.deepEqual(
      readers.map((reader) => reader.error()?.code),
      ['providerDown', 'providerDown', 'providerDown'],
    );
    assert.equal(provider.upstreams.length, 2);
  });

  test('because the request is wrong fails all, and is charged once', async () => {
    const { ask, upstream, provider } = setUp();
    const readers = [ask(), ask()];
    await settle();
    upstream(0).fail(BAD, 5);
    await settle();
    assert.deepEqual(
      readers.map((reader) => [reader.error()?.code, reader.receipt().cost.nano]),
      [
        ['badRequest', 5],
        ['badRequest', 0],
      ],
    );
    assert.equal(provider.upstreams.length, 1);
  });

  test('after something was shown fails all who saw it: two answers are never mixed', async () => {
    const { ask, upstream, provider } = setUp();
    const readers = [ask(), ask()];
    await settle();
    upstream(0).text('half');
    await settle();
    upstream(0).fail(DOWN);
    await settle();
    assert.deepEqual(
      readers.map((reader) => [reader.text(), reader.error()?.code]),
      [
        ['half', 'providerDown'],
        ['half', 'providerDown'],
      ],
    );
    assert.equal(provider.upstreams.length, 1);
  });

  for (const error of [
    farthingError('noKey', { provider: 'Test', environment: null }),
    farthingError('keyRefused', { provider: 'Test' }),
    farthingError('quotaExceeded', { provider: 'Test' }),
    farthingError('deadline', { seconds: 1 }),
    farthingError('internal', {}),
  ])
    test(`with "${error.code}", which is of the first call alone, fails no other`, async () => {
      const { ask, upstream } = setUp();
      const [first, second] = [ask(), ask()];
      await settle();
      upstream(0).fail(error);
      await settle();
      upstream(1).text('yes');
      upstream(1).end();
      await settle();
      assert.equal(first.error()?.code, error.code);
      assert.deepEqual(outcomeOf(second), ['yes', 'answered', 23]);
    });

  test('before it has begun fails its call and leaves nothing behind', async () => {
    const clock = testClock();
    const flights = watchedFlights();
    const stage = singleFlight({ clock, flights, keyOf: createCacheKeys() });
    const broken: Next = () => {
      throw farthingError('internal', {});
    };
    const reader = read(compose([stage], broken), 'call-1', 'use', {});
    await settle();
    assert.equal(reader.error()?.code, 'internal');
    assert.equal(flights.keys.size, 0);
  });
});

describe('a flight that is silent', () => {
  const settings = { ...defaultSettings(), timeoutSeconds: 10 };

  test('for longer than a follower waits is left, and tried once more by those who heard nothing', async () => {
    const { ask, upstream, clock, provider } = setUp();
    const first = ask();
    await settle();
    const followers = [ask('use', { settings }), ask('use', { settings })];
    await settle();
    clock.advance(11_999);
    await settle();
    assert.equal(provider.upstreams.length, 1, 'the flight has its own timeout, which comes first');
    clock.advance(1);
    await settle();
    assert.equal(provider.upstreams.length, 2);
    upstream(1).text('yes');
    upstream(1).end(23);
    await settle();
    assert.deepEqual(followers.map(outcomeOf), [
      ['yes', 'answered', 23],
      ['yes', 'coalesced', 0],
    ]);
    assert.equal(first.isDone(), false);
    upstream(0).end(23);
    await settle();
    assert.equal(first.receipt().outcome, 'answered');
  });

  test('after it said something ends with "timeout" for who saw that', async () => {
    const { ask, upstream, clock } = setUp();
    const first = ask();
    await settle();
    const second = ask('use', { settings });
    upstream(0).text('half');
    await settle();
    clock.advance(12_000);
    await settle();
    assert.deepEqual([second.text(), second.error()?.code], ['half', 'timeout']);
    assert.equal(first.isDone(), false);
    upstream(0).end();
    await settle();
  });

  test('is not silent while anything comes', async () => {
    const { ask, upstream, clock } = setUp();
    ask();
    await settle();
    const second = ask('use', { settings });
    await settle();
    for (let turn = 0; turn < 5; turn++) {
      clock.advance(8000);
      upstream(0).text('.');
      await settle();
    }
    assert.equal(second.isDone(), false);
    upstream(0).end();
    await settle();
    assert.equal(second.text(), '.....');
    assert.deepEqual(clock.sleeping(), [], 'nothing waits any more');
  });

  test('is ended and charged by the one that was left alone in it, before it tries again', async () => {
    const { ask, upstream, clock } = setUp();
    const first = ask();
    await settle();
    const second = ask('use', { settings });
    await settle();
    first.cancel();
    await settle();
    clock.advance(12_000);
    await settle();
    assert.equal(upstream(0).isLive(), false);
    upstream(1).end(23);
    await settle();
    assert.deepEqual(outcomeOf(second), ['', 'answered', 23 + ABORTED_NANO]);
  });
});

describe('a call that may only have a kept answer', () => {
  test('shares one under way, for nothing', async () => {
    const { ask, upstream } = setUp();
    ask();
    await settle();
    const only = ask('only');
    await settle();
    upstream(0).text('yes');
    upstream(0).end();
    await settle();
    assert.deepEqual(outcomeOf(only), ['yes', 'coalesced', 0]);
  });

  test('is never sent', async () => {
    const { ask, provider } = setUp();
    const only = ask('only');
    await settle();
    assert.equal(only.error()?.code, 'notCached');
    assert.equal(only.receipt().outcome, 'refused');
    assert.equal(provider.upstreams.length, 0);
  });

  test('neither keeps a flight going nor pays when all others are gone', async () => {
    const { ask, upstream } = setUp();
    const first = ask();
    await settle();
    const [silent, shown] = [ask('only'), ask('only')];
    await settle();
    first.cancel();
    await settle();
    assert.equal(upstream(0).isLive(), false);
    assert.equal(first.receipt().cost.nano, ABORTED_NANO);
    for (const only of [silent, shown])
      assert.deepEqual([only.error()?.code, only.receipt().cost.nano], ['notCached', 0]);
  });

  test('that saw the beginning of an answer which another one ended is told that it broke off', async () => {
    const { ask, upstream } = setUp();
    const first = ask();
    const only = ask('only');
    await settle();
    upstream(0).text('half');
    await settle();
    first.cancel();
    await settle();
    assert.deepEqual([only.text(), only.error()?.code], ['half', 'cutStream']);
  });
});
