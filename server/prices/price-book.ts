/** What calls cost: by the user's own prices first, then by the public table; else the price is unknown. */
import type { Cost, Usage } from '../../protocol/receipt.ts';
import type { PriceBook } from '../pipeline/ports.ts';
import { loadPriceTable, TABLE_VERSION } from './price-table.ts';
import { overrideCost, overrideFor } from './settings-prices.ts';

const UNKNOWN: Cost = { nano: null, priceVersion: null };

/** Makes the price book; loads the price table. Its methods never throw and never go to the network. */
export async function createPriceBook(): Promise<PriceBook> {
  const table = await loadPriceTable();
  return {
    cost(provider, model, usage, settings, when) {
      if (!isPlausible(usage)) return UNKNOWN;
      if (provider.free) return known(0, 'free');
      const override = overrideFor(provider, model, settings);
      if (override !== null) return known(overrideCost(override, usage), 'settings');
      return known(table.find(provider, model)?.cost(usage, when) ?? null, TABLE_VERSION);
    },
    contextTokens: (provider, model) =>
      model.contextTokens ?? table.find(provider, model)?.contextTokens ?? null,
  };
}

const known = (nano: number | null, priceVersion: string): Cost =>
  nano === null ? UNKNOWN : { nano, priceVersion };

/** False for counts that no call can have, which would give a wrong number instead of none. */
function isPlausible(usage: Usage): boolean {
  const counts = [
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.cacheWriteTokens,
    usage.outputTokens,
    usage.reasoningTokens,
  ];
  return (
    counts.every((tokens) => Number.isSafeInteger(tokens) && tokens >= 0) &&
    usage.cachedInputTokens + usage.cacheWriteTokens <= usage.inputTokens &&
    usage.reasoningTokens <= usage.outputTokens
  );
}
