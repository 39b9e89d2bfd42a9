/** What an answer's usage says of the provider's prefix cache, and of what keeps a prompt out of it. */
import { formatMoney, type NanoDollars } from '../../protocol/money.ts';
import { formatTokens, type Usage } from '../../protocol/receipt.ts';
import { placeOf } from './place.ts';
import type { PriceBook } from './ports.ts';
import { shortestPrefix } from './prompt-caching.ts';
import type { Attempt, Call, Route } from './stage.ts';
import type { VolatilePart } from './volatile-parts.ts';

/** One thing to say, as a decision has it. */
export interface PrefixNote {
  readonly action: 'read' | 'wrote' | 'warned';
  readonly why: string;
  readonly savedNano?: NanoDollars;
}

/** True where some of a request was read from a cache or written to it. */
export const isCached = ({ cachedInputTokens, cacheWriteTokens }: Usage): boolean =>
  cachedInputTokens + cacheWriteTokens > 0;

/** What an answered attempt says; `volatile` is the part of the prompt that is another in each call, if there is one. */
export function* prefixReport(
  call: Call,
  attempt: Attempt,
  volatile: VolatilePart | null,
  prices: PriceBook,
): Generator<PrefixNote> {
  const { usage } = attempt;
  const { cachedInputTokens: read, cacheWriteTokens: written, inputTokens } = usage;
  const place = `${attempt.provider}/${attempt.model}`;
  const route = [call, ...call.ladder, ...call.chain].find((one) => placeOf(one) === place);
  if (route === undefined) return;
  if (read > 0) {
    const why = `The provider read ${formatTokens(read)} of ${formatTokens(inputTokens)} input tokens from its prefix cache.`;
    yield { action: 'read', why, savedNano: cheaperBy(call, route, usage, read, prices) ?? 0 };
  } else if (written > 0) {
    const why = `The provider wrote ${formatTokens(written)} input tokens to its prefix cache, for the calls to come.`;
    yield { action: 'wrote', why };
  }
  const warning = volatile === null ? null : warningOf(call, route, usage, volatile, prices);
  if (warning !== null) yield { action: 'warned', why: warning };
}

/** Tokens are those of the whole prompt by the share of its characters: "about". Null where nothing is wasted. */
function warningOf(
  call: Call,
  route: Route,
  usage: Usage,
  { kind, message, line, before, behind }: VolatilePart,
  prices: PriceBook,
): string | null {
  const total = call.messages.reduce((sum, { content }) => sum + content.length, 0);
  const share = (characters: number) => Math.round((usage.inputTokens * characters) / total);
  const tokens = share(behind);
  // What was read reaches behind the part: it is the same for this provider after all.
  if (tokens < shortestPrefix(route) || usage.cachedInputTokens > share(before) + tokens / 2) return null;
  const plain = { ...usage, cachedInputTokens: 0, cacheWriteTokens: 0 };
  const nano = cheaperBy(call, route, plain, tokens, prices);
  if (nano === null || nano <= 0) return null;
  const where = `Line ${line} of message ${message + 1} (${call.messages[message]?.role})`;
  const what = kind === 'time' ? 'the time of the call' : 'an identifier that was another in the last call';
  return `${where} has ${what} in front of about ${formatTokens(tokens)} tokens, which so are never read from the provider's cache: about ${formatMoney(nano)} a call. Move it behind them.`;
}

/** How much cheaper a usage is with `cached` tokens read from the cache than with none; null where unknown. */
function cheaperBy(
  { settings, startedAt }: Call,
  { provider, model }: Route,
  usage: Usage,
  cached: number,
  prices: PriceBook,
): NanoDollars | null {
  const at = (cachedInputTokens: number) =>
    prices.cost(provider, model, { ...usage, cachedInputTokens }, settings, startedAt).nano;
  const [dear, cheap] = [at(0), at(cached)];
  return dear === null || cheap === null ? null : dear - cheap;
}
