/** Marked context as it can be sent: each text once, and where that is longer than the limit, a part of it. */
import type { Message } from '../../protocol/messages.ts';
import type { Fit } from '../fitting/fit.ts';
import type { MarkedContext } from '../fitting/fit-messages.ts';
import type { TokenCount } from './ports.ts';
import type { Call } from './stage.ts';

/** How often a fit is made smaller or larger until its true count is right, and which share of the limit is. */
const MOST_FITS = 6;
const GOOD_SHARE = 0.985;

/** A room that was too small grows by no more than this at once. */
const MOST_GROWN = 2;
/** A room that was too large shrinks by a little more than by how much it was. */
const SHRINK_MORE = 0.995;
/** And by no more than this at once: markers alone say nothing of what a text takes. */
const MOST_SHRUNK = 0.3;

/** Messages with context, one way or the other. */
export interface Sending {
  readonly messages: readonly Message[];
  /** The context as it stands in them, marks and markers included. */
  readonly text: string;
  /** What is left out; null for nothing. */
  readonly fit: Fit | null;
}

/** A sending with the true tokens of its context. */
export interface CountedSending extends Sending {
  readonly count: TokenCount;
}

/** Context of which something can be left out. */
export interface PlannedContext {
  /** Tokens of the context as it stands in the prompt. */
  readonly before: TokenCount;
  /** Each text once. */
  readonly whole: CountedSending;
  /**
   * Without what is hardly relevant, by `farthing.context.relevance`; where that is longer than the limit, as much as it
   * allows, or else as little as there can be. The same where neither leaves out anything.
   */
  readonly part: CountedSending;
  /** True where the limit cuts the part. */
  readonly isTooLong: boolean;
}

/** Counts a text as the call's model does. */
export type Count = (call: Call, text: string) => Promise<TokenCount>;

/** True where a fit leaves something out. */
export const leavesOut = (fit: Fit): boolean => fit.some((gaps) => gaps.length > 0);

/** What a plan needs. */
export interface FitTools {
  /** Counts long texts, which come again with each edit around them. */
  readonly count: Count;
  /** The fit without what it does not pay to leave out. */
  readonly paying: (context: MarkedContext, fit: Fit, call: Call) => Promise<Fit>;
}

/** Plans the context of `call` by its settings; null where nothing is to be left out. */
export async function planContext(
  context: MarkedContext,
  call: Call,
  tools: FitTools,
): Promise<PlannedContext | null> {
  const { contextTokens: limit, contextRelevance: least } = call.settings;
  const { count, paying } = tools;
  const fitted = async (fit: Fit): Promise<CountedSending> => {
    const pays = await paying(context, fit, call);
    const applied = context.apply(pays);
    return { ...applied, fit: pays, count: await count(call, applied.text) };
  };
  const repeated = context.fitter.fit(null);
  const relevant = least > 0 ? context.fitter.fit(null, least) : repeated;
  // A token is a byte at least.
  const mayBeLong = limit > 0 && Buffer.byteLength(context.text) > limit;
  if (!mayBeLong && !leavesOut(relevant)) return null;
  const once = await fitted(repeated);
  if (!(limit > 0 && once.count.tokens > limit) && !leavesOut(relevant)) return null;
  const before = await count(call, context.text);
  // The markers of short repetitions can be longer than what they stand for.
  const isShorter = once.count.tokens < before.tokens;
  const whole: CountedSending = isShorter
    ? once
    : { messages: call.messages, text: context.text, fit: null, count: before };
  const some = least > 0 ? await fitted(relevant) : whole;
  const enough = some.count.tokens < whole.count.tokens ? some : whole;
  const isTooLong = limit > 0 && enough.count.tokens > limit;
  if (!isTooLong && enough === whole && !isShorter) return null;
  const largest = () => largestFit(context, limit, before, (room) => fitted(context.fitter.fit(room, least)));
  const part = isTooLong ? await largest() : enough;
  // Parts that are no shorter with their markers are no reason to leave out anything.
  return { before, whole, part: part.count.tokens < whole.count.tokens ? part : whole, isTooLong };
}

/**
 * The fit that comes nearest to the limit from below. How many tokens a character is differs from text to text, and the
 * markers count too, so that the room in characters is corrected by the true count.
 */
async function largestFit(
  context: MarkedContext,
  limit: number,
  before: TokenCount,
  fitted: (room: number) => Promise<CountedSending>,
): Promise<CountedSending> {
  let room = (context.text.length * limit) / Math.max(1, before.tokens);
  let best: CountedSending | null = null;
  for (let round = 1; ; round++) {
    const one = await fitted(Math.floor(room));
    const after = one.count;
    const fits = after.tokens <= limit;
    if (fits && after.tokens > (best?.count.tokens ?? -1)) best = one;
    if (best !== null && (round >= MOST_FITS || best.count.tokens >= limit * GOOD_SHARE)) return best;
    // With no room at all, markers are all that is left.
    if (room < 1) return best ?? one;
    const ratio = limit / Math.max(1, after.tokens);
    room *= fits ? Math.min(MOST_GROWN, ratio) : Math.max(MOST_SHRUNK, ratio * SHRINK_MORE);
  }
}
