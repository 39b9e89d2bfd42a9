/** Whether shortened parts pay: what a provider has of the prompt in its prefix cache it has of one way to write it only. */
import type { Message } from '../../protocol/messages.ts';
import type { NanoDollars } from '../../protocol/money.ts';
import { type ContextPrefixes, prefixesOf } from './context-prefixes.ts';
import { type PrefixPrice, prefixPricing } from './context-ways.ts';
import { placeOf } from './place.ts';
import type { Clock, PriceBook } from './ports.ts';
import type { PrefixMemory } from './prefix-memory.ts';
import type { Call, Route } from './stage.ts';
import type { Warmth } from './warmth.ts';

/** What the choice needs. */
export interface CompressionDependencies {
  readonly clock: Clock;
  readonly prices: PriceBook;
  readonly prefixes: PrefixMemory;
  readonly warmth: Warmth;
}

/** A prompt as it stands and shortened, with the tokens of the parts that differ. */
export interface CompressionPlan {
  readonly whole: readonly Message[];
  readonly short: readonly Message[];
  readonly before: number;
  readonly after: number;
  /** UTF-16 code units of those parts as they stand. */
  readonly length: number;
}

/** The way that was chosen. */
export interface CompressedWay {
  /** "provider/model", where it will probably be sent. */
  readonly place: string;
  readonly short: ContextPrefixes;
  /** Why the parts stay as they are; null where they are shortened. */
  readonly aside: 'warm' | 'tooShortToKeep' | null;
  /** What the prompt costs now; null where a price is not known. */
  readonly prices: { readonly whole: NanoDollars; readonly short: NanoDollars } | null;
}

/** Under this name of a place is remembered what was sent shortened: another text than what it was made of. */
export const shortenedAt = (place: string): string => `${place}, shortened`;

/**
 * Shortens unless the prompt as it stands is cheaper: now, since the provider has probably kept it, or together with the
 * times that it will probably come again, since shortened it is too short to be kept.
 */
export function chooseCompressedWay(
  call: Call,
  plan: CompressionPlan,
  { clock, prices: book, prefixes, warmth }: CompressionDependencies,
): CompressedWay {
  const { contexts } = prefixes;
  const now = clock.elapsed();
  const whole = prefixesOf(call, plan.whole);
  const short = prefixesOf(call, plan.short);
  const route = routeOf(call, contexts.lastPlace(whole));
  const place = placeOf(route);
  const price = prefixPricing(call, route, book);
  const size = {
    whole: { length: lengthOf(whole), tokens: tokensOf(plan, lengthOf(whole)) },
    short: {
      length: lengthOf(short),
      tokens: tokensOf(plan, lengthOf(whole)) - (plan.before - plan.after),
    },
  };
  const ownLength = contexts.cachedLength(shortenedAt(place), short, now);
  const common = commonLength(whole, short);
  const known = contexts.cachedLength(place, whole, now);
  const isOwn = ownLength > common;
  // What was remembered of the prompt as it stands went out shortened, where that is known too.
  const cachedWhole = isOwn
    ? Math.min(known, common)
    : Math.max(known, warmLength(call, route, size.whole, warmth));
  const cachedShort = Math.max(ownLength, Math.min(cachedWhole, common));
  const nowNano = both(price(size.whole, cachedWhole), price(size.short, cachedShort));
  if (nowNano === null) return { place, short, aside: null, prices: null };
  const later = both(
    price(size.whole, Math.max(cachedWhole, whole.context.length)),
    price(size.short, Math.max(cachedShort, short.context.length)),
  );
  const { expected } = contexts.standing(place, whole, now);
  const total = (one: NanoDollars, again: NanoDollars) => one + expected * again;
  const aside = !prefixes.worksAt(place)
    ? null
    : nowNano.whole < nowNano.short
      ? 'warm'
      : later !== null && total(nowNano.whole, later.whole) < total(nowNano.short, later.short)
        ? 'tooShortToKeep'
        : null;
  return { place, short, aside, prices: nowNano };
}

/** The model where this was sent last, if it may be again; else the call's, which is the last of a ladder. */
const routeOf = (call: Call, last: string | null): Route =>
  call.ladder.find((rung) => placeOf(rung) === last) ?? call;

const lengthOf = ({ ends }: ContextPrefixes): number => ends.at(-1)?.length ?? 0;

/** The parts were counted; what is around them is taken to be as dense. */
const tokensOf = ({ before, length }: CompressionPlan, all: number): number =>
  before + Math.round(((all - length) * before) / Math.max(1, length));

/** Up to the last end that both have. */
function commonLength(one: ContextPrefixes, other: ContextPrefixes): number {
  let common = 0;
  for (const [index, { hash, length }] of one.ends.entries()) {
    if (other.ends[index]?.hash !== hash) break;
    common = length;
  }
  return common;
}

/** What the job's last answer said of the provider's cache. */
function warmLength(
  call: Call,
  route: Route,
  { length, tokens }: { readonly length: number; readonly tokens: number },
  warmth: Warmth,
): number {
  return Math.floor((warmth.cachedTokens(call, route, tokens) * length) / Math.max(1, tokens));
}

const both = (whole: ReturnType<PrefixPrice>, short: ReturnType<PrefixPrice>) =>
  whole === null || short === null ? null : { whole, short };
