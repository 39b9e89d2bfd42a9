/** Which way context is sent, priced with what the provider has of it in its prefix cache. */
import type { NanoDollars } from '../../protocol/money.ts';
import { NO_USAGE } from '../../protocol/receipt.ts';
import { type ContextPrices, chooseWay } from './context-choice.ts';
import type { ContextUse } from './context-memory.ts';
import { type ContextPrefixes, prefixesOf } from './context-prefixes.ts';
import type { CountedSending, PlannedContext } from './fit-to-limit.ts';
import { placeOf } from './place.ts';
import type { Clock, PriceBook } from './ports.ts';
import type { PrefixMemory } from './prefix-memory.ts';
import { shortestPrefix, takesBreakpoints } from './prompt-caching.ts';
import type { Call, Route } from './stage.ts';

/** What the choice needs. */
export interface WayDependencies {
  readonly clock: Clock;
  readonly prices: PriceBook;
  readonly prefixes: PrefixMemory;
}

/** Share of a context window that a prompt may take where more is sent than the limit says: the answer needs room. */
const WINDOW_SHARE = 0.8;

/** A way that was chosen, and why. */
export interface ContextWay {
  readonly sending: CountedSending;
  /** Where it will probably be sent, "provider/model". */
  readonly place: string;
  readonly use: ContextUse;
  /** True where the place has probably some of what is sent in its cache. */
  readonly isWarm: boolean;
  /** Why all of it is sent though it is too long: what the ways cost; null where it is not. */
  readonly aside: ContextPrices | null;
  /**
   * Against all of it as it stands in the prompt, as far as that would be read from the cache had all been sent before;
   * null where a price is unknown or the model is not chosen yet.
   */
  readonly savedNano: NanoDollars | null;
}

/** Chooses how planned context is sent: all of it where a part would be dearer. */
export function chooseContextWay(
  call: Call,
  plan: PlannedContext,
  { clock, prices: book, prefixes }: WayDependencies,
): ContextWay {
  const { contexts } = prefixes;
  const now = clock.elapsed();
  const whole = prefixesOf(call, plan.whole.messages);
  const part = plan.part === plan.whole ? whole : prefixesOf(call, plan.part.messages);
  const route = routeOf(call, contexts.lastPlace(whole));
  const place = placeOf(route);
  const cost = pricing(call, route, plan.whole, book);
  const cachedPart = contexts.cachedLength(place, part, now);
  const cachedWhole = contexts.cachedLength(place, whole, now);
  const always = contexts.alwaysLength(place, whole, now);
  const prices = allKnown({
    whole: cost(plan.whole, whole, cachedWhole),
    again: cost(plan.whole, whole, Math.max(cachedWhole, whole.context.length)),
    fitted: cost(plan.part, part, cachedPart),
    always: cost(plan.whole, whole, always),
  });
  const { expected, account } = contexts.standing(place, whole, now);
  const isAside =
    part !== whole &&
    prices !== null &&
    prefixes.worksAt(place) &&
    hasRoom(call, tokensOf(plan.whole, plan.whole, whole), book) &&
    chooseWay(prices, expected, account) === 'whole';
  const isWhole = part === whole || isAside;
  const before = cost({ ...plan.whole, count: plan.before }, whole, always);
  const after = isWhole ? prices?.whole : prices?.fitted;
  const isKnown = call.ladder.length === 0 && before !== null && after !== undefined;
  return {
    sending: isWhole ? plan.whole : plan.part,
    place,
    use: {
      whole,
      sent: isWhole ? whole : part,
      ...(part === whole || prices === null ? {} : { prices }),
    },
    isWarm: isAside && prices !== null && prices.whole < (cost(plan.whole, whole, 0) ?? 0),
    aside: isAside ? prices : null,
    savedNano: isKnown ? Math.max(0, before - after) : null,
  };
}

/** The model where this context was sent last, if it may be again; else the call's, which is the last of a ladder. */
const routeOf = (call: Call, last: string | null): Route =>
  call.ladder.find((rung) => placeOf(rung) === last) ?? call;

/** Tokens of a prompt: those of its context were counted, and the rest of it is taken to be as dense. */
function tokensOf(sending: CountedSending, like: CountedSending, { ends }: ContextPrefixes): number {
  const rest = (ends.at(-1)?.length ?? 0) - sending.text.length;
  return sending.count.tokens + Math.round((rest * like.count.tokens) / Math.max(1, like.text.length));
}

/** Prices a prompt of which so many UTF-16 code units at the beginning are cached. */
function pricing(
  call: Call,
  route: Route,
  like: CountedSending,
  prices: PriceBook,
): (sending: CountedSending, prefixes: ContextPrefixes, cachedLength: number) => NanoDollars | null {
  const price = prefixPricing(call, route, prices);
  return (sending, prefixes, cachedLength) =>
    price(
      { tokens: tokensOf(sending, like, prefixes), length: prefixes.ends.at(-1)?.length ?? 0 },
      cachedLength,
    );
}

/** Prices a prompt of so many tokens and UTF-16 code units, of which so many units at the beginning are cached. */
export type PrefixPrice = (
  prompt: { readonly tokens: number; readonly length: number },
  cachedLength: number,
) => NanoDollars | null;

/** What prompts cost at a model, with what it has of them in its cache; null where a price is not known. */
export function prefixPricing(call: Call, route: Route, prices: PriceBook): PrefixPrice {
  return ({ tokens: inputTokens, length }, cachedLength) => {
    const known = Math.floor((inputTokens * cachedLength) / Math.max(1, length));
    const cachedInputTokens = known < shortestPrefix(route) ? 0 : known;
    // What has to be marked to be kept is billed as a write.
    const cacheWriteTokens = takesBreakpoints(route) ? inputTokens - cachedInputTokens : 0;
    const usage = { ...NO_USAGE, inputTokens, cachedInputTokens, cacheWriteTokens };
    return prices.cost(route.provider, route.model, usage, call.settings, call.startedAt).nano;
  };
}

function allKnown(
  prices: { readonly [Name in keyof ContextPrices]: NanoDollars | null },
): ContextPrices | null {
  const { whole, again, fitted, always } = prices;
  return whole === null || again === null || fitted === null || always === null
    ? null
    : { whole, again, fitted, always };
}

/** A prompt that is too long for a model would send the call to another one, or nowhere. */
const hasRoom = (call: Call, tokens: number, prices: PriceBook): boolean =>
  [call, ...call.ladder].every(({ provider, model }) => {
    const window = prices.contextTokens(provider, model);
    return window === null || tokens <= window * WINDOW_SHARE;
  });

/** A shorter prompt, in UTF-16 code units, is kept by no provider. */
const SHORTEST_KEPT = 2048;

/**
 * Context that is short enough to be sent as it is: what is to be remembered of it, since it may grow until it is not,
 * and is in the provider's cache then. Null where that can never matter.
 */
export function shortContext(call: Call): Pick<ContextWay, 'place' | 'use' | 'isWarm'> | null {
  const length = call.messages.reduce((sum, { content }) => sum + content.length, 0);
  if (call.settings.contextTokens === 0 || length < SHORTEST_KEPT) return null;
  const whole = prefixesOf(call, call.messages);
  return { place: placeOf(call), use: { whole, sent: whole }, isWarm: false };
}
