/** What it costs that a provider's prefix cache ends early, for a suggestion that moves something. */
import { formatMoney, type NanoDollars } from '../../protocol/money.ts';
import { NO_USAGE, tokenWords } from '../../protocol/receipt.ts';
import type { PriceBook } from '../pipeline/ports.ts';
import type { CountedPrompt } from './counts.ts';
import type { Session } from './session.ts';

/** Tokens of each run that the cache does not give, and what they cost more than it would. */
export interface PrefixWaste {
  readonly tokens: number;
  /** Null where the price is not known. */
  readonly nano: NanoDollars | null;
}

/** The waste of `tokens` at the prompt's model: at the full price against that of cached input. */
export function prefixWaste(
  tokens: number,
  { provider, model }: Pick<CountedPrompt, 'provider' | 'model'>,
  { settings }: Pick<Session, 'settings'>,
  prices: PriceBook,
  now: number,
): PrefixWaste {
  const cost = (cachedInputTokens: number) =>
    prices.cost(provider, model, { ...NO_USAGE, inputTokens: tokens, cachedInputTokens }, settings, now).nano;
  const [full, cached] = [cost(0), cost(tokens)];
  return { tokens, nano: full === null || cached === null ? null : Math.max(0, full - cached) };
}

/** One sentence, to stand behind what is to be done. */
export function wasteText({ tokens, nano }: PrefixWaste): string {
  const money = nano === null || nano === 0 ? '' : `, ${formatMoney(nano)} a run`;
  return `The cache could give ${tokenWords(tokens)} more${money}, where runs come within minutes of each other.`;
}
