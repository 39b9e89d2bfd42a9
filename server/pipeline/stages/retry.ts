import { farthingError, toFarthingError } from '../../../protocol/errors.ts';
import { formatDuration } from '../../../protocol/receipt.ts';
import type { Clock, Health } from '../ports.ts';
import type { Reply, Stage } from '../stage.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** A provider that asks for more patience than this gets its error shown instead: the user should decide. */
const LONGEST_ASKED_WAIT_MS = 30_000;

/**
 * Sends a request again after a fault of transport: exponential backoff with full jitter ("Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015), or as long as the provider's Retry-After asks. Never after something was
 * shown: a stream that broke off ends with its error. Stores nothing.
 */
export function retry({
  clock,
  random,
}: {
  readonly clock: Clock;
  readonly health: Health;
  readonly random: () => number;
}): Stage {
  return {
    name: 'retry',
    optional: false,
    switch: 'retry',
    async *run(call, next): Reply {
      for (let attempt = 1; ; attempt++) {
        let shown = false;
        try {
          for await (const event of next(call)) {
            shown ||= event.type === 'text' || event.type === 'reasoning' || event.type === 'toolCall';
            yield event;
          }
          return;
        } catch (thrown) {
          const error = toFarthingError(thrown);
          const wait =
            error.retryAfterMs ?? random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
          const again =
            error.retryable && !shown && attempt < call.settings.attempts && wait <= LONGEST_ASKED_WAIT_MS;
          if (!again) throw error;
          yield {
            type: 'decision',
            decision: {
              stage: 'retry',
              action: 'retried',
              why: `Try ${attempt} failed (${error.code}); sent again after ${formatDuration(wait)}.`,
            },
          };
          await pause(clock, wait, call.signal);
        }
      }
    },
  };
}

async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (cause) {
    throw signal.aborted ? farthingError('cancelled', {}, { cause }) : cause;
  }
}
