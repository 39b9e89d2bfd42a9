/** What a model charges for a million tokens, as providers publish it. */
import type { ModelPrice } from '../../protocol/model-comparison.ts';
import { NO_USAGE, type Usage } from '../../protocol/receipt.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { PriceBook } from '../pipeline/ports.ts';
import type { Route } from '../pipeline/stage.ts';

/** Some prices rise with the length of a request, so a short one is priced. */
const PROBED = 1000;
const PER_MILLION = 1_000_000 / PROBED;

/** The prices of short requests at `now` (epoch milliseconds). Never throws. */
export function modelPrice(
  prices: PriceBook,
  { provider, model }: Route,
  settings: Settings,
  now: number,
): ModelPrice {
  const costOf = (usage: Partial<Usage>) =>
    prices.cost(provider, model, { ...NO_USAGE, ...usage }, settings, now);
  const million = (nano: number | null) => (nano === null ? null : nano * PER_MILLION);
  const input = costOf({ inputTokens: PROBED });
  return {
    input: million(input.nano),
    cachedInput: million(costOf({ inputTokens: PROBED, cachedInputTokens: PROBED }).nano),
    output: million(costOf({ outputTokens: PROBED }).nano),
    contextTokens: prices.contextTokens(provider, model),
    priceVersion: input.priceVersion,
  };
}
