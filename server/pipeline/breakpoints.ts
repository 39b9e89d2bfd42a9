/** Where a prompt is marked for a provider's prefix cache, and whether that pays. */
import { NO_USAGE } from '../../protocol/receipt.ts';
import { hashText } from './hash.ts';
import type { LedgerReader, PriceBook, TokenCounter } from './ports.ts';
import type { RememberedCall } from './prefix-memory.ts';
import { KEPT_MS, LEAST_WRITE_PRICE, shortestPrefix } from './prompt-caching.ts';
import { schemaOf } from './schema-of.ts';
import type { Call, Route } from './stage.ts';

/** How far back the calls of a job say how often it is called. */
const LOOKED_BACK_MS = 3_600_000;
/** How many of them are looked at. */
const MOST_CALLS = 50;
/** One call before says nothing of how often there will be another. */
const FEWEST_CALLS = 2;

/** How often a job came back, and what that means at a model. */
export interface Reuse {
  readonly calls: number;
  /** How many of the waits between them, the one until now included, were shorter than a prefix is kept. */
  readonly inTime: number;
  /** Prices of a write and a read against plain input. */
  readonly write: number;
  readonly read: number;
  readonly pays: boolean;
}

/**
 * What the ledger says of a job at a model; null where it says too little, or where the price is unknown or nothing. If
 * the calls to come are like those before, a call finds its prefix with the probability p = inTime / calls, and pays the
 * read then and the write otherwise: p · read + (1 − p) · write must be below 1.
 */
export function reuseOf(
  call: Call,
  { provider, model }: Route,
  { ledger, prices }: { readonly ledger: Pick<LedgerReader, 'pastStarts'>; readonly prices: PriceBook },
): Reuse | null {
  const { attribution, startedAt, settings } = call;
  if (attribution.job === null) return null;
  const target = {
    job: attribution.job,
    provider: provider.name,
    model: model.id,
    simulated: provider.simulated,
  };
  const starts = ledger.pastStarts(target, startedAt - LOOKED_BACK_MS, MOST_CALLS);
  if (starts.length < FEWEST_CALLS) return null;
  const costOf = (kind: object) =>
    prices.cost(provider, model, { ...NO_USAGE, inputTokens: 1_000_000, ...kind }, settings, startedAt).nano;
  const input = costOf({});
  const cached = costOf({ cachedInputTokens: 1_000_000 });
  const written = costOf({ cacheWriteTokens: 1_000_000 });
  if (input === null || input === 0 || cached === null || written === null) return null;
  const inTime = starts.filter((start, index) => (starts[index - 1] ?? startedAt) - start <= KEPT_MS).length;
  const read = cached / input;
  // Tables that know no price of a write give that of input.
  const write = Math.max(LEAST_WRITE_PRICE, written / input);
  const probability = inTime / starts.length;
  const pays = probability * read + (1 - probability) * write < 1;
  return { calls: starts.length, inTime, write, read, pays };
}

/** What tells messages apart. */
export const messageHashes = ({ messages }: Call): readonly string[] =>
  messages.map(({ role, content }) => hashText(`${role}\n${content}`));

/**
 * The messages, by index, whose ends end a part that will come again: that of the leading system messages, and what the
 * last call of the job had in common with this one; the whole of a conversation that has grown since.
 */
export function candidatesOf(
  call: Call,
  hashes: readonly string[],
  last: RememberedCall | null,
): readonly number[] {
  const { messages } = call;
  const other = messages.findIndex(({ role }) => role !== 'system');
  const leading = (other < 0 ? messages.length : other) - 1;
  const before = last?.messages ?? [];
  const difference = hashes.findIndex((hash, index) => hash !== before[index]);
  const common = difference < 0 ? hashes.length : difference;
  const hasGrown = before.length > 0 && common === before.length && hashes.length > before.length;
  const shared = hasGrown ? hashes.length - 1 : common - 1;
  return [...new Set([leading, shared])].filter(
    (index) => index >= 0 && messages[index]?.content.trim() !== '',
  );
}

/** Those of `candidates` before which there is enough to be kept, and how many tokens the last of them keeps. */
export async function longEnough(
  call: Call,
  route: Route,
  candidates: readonly number[],
  counter: TokenCounter,
): Promise<{ readonly breakpoints: readonly number[]; readonly tokens: number }> {
  const tools = await counter.countTools(route.model, call.tools, schemaOf(null));
  const breakpoints: number[] = [];
  let tokens = 0;
  for (const index of candidates.toSorted((one, another) => one - another)) {
    const prefix = await counter.countMessages(route.model, call.messages.slice(0, index + 1));
    if (prefix.tokens + tools.tokens < shortestPrefix(route)) continue;
    breakpoints.push(index);
    tokens = prefix.tokens + tools.tokens;
  }
  return { breakpoints, tokens };
}
