/** Requests that fail, hang or answer as a test says, for the stages that send again or elsewhere. */
import assert from 'node:assert/strict';
import { type ErrorCode, type ErrorExtra, FarthingError, farthingError } from '../../protocol/errors.ts';
import { NO_USAGE } from '../../protocol/receipt.ts';
import { settled } from '../../server/pipeline/shown.ts';
import type { Attempt, Call, Next, Reply, ReplyEvent } from '../../server/pipeline/stage.ts';
import { collect, type TestClock } from './pipeline-fakes.ts';

/** What one request does: shows something, may hang until it is aborted, and ends well or with an error. */
export interface Leg {
  readonly shows?: readonly ReplyEvent[];
  readonly hangs?: boolean;
  readonly error?: FarthingError;
  /** What it cost, in nano-dollars; default 0. */
  readonly nano?: number | null;
}

/** A leg that answers with a text. */
export const answers = (text: string, nano = 7): Leg => ({ shows: [{ type: 'text', text }], nano });

/** A leg that fails before anything was shown; retryable unless `extra` says otherwise. */
export const fails = (code: ErrorCode, extra: ErrorExtra = {}): Leg => ({ error: fault(code, extra) });

/** A leg that is silent until it is aborted, and charged for its input. */
export const hangs = (nano = 3): Leg => ({ hangs: true, nano });

/** An error of this code; retryable unless `extra` says otherwise. */
export const fault = (code: ErrorCode, extra: ErrorExtra = {}): FarthingError =>
  new FarthingError(code, `the sentence of ${code}`, { retryable: true, ...extra });

/** Plays legs one after another and remembers the calls that it got; throws on one that was not scripted. */
export function scriptedLegs(...legs: readonly Leg[]): {
  readonly next: Next;
  readonly calls: readonly Call[];
} {
  const calls: Call[] = [];
  return {
    calls,
    next: async function* (call) {
      const leg = legs[calls.length];
      calls.push(call);
      if (leg === undefined) throw new Error('a request that the test did not script');
      yield* leg.shows ?? [];
      if (leg.hangs === true) await aborted(call.signal);
      const error = call.signal.aborted ? farthingError('cancelled', {}) : (leg.error ?? null);
      yield { type: 'attempt', attempt: attemptOf(call, leg.nano ?? 0, error) };
      if (error !== null) throw error;
      yield { type: 'end', reason: 'stop' };
    },
  };
}

/** Reads a reply to its end and moves the clock on to the next sleep that ends whenever nothing else goes on. */
export async function readTo(reply: Reply, clock: TestClock): ReturnType<typeof collect> {
  let done = false;
  const read = collect(reply).finally(() => {
    done = true;
  });
  for (let turn = 0; !done; turn++) {
    assert.ok(turn < 2000, 'the reply never ends');
    await new Promise((resolve) => setImmediate(resolve));
    const milliseconds = clock.untilNext();
    if (!done && milliseconds !== null) clock.advance(milliseconds);
  }
  const result = await read;
  assert.deepEqual(clock.sleeping(), [], 'no timer is left');
  return result;
}

/** The catalogue's code of what a reply threw; null for nothing. */
export const codeOf = (error: unknown): string | null =>
  error === null ? null : error instanceof FarthingError ? error.code : String(error);

/** The attempts among events. */
export const attemptsOf = (events: readonly ReplyEvent[]): Attempt[] =>
  events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : []));

/** What the stages say they did: "retry retried". */
export const actionsOf = (events: readonly ReplyEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'decision' ? [`${event.decision.stage} ${event.decision.action}`] : [],
  );

/** The sentences of the decisions. */
export const reasonsOf = (events: readonly ReplyEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'decision' ? [event.decision.why] : []));

/** The text that a reader of the events ends with. */
export const textOf = (events: readonly ReplyEvent[]): string =>
  settled(events)
    .map((event) => (event.type === 'text' ? event.text : ''))
    .join('');

function attemptOf(call: Call, nano: number | null, error: FarthingError | null): Attempt {
  return {
    provider: call.provider.name,
    model: call.model.id,
    servedModel: null,
    outcome: error === null ? 'answered' : error.code === 'cancelled' ? 'aborted' : 'failed',
    usage: NO_USAGE,
    cost: { nano, priceVersion: nano === null ? null : 'fake@1' },
    firstTextMs: null,
    totalMs: 1,
    errorCode: error?.code ?? null,
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
