import { notedAttribution } from '../attribution.ts';
import { decisionOf } from '../decision.ts';
import { createAnswerAttempts, joinUsages } from '../joined-usage.ts';
import type { Clock, PriceBook, ReplyOrigin, ReplyPart, ReplyStore, StoredReply } from '../ports.ts';
import { replayParts } from '../replay.ts';
import { createServedModels, type ServedModels } from '../served-models.ts';
import { isShown } from '../shown.ts';
import type { Attempt, Call, Reply, ReplyEvent, Route, Stage } from '../stage.ts';
import { systemHashOf } from '../system-hash.ts';

const decision = decisionOf('exactCache');

interface Dependencies {
  readonly clock: Clock;
  readonly replies: ReplyStore;
  readonly prices: PriceBook;
  /** See `cacheKey`. */
  readonly keyOf: (call: Call) => string;
}

/**
 * The same request has the same answer: replays a stored reply for nothing and stops the chain there. On a miss it
 * passes the fresh reply on as it comes and stores it only if it was paid for here, ran to its end and is of the model
 * that was asked for. Where that model has a new version, answers of the old ones go. Stores what the reader saw,
 * finish reason and usage under a hash of the request; never a key.
 */
export function exactCache(dependencies: Dependencies): Stage {
  const { clock, replies, keyOf } = dependencies;
  const versions = createServedModels(clock, replies);
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
      const key = keyOf(call);
      const stored = mode === 'refresh' ? null : replies.get(key, clock.now(), maxAgeMs);
      if (stored !== null) {
        yield* replay(stored, key, call, dependencies);
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
          const failed = event.failedGates ?? [];
          const reply = failed.length > 0 ? null : recorder.complete(event.reason);
          if (failed.length > 0)
            yield decision('notStored', `The answer did not pass (${failed.join(', ')}), so it is not kept.`);
          else if (reply !== null) yield* keep(reply, key, call, { ...dependencies, versions });
          // Whoever paid for a shared answer keeps it under the same key.
          else if (recorder.isShared(event.reason)) yield { type: 'entry', key };
        }
        yield event;
      }
    },
  };
}

async function* replay(
  stored: StoredReply,
  key: string,
  call: Call,
  { clock, prices, replies }: Dependencies,
): Reply {
  const route = routeOf(key, call, replies);
  const { nano } = prices.cost(route.provider, route.model, stored.usage, call.settings, clock.now());
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
  if (call.ladder.length > 0) yield { type: 'routed', route };
  const { signal, settings } = call;
  yield* replayParts(stored, { clock, signal, tokensPerSecond: settings.cacheReplayTokensPerSecond });
  yield { type: 'entry', key };
  yield { type: 'reused', from: 'cache', usage: stored.usage };
  yield { type: 'end', reason: stored.reason };
}

/** The model that gave a kept answer. */
function routeOf(key: string, call: Call, replies: ReplyStore): Route {
  if (call.ladder.length === 0) return call;
  const by = replies.answeredBy(key);
  return (
    call.ladder.find(({ provider, model }) => provider.name === by?.provider && model.id === by.model) ?? call
  );
}

/** A fresh answer that ran to its end, and the attempt that paid for it. */
interface WholeReply {
  readonly reply: StoredReply;
  readonly attempt: Attempt;
  /** Those before it whose answers were cut and continued. */
  readonly beginnings: readonly Attempt[];
}

function* keep(
  { reply, attempt, beginnings }: WholeReply,
  key: string,
  call: Call,
  { clock, replies, versions }: Dependencies & { readonly versions: ServedModels },
): Generator<ReplyEvent> {
  const { provider, model, servedModel } = attempt;
  const isOfOne = beginnings.every((one) => one.provider === provider && one.model === model);
  if (
    !isOfOne ||
    !answersFor(call).some((route) => route.provider.name === provider && route.model.id === model)
  ) {
    const why = `The answer is of ${provider}/${model} and not of the model that was asked for, so it is not kept.`;
    yield decision('notStored', why);
    return;
  }
  const before = versions.changedFrom(provider, model, servedModel);
  if (before !== null && servedModel !== null) {
    const { entries } = replies.invalidate({ provider, model, servedModelOtherThan: servedModel });
    const were =
      entries === 1 ? '1 answer of another version was' : `${entries} answers of other versions were`;
    const why = `${provider} answers with ${servedModel} now, and no longer with ${before}; ${were} taken out.`;
    yield decision('invalidated', why);
  }
  replies.put(key, reply, originOf(call, attempt), clock.now());
  yield { type: 'entry', key };
  const period = formatPeriod(call.cache.maxAgeMs);
  yield decision('stored', `The answer ran to its end and is kept for the same request, for ${period}.`);
}

/** The models whose answers are what was asked for. */
const answersFor = (call: Call): readonly Route[] => (call.ladder.length > 0 ? call.ladder : [call]);

/** "7 days", "1 hour" or "1.5 hours". */
function formatPeriod(milliseconds: number): string {
  const hours = milliseconds / 3_600_000;
  const [count, unit] = hours >= 24 && hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `${Number(count.toFixed(2))} ${unit}${count === 1 ? '' : 's'}`;
}

function originOf(call: Call, { provider, model, servedModel }: Attempt): ReplyOrigin {
  const { workspace, feature, job } = notedAttribution(call);
  return {
    workspace,
    feature,
    job,
    provider,
    model,
    servedModel,
    promptHash: call.cache.promptHash,
    systemHash: systemHashOf(call.messages),
  };
}

/** Collects a reply as it passes. */
function recordReply() {
  const parts: ReplyPart[] = [];
  let attempt: Attempt | null = null;
  const answer = createAnswerAttempts();
  let reused = false;
  /** Not cut by a limit or a filter, and not empty. */
  const isWhole = (reason: StoredReply['reason']) =>
    (reason === 'stop' || reason === 'tool_calls') && parts.some(({ type }) => type !== 'reasoning');
  return {
    add(event: ReplyEvent): void {
      answer.add(event);
      if (event.type === 'attempt') attempt = event.attempt;
      else if (event.type === 'reused') reused = true;
      else if (event.type === 'withdrawn') parts.length = 0;
      else if (isShown(event)) addPart(parts, event);
    },
    /** The reply to store; null for one that is not whole, or that this call did not pay for. */
    complete(reason: StoredReply['reason']): WholeReply | null {
      if (attempt === null || attempt.outcome !== 'answered' || reused || !isWhole(reason)) return null;
      const attempts = answer.list();
      const usage = joinUsages(attempts);
      return { reply: { parts, reason, usage }, attempt, beginnings: attempts.slice(0, -1) };
    },
    isShared: (reason: StoredReply['reason']) => reused && isWhole(reason),
  };
}

/** Neighbours of one kind become one part. */
function addPart(parts: ReplyPart[], part: ReplyPart): void {
  const last = parts.at(-1);
  if (part.type !== 'toolCall' && last?.type === part.type)
    parts[parts.length - 1] = { type: part.type, text: last.text + part.text };
  else parts.push(part);
}
