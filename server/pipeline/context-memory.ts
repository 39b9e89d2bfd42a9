/** What is remembered of context that was sent, as long as the daemon runs, to tell whether leaving out of it pays. */
import type { NanoDollars } from '../../protocol/money.ts';
import type { ContextAccount, ContextPrices } from './context-choice.ts';
import type { ContextPrefixes } from './context-prefixes.ts';
import { KEPT_MS } from './prompt-caching.ts';

/** Contexts and ends of prefixes that are remembered of a place at most; what was not used for longest goes first. */
const MOST_KEPT = 10_000;
/** Of so many uses, what came before them counts half. */
const LOOKED_BACK = 200;
/** How many uses of a context weigh as much as those of all others. */
const OTHERS_WEIGH = 1;

/** A context that is sent. */
export interface ContextUse {
  /** All of it. */
  readonly whole: ContextPrefixes;
  /** What goes to the provider. */
  readonly sent: ContextPrefixes;
  /** Left out where its price is not known, or where there was nothing to choose. */
  readonly prices?: ContextPrices;
}

/** How a context stands at a place. */
export interface ContextStanding {
  /** How often it will probably come within the time of the cache before it is gone for longer. */
  readonly expected: number;
  readonly account: ContextAccount;
}

/** See above. A place is "provider/model"; times are milliseconds of `Clock.elapsed`. */
export interface ContextMemory {
  /** UTF-16 code units at the beginning of a prompt that the place has probably in its cache. */
  cachedLength(place: string, prompt: ContextPrefixes, now: number): number;
  /** The same, if context had always been sent whole. */
  alwaysLength(place: string, prompt: ContextPrefixes, now: number): number;
  standing(place: string, whole: ContextPrefixes, now: number): ContextStanding;
  /** Where a context was sent last; null where that is not known. */
  lastPlace(whole: ContextPrefixes): string | null;
  sent(place: string, use: ContextUse, now: number): void;
}

interface Place {
  readonly sent: Map<string, number>;
  readonly always: Map<string, number>;
  /** By the end of the context: when it came last, how often in time, and how often too late. */
  readonly contexts: Map<string, { readonly at: number; readonly again: number; readonly late: number }>;
  /** By the end of a context that was fitted. */
  readonly entries: Map<string, Entry>;
  uses: number;
  again: number;
  spent: NanoDollars;
  alwaysNano: NanoDollars;
  fittedNano: NanoDollars;
  largest: NanoDollars;
}

/** What it would cost to go over to whole, and what whole would have saved. */
interface Entry {
  readonly at: number;
  readonly nano: NanoDollars;
  readonly missed: NanoDollars;
}

/** Knows of nothing yet. */
export function createContextMemory(): ContextMemory {
  const places = new Map<string, Place>();
  const lastPlaces = new Map<string, string>();
  const placeNamed = (name: string): Place => {
    const place = places.get(name) ?? newPlace();
    places.set(name, place);
    return place;
  };
  return {
    cachedLength: (place, prompt, now) => lengthIn(places.get(place)?.sent, prompt, now),
    alwaysLength: (place, prompt, now) => lengthIn(places.get(place)?.always, prompt, now),
    standing: (place, whole, now) => standingOf(places.get(place) ?? newPlace(), whole, now),
    lastPlace: ({ context }) => lastPlaces.get(context.hash) ?? null,
    sent(name, { whole, sent, prices }, now) {
      const place = placeNamed(name);
      remember(lastPlaces, whole.context.hash, name);
      noteUse(place, whole, now);
      if (prices !== undefined) noteCost(place, whole, sent === whole, prices, now);
      for (const { hash } of whole.ends) remember(place.always, hash, now);
      for (const { hash } of sent.ends) remember(place.sent, hash, now);
    },
  };
}

/** The memory as a preview sees it: nothing was sent. */
export const previewContexts = (memory: ContextMemory): ContextMemory => ({
  ...memory,
  sent: () => undefined,
});

const newPlace = (): Place => ({
  sent: new Map(),
  always: new Map(),
  contexts: new Map(),
  entries: new Map(),
  uses: 0,
  again: 0,
  spent: 0,
  alwaysNano: 0,
  fittedNano: 0,
  largest: 0,
});

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}

const isKept = (at: number | undefined, now: number): boolean => at !== undefined && now - at <= KEPT_MS;

/** A cache that has what a prefix ends with has all before it. */
const lengthIn = (
  known: ReadonlyMap<string, number> | undefined,
  { ends }: ContextPrefixes,
  now: number,
): number => ends.findLast(({ hash }) => isKept(known?.get(hash), now))?.length ?? 0;

/** Its own uses, and those of all contexts at the place as if they were one use more. */
function standingOf(place: Place, { context }: ContextPrefixes, now: number): ContextStanding {
  const own = place.contexts.get(context.hash);
  const comesAgain = isKept(own?.at, now);
  const again = (own?.again ?? 0) + (comesAgain ? 1 : 0);
  const late = (own?.late ?? 0) + (own !== undefined && !comesAgain ? 1 : 0);
  const share = (place.again + 1) / (place.uses + 2);
  let entries = 0;
  for (const [key, { at, nano }] of place.entries)
    if (key !== context.hash && isKept(at, now)) entries += nano;
  return {
    expected: (again + OTHERS_WEIGH * share) / (late + OTHERS_WEIGH * (1 - share)),
    account: {
      spent: place.spent,
      always: place.alwaysNano,
      fitted: place.fittedNano,
      entries: entries * share,
      missed: missedOf(place, context.hash, now),
      largest: place.largest,
    },
  };
}

function noteUse(place: Place, { context }: ContextPrefixes, now: number): void {
  const own = place.contexts.get(context.hash);
  const comesAgain = isKept(own?.at, now);
  const isLate = own !== undefined && !comesAgain;
  remember(place.contexts, context.hash, {
    at: now,
    again: (own?.again ?? 0) + (comesAgain ? 1 : 0),
    late: (own?.late ?? 0) + (isLate ? 1 : 0),
  });
  place.uses += 1;
  place.again += comesAgain ? 1 : 0;
  if (place.uses <= LOOKED_BACK) return;
  place.uses /= 2;
  place.again /= 2;
}

function noteCost(
  place: Place,
  { context }: ContextPrefixes,
  isWhole: boolean,
  { whole, again, fitted, always }: ContextPrices,
  now: number,
): void {
  place.spent += isWhole ? whole : fitted;
  place.alwaysNano += always;
  place.fittedNano += fitted;
  place.largest = Math.max(place.largest, always);
  const missed = missedOf(place, context.hash, now) + Math.max(0, fitted - always);
  place.entries.delete(context.hash);
  for (const [key, { at }] of place.entries) if (!isKept(at, now)) place.entries.delete(key);
  if (isWhole) return;
  // Nobody goes over to whole where that never pays.
  const nano = again < fitted ? whole - again : 0;
  remember(place.entries, context.hash, { at: now, nano, missed });
}

function missedOf(place: Place, key: string, now: number): NanoDollars {
  const entry = place.entries.get(key);
  return entry !== undefined && isKept(entry.at, now) ? entry.missed : 0;
}
