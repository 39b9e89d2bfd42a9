import type { NanoDollars } from '../../../protocol/money.ts';
import { formatTokens, NO_USAGE } from '../../../protocol/receipt.ts';
import { droppedTexts } from '../../fitting/dropped-text.ts';
import type { Fit } from '../../fitting/fit.ts';
import { hasContext, type MarkedContext, readContext } from '../../fitting/fit-messages.ts';
import { isContinuationRequest } from '../../prompts/continuation.ts';
import { createCountMemory } from '../count-memory.ts';
import type { PriceBook, TokenCount, TokenCounter } from '../ports.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';

interface Dependencies {
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
}

/** So many pieces are listed by what is missing of them. */
const LISTED_PIECES = 12;

/** How often a fit is made smaller or larger until its true count is right, and which share of the limit is. */
const MOST_FITS = 6;
const GOOD_SHARE = 0.985;

/**
 * Context that a prompt marks is sent once and, where it is longer than `farthing.context.tokens`, without what is
 * least relevant to the question. Sentences and declarations stay whole and in their order, a marker stands where
 * something is missing, and nothing else of a message is touched. Never stops the chain, stores nothing; what is missing
 * is listed in its decisions.
 */
export function fitContext({ counter, prices }: Dependencies): Stage {
  const count = createCountMemory(counter);
  return {
    name: 'fitContext',
    optional: true,
    switch: 'fitContext',
    run: (call, next) =>
      // What may only have a kept answer is not sent.
      call.cache.mode !== 'only' && hasContext(call.messages)
        ? fitted(call, next, count, prices)
        : next(call),
  };
}

type Count = (call: Call, text: string) => Promise<TokenCount>;

async function* fitted(call: Call, next: Next, count: Count, prices: PriceBook): Reply {
  const context = readContext(call.messages, (content) => !isContinuationRequest(content));
  const result = context === null ? null : await fitToLimit(context, call, count);
  if (context === null || result === null) {
    yield* next(call);
    return;
  }
  const { fit, messages, before, after } = result;
  yield summary(call, context, result, savedNano(call, before, after, prices));
  for (const why of droppedTexts(context.pieces, fit, LISTED_PIECES)) yield decision('leftOut', why);
  const more = changedPieces(fit) - LISTED_PIECES;
  if (more > 0)
    yield decision('leftOut', `And parts of ${formatTokens(more)} more ${more === 1 ? 'piece' : 'pieces'}.`);
  yield* next({ ...call, messages });
}

/** Context that was fitted, and its true tokens before and after, marks and markers included. */
interface Result extends ReturnType<MarkedContext['apply']> {
  readonly fit: Fit;
  readonly before: TokenCount;
  readonly after: TokenCount;
  /** True when it was longer than the limit. */
  readonly tooLong: boolean;
}

type Applied = Omit<Result, 'before' | 'tooLong'>;

/** Null when nothing is to be left out. */
async function fitToLimit(context: MarkedContext, call: Call, count: Count): Promise<Result | null> {
  const limit = call.settings.contextTokens;
  const repeated = context.fitter.fit(null);
  const isTooLong = async (text: string) =>
    // A token is a byte at least.
    limit > 0 && Buffer.byteLength(text) > limit && (await count(call, text)).tokens > limit;
  const once = context.apply(repeated);
  const isChanged = changedPieces(repeated) > 0;
  if (!(await isTooLong(once.text))) {
    if (!isChanged) return null;
    const [before, after] = [await count(call, context.text), await count(call, once.text)];
    // The markers of short repetitions are longer than what they stand for.
    if (after.tokens >= before.tokens) return null;
    return { ...once, fit: repeated, before, after, tooLong: false };
  }
  const before = await count(call, context.text);
  return { ...(await largestFit(context, limit, before, call, count)), before, tooLong: true };
}

/**
 * The fit that comes nearest to the limit from below. How many tokens a character is differs from text to text, and the
 * markers count too, so that the room in characters is corrected by the true count.
 */
async function largestFit(
  context: MarkedContext,
  limit: number,
  whole: TokenCount,
  call: Call,
  count: Count,
): Promise<Applied> {
  let room = (context.text.length * limit) / Math.max(1, whole.tokens);
  let best: Applied | null = null;
  for (let round = 1; ; round++) {
    const fit = context.fitter.fit(Math.floor(room));
    const applied = context.apply(fit);
    const after = await count(call, applied.text);
    const fits = after.tokens <= limit;
    if (fits && after.tokens > (best?.after.tokens ?? -1)) best = { ...applied, fit, after };
    if (best !== null && (round >= MOST_FITS || best.after.tokens >= limit * GOOD_SHARE)) return best;
    // With no room at all, markers are all that is left.
    if (room < 1) return best ?? { ...applied, fit, after };
    const ratio = limit / Math.max(1, after.tokens);
    room *= fits ? Math.min(MOST_GROWN, ratio) : Math.max(MOST_SHRUNK, ratio * SHRINK_MORE);
  }
}

/** A room that was too small grows by no more than this at once. */
const MOST_GROWN = 2;
/** A room that was too large shrinks by a little more than by how much it was. */
const SHRINK_MORE = 0.995;
/** And by no more than this at once: markers alone say nothing of what a text takes. */
const MOST_SHRUNK = 0.3;

function summary(
  call: Call,
  { pieces }: MarkedContext,
  { fit, before, after, tooLong }: Result,
  nano: NanoDollars | null,
): ReplyEvent {
  const changed = changedPieces(fit);
  const approximate = before.approximate || after.approximate;
  const tokens = Math.max(0, before.tokens - after.tokens);
  const ofPieces = `of ${formatTokens(changed)} of ${formatTokens(pieces.length)} ${pieces.length === 1 ? 'piece' : 'pieces'} of context`;
  const amount = `${formatTokens(tokens, approximate)} of ${formatTokens(before.tokens, approximate)} tokens`;
  const reason = tooLong
    ? `what repeats and what is least relevant to the question, since together they are longer than farthing.context.tokens (${formatTokens(call.settings.contextTokens)})`
    : 'what repeats an earlier piece';
  return {
    type: 'decision',
    decision: {
      stage: 'fitContext',
      action: 'fitted',
      why: `Parts ${ofPieces} were left out, ${amount}: ${reason}. "Bring Back Dropped Context" or farthing run --all-context sends all of it.`,
      savedTokens: tokens,
      ...(nano === null ? {} : { savedNano: nano }),
    },
  };
}

const changedPieces = (fit: Fit): number => fit.filter((gaps) => gaps.length > 0).length;

const decision = (action: string, why: string): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'fitContext', action, why },
});

/** The difference in the price of the input; null where the price is not known, or the model is not chosen yet. */
function savedNano(call: Call, before: TokenCount, after: TokenCount, prices: PriceBook): NanoDollars | null {
  const { provider, model, ladder, settings, startedAt } = call;
  if (ladder.length > 0) return null;
  const price = ({ tokens }: TokenCount) =>
    prices.cost(provider, model, { ...NO_USAGE, inputTokens: tokens }, settings, startedAt).nano;
  const [all, rest] = [price(before), price(after)];
  return all === null || rest === null ? null : Math.max(0, all - rest);
}
