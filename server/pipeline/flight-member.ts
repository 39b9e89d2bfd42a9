/** A call in a flight: what of the flight it gets, what it pays for, and how it leaves. */
import { farthingError } from '../../protocol/errors.ts';
import { type Flight, isAccount, type Member } from './flight.ts';
import { createAnswerAttempts, joinUsages } from './joined-usage.ts';
import type { Clock } from './ports.ts';
import { isShown } from './shown.ts';
import type { Call, ReplyEvent } from './stage.ts';

/** A flight's own limits come first: they know of bytes that are no events yet, and they try again. */
const GRACE_MS = 2000;

/** How a call is in a flight. */
export interface Ride {
  readonly flight: Flight;
  readonly call: Call;
  readonly clock: Clock;
  /** True for the call that is sent. */
  readonly leads: boolean;
  /** Called when nobody should join the flight any more. */
  readonly close: () => void;
}

/** A flight that gave this call no answer. */
export interface Trouble {
  /** What it was that the flight threw; its own "timeout" for one that is silent. */
  readonly error: unknown;
  readonly silent: boolean;
  /** True when something of the answer was shown. */
  readonly shown: boolean;
}

/**
 * The flight's events for one of its members, from the first on. Ends with null where it landed. Throws "cancelled" at
 * once when the call is, if another goes on with the flight; the last one ends it and reads on, since it has to pay.
 * What is over cannot be cancelled any more: then whoever is to pay is settled.
 */
export async function* ride({
  flight,
  call,
  clock,
  leads,
  close,
}: Ride): AsyncGenerator<ReplyEvent, Trouble | null> {
  const bell = createBell();
  const member: Member = { mayPay: call.cache.mode !== 'only', wake: bell.ring };
  const { timeoutSeconds: seconds } = call.settings;
  const silence = new AbortController();
  const joinedAt = clock.elapsed();
  const silentIn = () =>
    leads ? 1 : Math.max(joinedAt, flight.heardAt()) + seconds * 1000 + GRACE_MS - clock.elapsed();
  let position = 0;
  let shown = false;
  let gaveUp: 'cancelled' | 'silent' | null = null;
  let pays = leads;
  let charged = false;

  flight.join(member);
  call.signal.addEventListener('abort', member.wake, { once: true });
  if (!leads) void wakeWhenSilent();
  try {
    for (;;) {
      const account = flight.claim(member, position);
      charged ||= account.some(({ type }) => type === 'attempt');
      if (account.length > 0 && !pays) {
        pays = true;
        yield TOOK_OVER;
      }
      yield* account;
      const event = flight.events[position];
      const reason = call.signal.aborted
        ? 'cancelled'
        : event === undefined && silentIn() <= 0
          ? 'silent'
          : null;
      if (reason !== null && gaveUp === null && !flight.isOver()) {
        if (!member.mayPay || flight.goesOnWithout(member)) return leave(reason);
        gaveUp = reason;
        close();
        flight.abort();
      }
      if (event !== undefined) {
        position += 1;
        if (isAccount(event)) continue;
        shown = isShown(event) || (shown && event.type !== 'withdrawn');
        if (event.type === 'end' && !charged) yield* sharedBy(flight);
        yield event;
      } else {
        const outcome = flight.outcome();
        if (outcome === null) await bell.rung();
        else if (!outcome.failed) return null;
        else if (gaveUp === 'silent' && !call.signal.aborted) return leave('silent');
        else return { error: outcome.error, silent: false, shown };
      }
    }
  } finally {
    // With a reason that is no error: one has a stack, and every call comes here.
    silence.abort('ended');
    call.signal.removeEventListener('abort', member.wake);
    const isPayer = flight.isPayer(member);
    flight.leave(member);
    // Not before its payer has read it all: the answer is in the cache now, and nobody falls between the two.
    if (isPayer && flight.isOver()) close();
    if (!flight.goesOnWithout(member)) {
      close();
      if (!flight.isOver()) flight.abort();
    }
  }

  function leave(reason: 'cancelled' | 'silent'): Trouble {
    if (reason === 'cancelled') throw farthingError('cancelled', {});
    return {
      error: farthingError('timeout', { provider: call.provider.name, seconds }),
      silent: true,
      shown,
    };
  }

  async function wakeWhenSilent(): Promise<void> {
    for (let over = false; !over; ) {
      const wait = silentIn();
      if (wait <= 0) member.wake();
      // Rejected when the ride has ended, which is all the same.
      over = await clock.sleep(wait > 0 ? wait : seconds * 1000, silence.signal).then(
        () => false,
        () => true,
      );
    }
  }
}

/** Wakes one that waits; each waiting is over with the next ring. */
function createBell() {
  let waiting = (): void => undefined;
  return {
    ring: () => waiting(),
    rung: () =>
      new Promise<void>((resolve) => {
        waiting = resolve;
      }),
  };
}

const TOOK_OVER: ReplyEvent = {
  type: 'decision',
  decision: {
    stage: 'singleFlight',
    action: 'tookOver',
    why: 'The identical call that was sent was cancelled; this one goes on with its answer and pays for it.',
  },
};

/** What comes before the end of an answer that another call pays for. */
function* sharedBy({ events }: Flight): Generator<ReplyEvent> {
  const answer = createAnswerAttempts();
  for (const event of events) answer.add(event);
  const usage = joinUsages(answer.list());
  yield {
    type: 'decision',
    decision: {
      stage: 'singleFlight',
      action: 'joined',
      why: 'An identical call was under way; its answer is shared, and paid for there.',
      savedTokens: usage.inputTokens + usage.outputTokens,
    },
  };
  yield { type: 'reused', from: 'flight', usage };
}
