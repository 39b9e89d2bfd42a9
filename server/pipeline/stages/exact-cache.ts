import { cacheKey } from '../cache-key.ts';
import type { Clock, PriceBook, ReplyStore, StoredReply } from '../ports.ts';
import type { Reply, ReplyEvent, Stage } from '../stage.ts';

const HOUR_MS = 3_600_000;

/**
 * The same request has the same answer: replays a stored reply for nothing and stops the chain there. On a miss it
 * passes the fresh reply on as it comes and stores it only if it ran to its end. Stores text, reasoning, tool calls,
 * finish reason and usage under a hash of the request; never a key.
 */
export function exactCache(dependencies: {
  readonly clock: Clock;
  readonly replies: ReplyStore;
  readonly prices: PriceBook;
}): Stage {
  const { clock, replies, prices } = dependencies;
  return {
    name: 'exactCache',
    optional: true,
    async *run(call, next): Reply {
      if (!call.settings.cacheEnabled || call.cache === 'bypass') {
        yield decision(
          'bypassed',
          call.cache === 'bypass' ? 'This call asked for no cache.' : 'The cache is switched off.',
        );
        yield* next(call);
        return;
      }
      const key = cacheKey(call);
      const stored =
        call.cache === 'use' ? replies.get(key, clock.now(), call.settings.cacheHours * HOUR_MS) : null;
      if (stored !== null) {
        const { nano } = prices.cost(call.provider, call.model, stored.usage, call.settings, clock.now());
        yield {
          type: 'decision',
          decision: {
            stage: 'exactCache',
            action: 'hit',
            why: 'The same request was answered before; its answer is shown again.',
            savedTokens: stored.usage.inputTokens + stored.usage.outputTokens,
            ...(nano === null ? {} : { savedNano: nano }),
          },
        };
        yield* replay(stored, nano);
        return;
      }
      yield decision(
        'missed',
        call.cache === 'use' ? 'No stored answer to this request.' : 'A fresh answer was asked for.',
      );
      const recorder = recordReply();
      for await (const event of next(call)) {
        recorder.add(event);
        // Before the end is passed on: whoever saw the end and asks again finds the answer here.
        if (event.type === 'end') {
          const reply = recorder.complete(event.reason);
          if (reply !== null) {
            replies.put(key, reply, clock.now());
            yield decision('stored', 'The answer ran to its end and is kept for the same request.');
          }
        }
        yield event;
      }
    },
  };
}

const decision = (action: string, why: string): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'exactCache', action, why },
});

function* replay(stored: StoredReply, savedNano: number | null): Generator<ReplyEvent> {
  if (stored.reasoning !== '') yield { type: 'reasoning', text: stored.reasoning };
  if (stored.text !== '') yield { type: 'text', text: stored.text };
  for (const toolCall of stored.toolCalls) yield { type: 'toolCall', ...toolCall };
  yield { type: 'replayed', usage: stored.usage, savedNano };
  yield { type: 'end', reason: stored.reason };
}

/** Collects a reply as it passes. */
function recordReply() {
  let text = '';
  let reasoning = '';
  const toolCalls: StoredReply['toolCalls'][number][] = [];
  let usage: StoredReply['usage'] | null = null;
  return {
    add(event: ReplyEvent): void {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'reasoning') reasoning += event.text;
      else if (event.type === 'toolCall') {
        toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
      } else if (event.type === 'attempt') usage = event.attempt.usage;
    },
    /** The reply to store; null for one that is not whole: cut by a limit or a filter, or empty. */
    complete(reason: StoredReply['reason']): StoredReply | null {
      const whole = reason === 'stop' || reason === 'tool_calls';
      const hasContent = text !== '' || toolCalls.length > 0;
      return whole && hasContent && usage !== null ? { text, reasoning, toolCalls, reason, usage } : null;
    },
  };
}
