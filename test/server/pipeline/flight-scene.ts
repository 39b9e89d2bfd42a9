/** Calls that are read while a test goes on, through the stage that lets them share answers. */
import assert from 'node:assert/strict';
import { type FarthingError, farthingError, toFarthingError } from '../../../protocol/errors.ts';
import type { CacheMode } from '../../../protocol/messages.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { createCacheKeys } from '../../../server/pipeline/cache-key.ts';
import { compose } from '../../../server/pipeline/compose.ts';
import { createFlights, type Flights } from '../../../server/pipeline/flights.ts';
import type { Call, Next, ReplyEvent } from '../../../server/pipeline/stage.ts';
import { record } from '../../../server/pipeline/stages/record.ts';
import { singleFlight } from '../../../server/pipeline/stages/single-flight.ts';
import { createMemoryLedger } from '../../support/memory-stores.ts';
import { fakePrices, makeCachePolicy, makeCall, testClock } from '../../support/pipeline-fakes.ts';
import { textOf } from '../../support/scripted-legs.ts';
import { steeredProvider } from '../../support/steered-provider.ts';

/** One call as its reader sees it. */
export interface Reader {
  readonly events: readonly ReplyEvent[];
  readonly mode: CacheMode;
  text(): string;
  actions(): readonly string[];
  receipt(): Receipt;
  isDone(): boolean;
  error(): FarthingError | null;
  cancel(): void;
  /** A slow reader takes one event more, or from now on all that come. */
  pull(): void;
  hurry(): void;
}

/** Flights whose keys can be seen. */
export function watchedFlights(): Flights & { readonly keys: Set<string> } {
  const flights = createFlights();
  const keys = new Set<string>();
  return {
    keys,
    get: flights.get,
    add(key, flight) {
      keys.add(key);
      flights.add(key, flight);
    },
    remove(key, flight) {
      if (flights.get(key) === flight) keys.delete(key);
      flights.remove(key, flight);
    },
  };
}

/** The stage below `record`, over a provider that the test steers. */
export function setUp(options: { readonly lingers?: boolean } = {}) {
  const clock = testClock();
  const ledger = createMemoryLedger();
  const flights = watchedFlights();
  const provider = steeredProvider(options);
  // As the daemon's: calls that may only have a kept answer are never sent.
  const send: Next = (call) => {
    if (call.cache.mode === 'only') throw farthingError('notCached', {});
    return provider.next(call);
  };
  const stages = [
    record({ clock, ledger, history: ledger, prices: fakePrices() }),
    singleFlight({ clock, flights, keyOf: createCacheKeys() }),
  ];
  const run = compose(stages, send);
  const readers: Reader[] = [];
  const ask = (mode: CacheMode = 'use', overrides: Partial<Call> = {}, slow = false): Reader => {
    const reader = read(run, `call-${readers.length}`, mode, overrides, slow);
    readers.push(reader);
    return reader;
  };
  const upstream = (index: number) => {
    const found = provider.upstreams[index];
    assert.ok(found, `request ${index} was sent`);
    return found;
  };
  return { clock, ledger, flights, provider, readers, ask, upstream };
}

/** Reads a call to its end while the test goes on. */
export function read(run: Next, id: string, mode: CacheMode, overrides: Partial<Call>, slow = false): Reader {
  let ready = Promise.withResolvers<void>();
  let inHurry = !slow;
  const controller = new AbortController();
  const events: ReplyEvent[] = [];
  let done = false;
  let thrown: FarthingError | null = null;
  const call = makeCall({ id, cache: makeCachePolicy(mode), signal: controller.signal, ...overrides });
  void (async () => {
    try {
      for await (const event of run(call)) {
        events.push(event);
        if (!inHurry) await ready.promise;
      }
    } catch (error) {
      thrown = toFarthingError(error);
    }
    done = true;
  })();
  return {
    events,
    mode,
    text: () => textOf(events),
    actions: () => events.flatMap((event) => (event.type === 'decision' ? [event.decision.action] : [])),
    receipt() {
      const last = events.at(-1);
      assert.equal(last?.type, 'receipt', 'the call has ended');
      return last.receipt;
    },
    isDone: () => done,
    error: () => thrown,
    cancel: () => controller.abort(),
    pull() {
      ready.resolve();
      ready = Promise.withResolvers();
    },
    hurry() {
      inHurry = true;
      ready.resolve();
    },
  };
}

export type Scene = ReturnType<typeof setUp>;

/** Lets everything that is ready run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Text, outcome and cost of a call that has ended. */
export const outcomeOf = (reader: Reader) => {
  const { outcome, cost } = reader.receipt();
  return [reader.text(), outcome, cost.nano];
};

/** A fault that may pass. */
export const DOWN = farthingError('providerDown', { provider: 'Test', status: 503 }, { retryable: true });
export const CANCELLED = farthingError('cancelled', {});
/** A fault of the request. */
export const BAD = farthingError('badRequest', { provider: 'Test', status: 400, detail: '' });
