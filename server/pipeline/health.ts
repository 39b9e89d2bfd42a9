/** How endpoints do: a circuit breaker for each, after Nygard ("Release It!", 2007). */
import type { ErrorCode, FarthingError } from '../../protocol/errors.ts';
import type { EndpointHealth } from '../../protocol/messages.ts';
import type { Clock, Health } from './ports.ts';

/** Failures in a row that open a circuit. */
const OPENS_AFTER = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;
/** The call that tries a half-open circuit and says nothing for so long is taken for lost, and another may try. */
const LOST_AFTER_MS = 120_000;
/** Who waits for the call that tries asks again after so long. */
const ASK_AGAIN_MS = 1000;
/** Successes are no news, but when the last one was should not be older than this where it is shown. */
const SUCCESS_IS_NEWS_MS = 60_000;

/** Errors that are the endpoint's own fault. */
const FAULTS: ReadonlySet<ErrorCode> = new Set([
  'network',
  'timeout',
  'providerDown',
  'malformedStream',
  'cutStream',
]);
/** Errors that are an answer all the same: the endpoint is there and says no to this request. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'keyRefused',
  'noSuchModel',
  'rateLimited',
  'quotaExceeded',
  'contextTooLong',
  'badRequest',
]);

interface Endpoint {
  circuit: EndpointHealth['circuit'];
  failuresInRow: number;
  /** Of the last opening; 0 once the endpoint was well again. */
  pauseMs: number;
  /** When an open circuit may be tried, or the call that tries it is taken for lost; in time elapsed. */
  until: number;
  /** Counts the changes of the circuit. A request that was let before the last one has no say in it any more. */
  era: number;
  lastSuccessAt: number | null;
  toldSuccessAt: number;
  lastError: EndpointHealth['lastError'];
}

/**
 * Knows nothing of any endpoint yet. Five faults in a row open a circuit; after a pause one request is let, and its
 * answer closes the circuit or its failure opens it for twice as long. `changed` is called when what a person sees of
 * an endpoint is not the same any more; for successes in a row at most once a minute.
 */
export function createHealth({
  clock,
  changed,
}: {
  readonly clock: Clock;
  readonly changed: () => void;
}): Health {
  const endpoints = new Map<string, Endpoint>();
  const endpointOf = (baseUrl: string): Endpoint => {
    const known = endpoints.get(baseUrl) ?? unknownEndpoint();
    endpoints.set(baseUrl, known);
    return known;
  };

  const turn = (endpoint: Endpoint, circuit: Endpoint['circuit'], milliseconds: number) => {
    Object.assign(endpoint, { circuit, until: clock.elapsed() + milliseconds, era: endpoint.era + 1 });
  };
  const recover = (endpoint: Endpoint) => {
    if (endpoint.circuit !== 'closed') turn(endpoint, 'closed', 0);
    endpoint.failuresInRow = 0;
    endpoint.pauseMs = 0;
  };
  const fault = (endpoint: Endpoint, { code }: FarthingError) => {
    endpoint.failuresInRow += 1;
    if (endpoint.circuit === 'closed' && endpoint.failuresInRow < OPENS_AFTER) return;
    // Who cannot be reached is spared nothing by a longer pause, and may be back as soon as the network is.
    const growth = code === 'network' ? 1 : 2;
    endpoint.pauseMs =
      endpoint.pauseMs === 0 ? FIRST_PAUSE_MS : Math.min(endpoint.pauseMs * growth, LONGEST_PAUSE_MS);
    turn(endpoint, 'open', endpoint.pauseMs);
  };
  const succeeded = (endpoint: Endpoint, counts: boolean) => {
    const now = clock.now();
    const news =
      endpoint.failuresInRow > 0 ||
      (endpoint.lastError !== null && endpoint.lastError.at >= (endpoint.lastSuccessAt ?? 0)) ||
      Math.abs(now - endpoint.toldSuccessAt) >= SUCCESS_IS_NEWS_MS;
    endpoint.lastSuccessAt = now;
    if (counts) recover(endpoint);
    if (!news) return;
    endpoint.toldSuccessAt = now;
    changed();
  };
  const failed = (endpoint: Endpoint, error: FarthingError, counts: boolean) => {
    const isFault = FAULTS.has(error.code);
    if (isFault || REFUSALS.has(error.code)) {
      endpoint.lastError = { code: error.code, message: error.message, at: clock.now() };
      if (counts && isFault) fault(endpoint, error);
      else if (counts) recover(endpoint);
      changed();
    } else if (counts && endpoint.circuit === 'half-open') {
      // Cancelled, or never sent: nothing is known, and the next call may try.
      endpoint.until = clock.elapsed();
    }
  };

  return {
    admit(baseUrl) {
      const endpoint = endpointOf(baseUrl);
      if (endpoint.circuit !== 'closed') {
        const waitMs = Math.ceil(endpoint.until - clock.elapsed());
        if (waitMs > 0)
          return {
            admitted: false,
            retryAfterMs: endpoint.circuit === 'open' ? waitMs : Math.min(waitMs, ASK_AGAIN_MS),
          };
        turn(endpoint, 'half-open', LOST_AFTER_MS);
        changed();
      }
      let { era } = endpoint;
      return {
        admitted: true,
        answering() {
          if (era !== endpoint.era || endpoint.circuit !== 'half-open') return;
          // A long answer need not end for others to go there; but it is on trial until then.
          turn(endpoint, 'closed', 0);
          endpoint.failuresInRow = OPENS_AFTER - 1;
          era = endpoint.era;
          changed();
        },
        ended(error) {
          if (error === null) succeeded(endpoint, era === endpoint.era);
          else failed(endpoint, error, era === endpoint.era);
        },
      };
    },
    of(baseUrl) {
      const endpoint = endpoints.get(baseUrl) ?? unknownEndpoint();
      const { failuresInRow, lastSuccessAt, lastError } = endpoint;
      const remaining = endpoint.until - clock.elapsed();
      const circuit = endpoint.circuit === 'open' && remaining <= 0 ? 'half-open' : endpoint.circuit;
      const opensAt = circuit === 'open' ? Math.round(clock.now() + remaining) : null;
      return { baseUrl, circuit, opensAt, failuresInRow, lastSuccessAt, lastError };
    },
    reset(baseUrl) {
      const endpoint = endpointOf(baseUrl);
      recover(endpoint);
      endpoint.lastError = null;
      // It was tried, and it answered.
      endpoint.lastSuccessAt = clock.now();
      changed();
    },
  };
}

const unknownEndpoint = (): Endpoint => ({
  circuit: 'closed',
  failuresInRow: 0,
  pauseMs: 0,
  until: 0,
  era: 0,
  lastSuccessAt: null,
  toldSuccessAt: Number.NEGATIVE_INFINITY,
  lastError: null,
});
