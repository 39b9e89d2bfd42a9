/**
 * The user's own prices (farthing.prices), in dollars per million tokens. All in integers: a price the user typed is
 * charged to the nano-dollar.
 */
import type { NanoDollars } from '../../protocol/money.ts';
import type { Usage } from '../../protocol/receipt.ts';
import type { ModelSettings, PriceOverride, ProviderSettings, Settings } from '../../protocol/settings.ts';

/** Steps in a dollar per million tokens: prices are exact to nine decimals. */
const STEPS_PER_DOLLAR = 1_000_000_000;
/** A price of one step is 1e-9 dollars a million tokens, so a million tokens of it are one nano-dollar. */
const TOKENS_PER_STEP = 1_000_000n;

/** The user's price of a model, by "provider/model" before "model"; null for none. */
export function overrideFor(
  provider: ProviderSettings,
  model: ModelSettings,
  settings: Settings,
): PriceOverride | null {
  for (const key of [`${provider.name}/${model.id}`, model.id])
    if (Object.hasOwn(settings.prices, key)) return settings.prices[key] ?? null;
  return null;
}

/**
 * The cost of `usage` by the user's prices, rounded once, half up. Null when it is more than can be counted exactly
 * (nine million dollars) or a price is not a number from 0.
 */
export function overrideCost(price: PriceOverride, usage: Usage): NanoDollars | null {
  const plainInput = usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens;
  const kinds = [
    [plainInput, price.input],
    [usage.cachedInputTokens, price.cachedInput ?? price.input],
    [usage.cacheWriteTokens, price.cacheWrite ?? price.input],
    [usage.outputTokens, price.output],
  ] as const;
  let total = 0n;
  for (const [tokens, dollars] of kinds) {
    const steps = Math.round(dollars * STEPS_PER_DOLLAR);
    if (!Number.isSafeInteger(steps) || steps < 0) return null;
    total += BigInt(tokens) * BigInt(steps);
  }
  const nano = Number((total + TOKENS_PER_STEP / 2n) / TOKENS_PER_STEP);
  return Number.isSafeInteger(nano) ? nano : null;
}
