import { formatClockTime } from '../../../protocol/call-report.ts';
import { type FarthingError, farthingError, toFarthingError } from '../../../protocol/errors.ts';
import { faultWords } from '../../../protocol/fault-words.ts';
import { formatDuration } from '../../../protocol/receipt.ts';
import { decisionOf } from '../decision.ts';
import type { Clock, Health } from '../ports.ts';
import { isShown } from '../shown.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';

const decision = decisionOf('retry');

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** A provider that asks for more patience than this gets its error shown instead: the user should decide. */
const LONGEST_ASKED_WAIT_MS = 30_000;
/** The same where the call can go on elsewhere, and for a paused endpoint: long enough for the call that tries it. */
const SHORT_WAIT_MS = 1000;
/** Tries at an endpoint that is not the only one. */
const TRIES_WITH_ALTERNATIVE = 2;

/**
 * Sends a request again after a fault of transport: exponential backoff with full jitter ("Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015), or as long as the provider's Retry-After asks, and never beyond the deadline.
 * Asks the endpoint's circuit breaker before each try and tells it how each ended. Where the call can go on elsewhere
 * it gives up soon. Never sends again after something was shown: a stream that broke off ends with its error. Stores
 * nothing.
 */
export function retry({
  clock,
  health,
  random,
}: {
  readonly clock: Clock;
  readonly health: Health;
  /** Between 0 and 1. */
  readonly random: () => number;
}): Stage {
  return {
    name: 'retry',
    optional: false,
    switch: 'retry',
    async *run(call, next): Reply {
      // Such a call is never sent: no endpoint has a say in it.
      if (call.cache.mode === 'only') return yield* next(call);
      let fault: FarthingError | null = null;
      for (let attempt = 1; ; attempt++) {
        const failure = yield* send(call, next, { clock, health });
        if (failure === null) return;
        const { error, shown } = failure;
        const backoff = random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
        const wait = error.retryAfterMs ?? backoff;
        const again =
          error.retryable &&
          !shown &&
          attempt < triesAt(call, error) &&
          wait <= patience(call, error) &&
          (call.endsBy === null || clock.elapsed() + wait < call.endsBy);
        if (!again && error.code === 'endpointPaused') {
          if (!call.hasAlternative) yield pausedNow(call, error, clock);
          // What was sent failed by a fault of its own; that nothing more is sent is not why.
          throw fault ?? error;
        }
        if (!again) throw error;
        if (error.code !== 'endpointPaused') fault = error;
        yield retried(call, error, attempt, wait);
        await pause(clock, wait, call.signal);
      }
    },
  };
}

/** One try: null when it went well, else its error and whether something of it was shown. */
async function* send(
  call: Call,
  next: Next,
  { clock, health }: { readonly clock: Clock; readonly health: Health },
): AsyncGenerator<ReplyEvent, { readonly error: FarthingError; readonly shown: boolean } | null> {
  if (call.signal.aborted) throw farthingError('cancelled', {});
  const admission = health.admit(call.provider.baseUrl);
  if (!admission.admitted) return { error: paused(call, admission.retryAfterMs, clock), shown: false };
  let shown = false;
  let ended: FarthingError | null | undefined;
  try {
    for await (const event of next(call)) {
      if (isShown(event) && !shown) {
        shown = true;
        admission.answering();
      }
      yield event;
    }
    ended = null;
    return null;
  } catch (thrown) {
    ended = toFarthingError(thrown);
    return { error: ended, shown };
  } finally {
    // Whoever stops reading has cancelled it.
    admission.ended(ended === undefined ? farthingError('cancelled', {}) : ended);
  }
}

function paused({ provider }: Call, retryAfterMs: number, clock: Clock): FarthingError {
  const { host } = new URL(provider.baseUrl);
  const details = { provider: provider.name, host, until: untilOf(retryAfterMs, clock) };
  return farthingError('endpointPaused', details, { retryable: true, retryAfterMs });
}

/** How often a request is tried where `error` came from. An endpoint that has no room, or was silent for as long as a
 * user waits, is not asked twice if there is another. */
function triesAt({ hasAlternative, settings }: Call, { code, atCapacity }: FarthingError): number {
  if (!hasAlternative) return settings.attempts;
  const isFull = atCapacity || code === 'rateLimited' || code === 'endpointPaused' || code === 'timeout';
  return isFull ? 1 : Math.min(TRIES_WITH_ALTERNATIVE, settings.attempts);
}

const patience = ({ hasAlternative }: Call, { code }: FarthingError): number =>
  hasAlternative || code === 'endpointPaused' ? SHORT_WAIT_MS : LONGEST_ASKED_WAIT_MS;

/** The whole second at which the wait is over. */
const untilOf = (waitMs: number, clock: Clock): string =>
  formatClockTime(Math.ceil((clock.now() + waitMs) / 1000) * 1000);

function pausedNow({ provider }: Call, { code, retryAfterMs }: FarthingError, clock: Clock): ReplyEvent {
  const until = untilOf(retryAfterMs ?? 0, clock);
  const { host } = new URL(provider.baseUrl);
  return decision(
    'paused',
    `${provider.name} at ${host} ${faultWords(code)}; nothing is sent there until ${until}.`,
  );
}

function retried(
  { provider, model }: Call,
  { code }: FarthingError,
  attempt: number,
  wait: number,
): ReplyEvent {
  const why =
    code === 'endpointPaused'
      ? `Another call tries this endpoint first, after failures in a row; asked again after ${formatDuration(wait)}.`
      : `${provider.name}/${model.id} ${faultWords(code)} at try ${attempt}; sent again after ${formatDuration(wait)}.`;
  return decision('retried', why);
}

async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (cause) {
    throw signal.aborted ? farthingError('cancelled', {}, { cause }) : cause;
  }
}
