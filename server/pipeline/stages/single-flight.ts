import { type ErrorCode, farthingError, toFarthingError } from '../../../protocol/errors.ts';
import { faultWords } from '../../../protocol/fault-words.ts';
import { type Flight, startFlight } from '../flight.ts';
import { ride, type Trouble } from '../flight-member.ts';
import type { Flights } from '../flights.ts';
import type { Clock } from '../ports.ts';
import { holdBack, isHeld } from '../provisional.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';

/** Errors of the call that was sent, of its key or of its limits: an identical one may fare better. */
const OF_THE_LEADER: ReadonlySet<ErrorCode> = new Set([
  'noKey',
  'keyRefused',
  'quotaExceeded',
  'cancelled',
  'deadline',
  'timeout',
  'slowStart',
  'internal',
  'storageUnavailable',
]);

/** How often a call is sent once more when the flights that it joined gave it nothing. */
const TRIES = 1;

interface Dependencies {
  readonly clock: Clock;
  /** Shared by all connections. */
  readonly flights: Flights;
  /** See `cacheKey`. */
  readonly keyOf: (call: Call) => string;
}

/** A place in a flight. */
interface Place {
  readonly flight: Flight;
  readonly leads: boolean;
  readonly close: () => void;
}

/**
 * Identical calls under way become one, as in Go's package `singleflight`, but with streams: each gets the whole answer
 * from its first event, however late it joins. The oldest pays and has the attempts and decisions; the others have
 * `reused`. Who is cancelled leaves, and only the last to leave ends what is under way. Who was shown nothing when the
 * flight fails by a fault that may pass, or is silent for too long, is sent once more. A call that wants an answer of
 * its own stays out of it; one that may only have a kept answer joins and never pays. Stores nothing.
 */
export function singleFlight({ clock, flights, keyOf }: Dependencies): Stage {
  /** Null for a call that finds no flight and may not be sent. */
  const board = (call: Call, next: Next): Place | null => {
    const key = flightKey(call, keyOf);
    const known = flights.get(key);
    if (known === null && call.cache.mode === 'only') return null;
    const flight = known ?? start(key, call, next);
    return { flight, leads: known === null, close: () => flights.remove(key, flight) };
  };

  const start = (key: string, call: Call, next: Next): Flight => {
    const flight: Flight = startFlight({
      clock,
      reply: (signal) => next({ ...call, signal }),
      failed: () => flights.remove(key, flight),
    });
    flights.add(key, flight);
    return flight;
  };

  async function* share(call: Call, next: Next, triesLeft: number): Reply {
    if (call.signal.aborted) throw farthingError('cancelled', {});
    const place = board(call, next);
    if (place === null) return yield* next(call);
    const riding = ride({ ...place, call, clock });
    // The one that was sent may show what is withdrawn later.
    const trouble = yield* isHeld(call) && !place.leads ? holdBack(riding) : riding;
    if (trouble === null) return;
    if (place.leads || call.signal.aborted) throw trouble.error;
    if (trouble.shown) throw brokenOff(trouble, call);
    // So that nobody else waits for it.
    if (trouble.silent) place.close();
    if (call.cache.mode === 'only') return yield* next(call);
    if (!trouble.silent && (triesLeft === 0 || !mayPass(trouble.error))) throw trouble.error;
    yield sentAgain(trouble);
    yield* triesLeft === 0 ? next(call) : share(call, next, triesLeft - 1);
  }

  return {
    name: 'singleFlight',
    optional: false,
    switch: 'singleFlight',
    run(call, next) {
      const { mode } = call.cache;
      return mode === 'refresh' || mode === 'bypass' ? next(call) : share(call, next, TRIES);
    },
  };
}

/** Calls that may go to other models when their own fails are alike only if those are the same. */
function flightKey(call: Call, keyOf: (call: Call) => string): string {
  const chain = call.off.has('fallback') ? [] : call.chain;
  const routes = chain.map(({ provider, model }) => [provider.name, provider.baseUrl, model.id]);
  return routes.length === 0 ? keyOf(call) : JSON.stringify([keyOf(call), routes]);
}

/** True where the same request may succeed if this call sends it. */
function mayPass(thrown: unknown): boolean {
  const error = toFarthingError(thrown);
  return error.retryable || OF_THE_LEADER.has(error.code);
}

/** The error of an answer that this call saw the beginning of, and did not end itself. */
function brokenOff({ error }: Trouble, { provider }: Call): unknown {
  return toFarthingError(error).code === 'cancelled'
    ? farthingError('cutStream', { provider: provider.name })
    : error;
}

function sentAgain({ error, silent }: Trouble): ReplyEvent {
  const what = silent ? 'was silent for too long' : `failed (${faultWords(toFarthingError(error).code)})`;
  const why = `The identical call that this one had joined ${what}; this one was sent by itself.`;
  return { type: 'decision', decision: { stage: 'singleFlight', action: 'again', why } };
}
