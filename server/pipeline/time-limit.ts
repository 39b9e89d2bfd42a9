/** A reply that may take only so long. */
import { type FarthingError, toFarthingError } from '../../protocol/errors.ts';
import type { Clock } from './ports.ts';
import { isShown } from './shown.ts';
import type { Call, Next, Reply, ReplyEvent } from './stage.ts';

/** How long it may take, and what happens then. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** What has to come in time: the end, or the first thing that is shown. */
  readonly until: 'end' | 'shown';
  /** Makes what the reply ends with otherwise. */
  readonly error: () => FarthingError;
}

/** Why a wait was given up: no error, since one has a stack, and every call gives up some. */
const GIVEN_UP = 'given up';

/** The name of the reason, as `AbortSignal.timeout` has it (DOM Standard). */
const TIME_OVER = 'TimeoutError';

/** True where the time of a limit above was over, and nobody cancelled. */
export const isTimeOver = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && reason instanceof DOMException && reason.name === TIME_OVER;

/**
 * The reply of `next`, aborted when its time is over. It is read to its end all the same, so that what it used is
 * accounted for, and then throws the limit's error. What would first show after its time stays unseen, unless the reply
 * turns out to be whole: it is paid for, and there is nothing to wait for any more.
 */
export async function* limitTime(call: Call, next: Next, limit: TimeLimit): Reply {
  const { clock, milliseconds, until } = limit;
  const request = new AbortController();
  const wait = new AbortController();
  const late: ReplyEvent[] = [];
  let expired = false;
  const cancel = () => request.abort(call.signal.reason);
  call.signal.addEventListener('abort', cancel, { once: true });
  if (call.signal.aborted) cancel();
  void expire();

  async function expire(): Promise<void> {
    // Rejected when the wait is given up, which is all the same.
    const over = await clock.sleep(milliseconds, wait.signal).then(
      () => true,
      () => false,
    );
    if (!over || wait.signal.aborted) return;
    expired = true;
    request.abort(new DOMException('Its time is over.', TIME_OVER));
  }

  try {
    for await (const event of next({ ...call, signal: request.signal })) {
      if (expired && until === 'shown') {
        late.push(event);
        continue;
      }
      if (until === 'shown' && isShown(event)) wait.abort(GIVEN_UP);
      yield expired ? explained(event, call, limit) : event;
    }
    yield* late;
  } catch (thrown) {
    const unseen = late.filter((event) => !isShown(event));
    for (const event of unseen) yield explained(event, call, limit);
    const error = toFarthingError(thrown);
    throw expired && isOurs(error.code, call) ? limit.error() : error;
  } finally {
    wait.abort(GIVEN_UP);
    call.signal.removeEventListener('abort', cancel);
  }
}

/** True for an end that the limit brought about, and not the caller. */
const isOurs = (code: string | null, { signal }: Call): boolean => code === 'cancelled' && !signal.aborted;

/** An attempt that the limit ended says so. */
function explained(event: ReplyEvent, call: Call, { error }: TimeLimit): ReplyEvent {
  return event.type === 'attempt' && isOurs(event.attempt.errorCode, call)
    ? { type: 'attempt', attempt: { ...event.attempt, errorCode: error().code } }
    : event;
}
