import { formatDuration } from '../../../protocol/receipt.ts';
import { cacheKey } from '../cache-key.ts';
import type { Clock, PriceBook, ReplyOrigin, ReplyPart, ReplyStore, StoredReply } from '../ports.ts';
import type { Call, Reply, ReplyEvent, Stage } from '../stage.ts';
import { systemHashOf } from '../system-hash.ts';

/**
 * The same request has the same answer: replays a stored reply for nothing and stops the chain there. On a miss it
 * passes the fresh reply on as it comes and stores it only if it ran to its end. Stores what the reader saw, finish
 * reason and usage under a hash of the request; never a key.
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
    switch: 'exactCache',
    async *run(call, next): Reply {
      const { mode, why, maxAgeMs } = call.cache;
      if (mode === 'bypass') {
        yield decision('bypassed', why ?? 'This call asked for no cache.');
        yield* next(call);
        return;
      }
      const key = cacheKey(call);
      const stored = mode === 'refresh' ? null : replies.get(key, clock.now(), maxAgeMs);
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
        yield* replay(stored, key);
        return;
      }
      yield decision(
        'missed',
        mode === 'refresh' ? 'A fresh answer was asked for.' : 'No stored answer to this request.',
      );
      const recorder = recordReply();
      for await (const event of next(call)) {
        recorder.add(event);
        // Before the end is passed on: whoever saw the end and asks again finds the answer here.
        if (event.type === 'end') {
          const reply = recorder.complete(event.reason);
          if (reply !== null) {
            replies.put(key, reply, originOf(call, recorder.servedModel()), clock.now());
            yield { type: 'entry', key };
            yield decision(
              'stored',
              `The answer ran to its end and is kept for the same request, for ${formatDuration(maxAgeMs)}.`,
            );
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

function* replay(stored: StoredReply, key: string): Generator<ReplyEvent> {
  yield* stored.parts;
  yield { type: 'entry', key };
  yield { type: 'reused', from: 'cache', usage: stored.usage };
  yield { type: 'end', reason: stored.reason };
}

function originOf(call: Call, servedModel: string | null): ReplyOrigin {
  return {
    workspace: call.attribution.workspace,
    feature: call.attribution.feature,
    job: call.attribution.job,
    provider: call.provider.name,
    model: call.model.id,
    servedModel,
    promptHash: call.cache.promptHash,
    systemHash: systemHashOf(call.messages),
  };
}

/** Collects a reply as it passes. */
function recordReply() {
  const parts: ReplyPart[] = [];
  let usage: StoredReply['usage'] | null = null;
  let servedModel: string | null = null;
  return {
    add(event: ReplyEvent): void {
      if (event.type === 'attempt') {
        ({ usage, servedModel } = event.attempt);
        return;
      }
      if (event.type === 'toolCall') parts.push(event);
      if (event.type !== 'text' && event.type !== 'reasoning' && event.type !== 'refusal') return;
      const last = parts.at(-1);
      if (last?.type === event.type) parts[parts.length - 1] = { ...event, text: last.text + event.text };
      else parts.push(event);
    },
    servedModel: () => servedModel,
    /** The reply to store; null for one that is not whole: cut by a limit or a filter, or empty. */
    complete(reason: StoredReply['reason']): StoredReply | null {
      const whole = reason === 'stop' || reason === 'tool_calls';
      const hasContent = parts.some(({ type }) => type !== 'reasoning');
      return whole && hasContent && usage !== null ? { parts, reason, usage } : null;
    },
  };
}
