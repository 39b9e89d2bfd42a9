/** A provider for pipeline tests that plays scripted replies and throws on a call that none was scripted for. */
import { farthingError } from '../../protocol/errors.ts';
import { NO_USAGE } from '../../protocol/receipt.ts';
import type { Call, Next, ReplyEvent } from '../../server/pipeline/stage.ts';

/** What one call to the provider does: its events in order, and the error it ends with. */
export interface ScriptedReply {
  readonly events: readonly ReplyEvent[];
  readonly error?: Error;
}

/** Plays `replies` one after another and remembers the calls that it got. */
export function scriptedProvider(...replies: readonly ScriptedReply[]): { next: Next; calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    next: async function* (call) {
      const reply = replies[calls.length];
      calls.push(call);
      if (reply === undefined) throw new Error('the provider was called more often than the test scripted');
      yield* reply.events;
      if (reply.error !== undefined) throw reply.error;
    },
  };
}

/** The attempt of a leg that used `input` and `output` tokens and cost `nano`. */
export function attempt(
  outcome: 'answered' | 'failed' | 'aborted',
  input: number,
  output: number,
  nano: number | null,
): ReplyEvent {
  return {
    type: 'attempt',
    attempt: {
      provider: 'Test',
      model: 'test-model',
      servedModel: null,
      outcome,
      usage: { ...NO_USAGE, inputTokens: input, outputTokens: output },
      cost: { nano, priceVersion: nano === null ? null : 'fake@1' },
      firstTextMs: null,
      totalMs: 1,
      errorCode: null,
    },
  };
}

/** A whole answer: its text, its leg, its end. */
export function answer(text: string, nano: number | null = 23): ScriptedReply {
  return {
    events: [{ type: 'text', text }, attempt('answered', 3, 2, nano), { type: 'end', reason: 'stop' }],
  };
}

/** A leg that failed with a fault of transport before anything was shown. */
export function transportFault(retryAfterMs?: number): ScriptedReply {
  const error = farthingError(
    'providerDown',
    { provider: 'Test', status: 503 },
    { retryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  );
  return { events: [attempt('failed', 0, 0, 0)], error };
}
