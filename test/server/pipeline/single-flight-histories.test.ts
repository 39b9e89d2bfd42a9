/** Random histories of identical calls: joins, cancels and failures at any time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CacheMode } from '../../../protocol/messages.ts';
import { textOf } from '../../support/scripted-legs.ts';
import { attempt } from '../../support/scripted-provider.ts';
import type { SteeredProvider } from '../../support/steered-provider.ts';
import { BAD, DOWN, type Reader, type Scene, settle, setUp } from './flight-scene.ts';

/** One thing that happens in a random history. */
type Step =
  | { readonly do: 'ask'; readonly mode: CacheMode; readonly slow: boolean }
  | { readonly do: 'pull'; readonly which: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'text' }
  | { readonly do: 'withdraw' }
  | { readonly do: 'leg'; readonly nano: number }
  | { readonly do: 'end'; readonly nano: number }
  | { readonly do: 'fail'; readonly nano: number; readonly passes: boolean }
  | { readonly do: 'settle' };

const nano = fc.nat(1000);
const mode = fc.constantFrom<CacheMode>('use', 'use', 'only');
const which = fc.nat(20);

/** Random histories; `slow` says which readers are. */
const histories = (slow: fc.Arbitrary<boolean>): fc.Arbitrary<Step[]> => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), mode, slow }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pull' as const), which }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('cancel' as const), which }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('text' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('leg' as const), nano }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), nano }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), nano, passes: fc.boolean() }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  );
  return fc.array(step, { minLength: 4, maxLength: 60 });
};

describe('whatever happens', () => {
  const play = async (history: readonly Step[], settled: (scene: Scene, cancelled: Set<Reader>) => void) => {
    const scene = setUp();
    const cancelled = new Set<Reader>();
    for (const [index, next] of history.entries()) {
      take(next, index, scene, cancelled);
      if (next.do !== 'settle') continue;
      await settle();
      settled(scene, cancelled);
    }
    for (let turn = 0; scene.readers.some((reader) => !reader.isDone()); turn++) {
      assert.ok(turn < 5, 'somebody hangs');
      for (const reader of scene.readers) reader.hurry();
      await settle();
      settled(scene, cancelled);
      live(scene.provider)?.end(11);
      await settle();
    }
    checkEnded(scene, cancelled);
  };

  test('everyone ends, gets one whole answer or an error, and every leg is paid for exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(histories(fc.constant(false)), (history) => play(history, checkUnderWay)),
      { numRuns: 300 },
    );
  });

  test('the same holds where some read slowly', async () => {
    await fc.assert(
      fc.asyncProperty(histories(fc.boolean()), (history) => play(history, () => undefined)),
      { numRuns: 300 },
    );
  });
});

const live = ({ upstreams }: SteeredProvider) => upstreams.find((upstream) => upstream.isLive());

function take(next: Step, index: number, scene: Scene, cancelled: Set<Reader>): void {
  const { readers, provider, ask } = scene;
  const upstream = live(provider);
  if (next.do === 'ask') ask(next.mode, {}, next.slow);
  else if (next.do === 'pull') readers[next.which % Math.max(1, readers.length)]?.pull();
  else if (next.do === 'cancel') {
    const reader = readers[next.which % Math.max(1, readers.length)];
    if (reader === undefined || reader.isDone()) return;
    cancelled.add(reader);
    reader.cancel();
  } else if (next.do === 'text') upstream?.text(`[${index}]`);
  else if (next.do === 'withdraw') upstream?.say({ type: 'withdrawn', why: 'It does not pass.' });
  else if (next.do === 'leg') upstream?.say(attempt('failed', 1, 0, next.nano));
  else if (next.do === 'end') upstream?.end(next.nano);
  else if (next.do === 'fail') upstream?.fail(next.passes ? DOWN : BAD, next.nano);
}

/** Something is under way exactly while somebody waits for it who pays for it. */
function checkUnderWay(
  { readers, provider, flights }: ReturnType<typeof setUp>,
  cancelled: Set<Reader>,
): void {
  const waiting = readers.filter((reader) => !reader.isDone() && reader.mode === 'use');
  assert.deepEqual(
    waiting.filter((reader) => cancelled.has(reader)),
    [],
    'who is cancelled ends at once',
  );
  const under = provider.upstreams.filter((upstream) => upstream.isLive()).length;
  assert.equal(under, waiting.length > 0 ? 1 : 0);
  assert.equal(flights.keys.size, under);
}

function checkEnded(
  { readers, provider, ledger, flights }: ReturnType<typeof setUp>,
  cancelled: Set<Reader>,
) {
  const answers = provider.upstreams
    .filter(({ events }) => events.at(-1)?.type === 'end')
    .map(({ events }) => textOf(events));
  for (const reader of readers) {
    const code = reader.error()?.code ?? null;
    if (code === null) assert.ok(answers.includes(reader.text()), 'an answer is whole, and of one request');
    else if (code === 'cancelled') assert.ok(cancelled.has(reader), 'only who is cancelled ends with that');
    if (reader.mode === 'only') assert.equal(reader.receipt().cost.nano, 0);
    // The line of a shared answer reads "$0" unless it paid for a request that failed before.
    const { outcome, cost } = reader.receipt();
    if (outcome === 'coalesced' && !reader.actions().includes('again')) assert.equal(cost.nano, 0);
  }
  const sent = provider.upstreams.flatMap(({ events }) =>
    events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : [])),
  );
  const charged = ledger.lines().flatMap(({ attempts }) => attempts);
  assert.equal(charged.length, sent.length);
  assert.deepEqual(new Set(charged), new Set(sent));
  const cost = ledger.lines().reduce((sum, { receipt }) => sum + (receipt?.cost.nano ?? Number.NaN), 0);
  assert.equal(
    cost,
    sent.reduce((sum, one) => sum + (one.cost.nano ?? 0), 0),
  );
  assert.equal(flights.keys.size, 0);
}
