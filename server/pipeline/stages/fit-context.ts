import { formatMoney } from '../../../protocol/money.ts';
import { formatTokens } from '../../../protocol/receipt.ts';
import { droppedTexts } from '../../fitting/dropped-text.ts';
import type { Fit } from '../../fitting/fit.ts';
import { hasContext, readContext } from '../../fitting/fit-messages.ts';
import type { Piece } from '../../fitting/rank.ts';
import { isContinuationRequest } from '../../prompts/continuation.ts';
import { type ContextWay, chooseContextWay, shortContext } from '../context-ways.ts';
import { createCountMemory } from '../count-memory.ts';
import { decisionOf } from '../decision.ts';
import { leavesOut, type PlannedContext, planContext } from '../fit-to-limit.ts';
import { createPayingFit } from '../paying-fit.ts';
import type { Clock, Compressor, PriceBook, TokenCounter } from '../ports.ts';
import type { PrefixMemory } from '../prefix-memory.ts';
import { isCached } from '../prefix-report.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';

const decision = decisionOf('fitContext');

interface Dependencies {
  readonly clock: Clock;
  /** What may shorten context later, so that it does not pay to leave it out. */
  readonly compressor: Compressor;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
  readonly prefixes: PrefixMemory;
}

/** So many pieces are listed by what is missing of them. */
const LISTED_PIECES = 12;

/**
 * Context that a prompt marks is sent once and, where it is longer than `farthing.context.tokens`, without what is
 * least relevant to the question; by `farthing.context.relevance` without what is hardly relevant, however short it is.
 * Nothing is left out whose marker would be as long. Sentences and declarations stay whole and in their order, a marker stands where
 * something is missing, and nothing else of a message is touched. Where the provider has all of it in its prefix cache,
 * or soon will, parts that are others for each question would be dearer: then all of it is sent. Never stops the chain;
 * remembers in memory which context went where. What is missing is listed in its decisions.
 */
export function fitContext(dependencies: Dependencies): Stage {
  const { clock, counter, prefixes } = dependencies;
  const tools = { count: createCountMemory(counter), paying: createPayingFit(dependencies) };

  async function* fitted(call: Call, next: Next): Reply {
    const context = readContext(call.messages, (content) => !isContinuationRequest(content));
    const plan = context === null ? null : await planContext(context, call, tools);
    if (context === null || plan === null) return yield* noted(next(call), shortContext(call));
    const way = chooseContextWay(call, plan, dependencies);
    yield* decisionsOf(call, context.pieces, plan, way);
    yield* noted(next({ ...call, messages: way.sending.messages }), way);
  }

  /** Remembers where context went, and whether a cache was found where one was expected. */
  async function* noted(reply: Reply, way: Pick<ContextWay, 'place' | 'use' | 'isWarm'> | null): Reply {
    const places = new Set<string>();
    for await (const event of reply) {
      yield event;
      if (way === null || event.type !== 'attempt' || event.attempt.outcome !== 'answered') continue;
      const { provider, model, usage } = event.attempt;
      const place = `${provider}/${model}`;
      if (places.has(place)) continue;
      places.add(place);
      const { prices, ...sent } = way.use;
      // Prices are of one place.
      const isThere = place === way.place && prices !== undefined;
      prefixes.contexts.sent(place, isThere ? { ...sent, prices } : sent, clock.elapsed());
      if (way.isWarm && place === way.place) prefixes.heard(place, isCached(usage));
    }
  }

  return {
    name: 'fitContext',
    optional: true,
    switch: 'fitContext',
    run: (call, next) =>
      // What may only have a kept answer is not sent.
      call.cache.mode !== 'only' && hasContext(call.messages) ? fitted(call, next) : next(call),
  };
}

function* decisionsOf(
  call: Call,
  pieces: readonly Piece[],
  plan: PlannedContext,
  way: ContextWay,
): Generator<ReplyEvent> {
  const { fit } = way.sending;
  if (way.aside !== null) yield decision('stoodAside', asideText(call, plan, way));
  if (fit === null || !leavesOut(fit)) return;
  yield summary(call, pieces, fit, plan, way);
  for (const why of droppedTexts(pieces, fit, LISTED_PIECES)) yield decision('leftOut', why);
  const more = changedPieces(fit) - LISTED_PIECES;
  if (more > 0)
    yield decision('leftOut', `And parts of ${formatTokens(more)} more ${more === 1 ? 'piece' : 'pieces'}.`);
}

function asideText(
  call: Call,
  { whole, part, isTooLong }: PlannedContext,
  { place, aside }: ContextWay,
): string {
  if (aside === null) return '';
  const [all, some, again] = [aside.whole, aside.fitted, aside.again].map((nano) => formatMoney(nano));
  const tokens = (sending: PlannedContext['whole']) =>
    formatTokens(sending.count.tokens, sending.count.approximate);
  const { contextTokens } = call.settings;
  const what = isTooLong
    ? `The context has ${tokens(whole)} tokens, more than farthing.context.tokens (${formatTokens(contextTokens)}), and is sent without leaving out what is least relevant`
    : `The context has ${tokens(whole)} tokens and is sent with what is hardly relevant to the question (farthing.context.relevance)`;
  return aside.whole <= aside.fitted
    ? `${what}: ${place} has probably kept it in its prefix cache, so that it costs ${all}; ${tokens(part)} tokens fitted to the question would cost ${some}.`
    : `${what}: it costs ${all} now and probably ${again} each time that it comes within five minutes, from the prefix cache of ${place}; ${tokens(part)} tokens fitted to the question would cost ${some} each time.`;
}

function summary(
  call: Call,
  pieces: readonly Piece[],
  fit: Fit,
  { before, whole, part, isTooLong }: PlannedContext,
  { sending, savedNano }: ContextWay,
): ReplyEvent {
  const after = sending.count;
  const changed = changedPieces(fit);
  const approximate = before.approximate || after.approximate;
  const tokens = Math.max(0, before.tokens - after.tokens);
  const ofPieces = `of ${formatTokens(changed)} of ${formatTokens(pieces.length)} ${pieces.length === 1 ? 'piece' : 'pieces'} of context`;
  const amount = `${formatTokens(tokens, approximate)} of ${formatTokens(before.tokens, approximate)} tokens`;
  const { contextTokens, contextRelevance } = call.settings;
  const reason =
    sending !== part || part === whole
      ? 'what repeats an earlier piece'
      : isTooLong
        ? `what repeats and what is least relevant to the question, since together they are longer than farthing.context.tokens (${formatTokens(contextTokens)})`
        : `what repeats, and what has less than ${Math.round(contextRelevance * 100)} % of the relevance to the question that the most relevant part has (farthing.context.relevance)`;
  return {
    type: 'decision',
    decision: {
      stage: 'fitContext',
      action: 'fitted',
      why: `Parts ${ofPieces} were left out, ${amount}: ${reason}. "Bring Back Dropped Context" or farthing run --all-context sends all of it.`,
      savedTokens: tokens,
      ...(savedNano === null ? {} : { savedNano }),
    },
  };
}

const changedPieces = (fit: Fit): number => fit.filter((gaps) => gaps.length > 0).length;
