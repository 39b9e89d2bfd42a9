/**
 * The public price table, from the package @pydantic/genai-prices. An endpoint is recognised by its base URL, or by
 * the id the user gave it; never by a model's name alone, since a local server may run a model of the same name.
 */
import type { PriceCalculation, Provider } from '@pydantic/genai-prices';
import type { NanoDollars } from '../../protocol/money.ts';
import { NANO_PER_DOLLAR } from '../../protocol/money.ts';
import { NO_USAGE, type Usage } from '../../protocol/receipt.ts';
import type { ModelSettings, ProviderSettings } from '../../protocol/settings.ts';

/** Which table the prices are from: the package and its version, which a test holds equal to the one installed. */
export const TABLE_VERSION = 'genai-prices@0.1.8';

/** What the table knows of one model at one endpoint. */
export interface TableEntry {
  /** Tokens of the context window; null when the table does not say. */
  readonly contextTokens: number | null;
  /** The cost of `usage` at `when` (epoch milliseconds); null when it cannot be told. */
  cost(usage: Usage, when: number): NanoDollars | null;
}

/** The table. */
export interface PriceTable {
  /** The entry of a model at an endpoint; null when the table has neither or only one of them. */
  find(provider: ProviderSettings, model: ModelSettings): TableEntry | null;
}

/** More endpoints and models than anyone has; keeps the memory bounded whatever a client sends. */
const REMEMBERED_ENTRIES = 1000;

/** Loads the table: 0.8 MB of code, so only when the first price book is made. */
export async function loadPriceTable(): Promise<PriceTable> {
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices');
  const remembered = new Map<string, TableEntry | null>();

  const provider = (settings: ProviderSettings): Provider | null => {
    if (settings.pricedAs !== null) {
      const id = settings.pricedAs.toLowerCase();
      const named = findProvider({ providerId: id });
      // The package also takes ids that merely contain a name: "my-openai-proxy" would get OpenAI's prices.
      return named?.id === id ? named : null;
    }
    const url = withoutCredentials(settings.baseUrl);
    const found = findProvider({ providerApiUrl: url });
    return found !== undefined && matchesWholeHost(found.api_pattern, url) ? found : null;
  };

  const look = (settings: ProviderSettings, model: ModelSettings): TableEntry | null => {
    const endpoint = provider(settings);
    if (endpoint === null) return null;
    const known = attempt(() => calcPrice({}, model.id, { providerId: endpoint.id }));
    if (known === null) return null;
    // A provider with this one model: the package would otherwise search all of them again for every price.
    const narrowed: Provider = { ...endpoint, models: [known.model] };
    const cost: TableEntry['cost'] = (usage, when) => {
      const options = { provider: narrowed, timestamp: new Date(when) };
      const priced = attempt(() => calcPrice(tableUsage(usage), model.id, options));
      return priced === null || !pricesEverything(priced, usage) ? null : toNano(priced.total_price);
    };
    return {
      contextTokens: known.model.context_window ?? null,
      cost: isLinear(known) ? linear(cost) : cost,
    };
  };

  return {
    find(settings, model) {
      const key = JSON.stringify([settings.pricedAs, settings.baseUrl, model.id]);
      const before = remembered.get(key);
      if (before !== undefined) return before;
      if (remembered.size >= REMEMBERED_ENTRIES) remembered.clear();
      const entry = look(settings, model);
      remembered.set(key, entry);
      return entry;
    },
  };
}

/**
 * True where a token costs the same whatever the day, the hour and the number of others: no list of prices,
 * no tiers, and nothing for the request itself.
 */
const isLinear = ({ model: { prices } }: PriceCalculation): boolean =>
  !Array.isArray(prices) &&
  Object.entries(prices).every(([kind, price]) => typeof price === 'number' && !kind.startsWith('requests'));

/** So many tokens of a kind have a price that is a whole number of nano-dollars, whatever the table says. */
const PROBED = 1_000_000;

/**
 * The same cost from one price for each kind of token. A call has its cost, its estimate and its baseline worked out, and
 * the package's way to one takes longer than a stage of the pipeline.
 */
function linear(cost: TableEntry['cost']): TableEntry['cost'] {
  const of = (usage: Partial<Usage>) => cost({ ...NO_USAGE, ...usage }, 0);
  const input = of({ inputTokens: PROBED });
  const cached = of({ inputTokens: PROBED, cachedInputTokens: PROBED });
  const written = of({ inputTokens: PROBED, cacheWriteTokens: PROBED });
  const output = of({ outputTokens: PROBED });
  const reasoning = of({ outputTokens: PROBED, reasoningTokens: PROBED });
  return (usage) => {
    const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
    const kinds = [
      [inputTokens - cachedInputTokens - cacheWriteTokens, input],
      [cachedInputTokens, cached],
      [cacheWriteTokens, written],
      [outputTokens - reasoningTokens, output],
      [reasoningTokens, reasoning],
    ] as const;
    let sum = 0;
    for (const [tokens, price] of kinds) {
      if (tokens === 0) continue;
      if (price === null) return null;
      sum += tokens * price;
    }
    const nano = Math.round(sum / PROBED);
    return Number.isSafeInteger(nano) ? nano : null;
  };
}

/** The package's names for our tokens; it counts as we do, cached tokens in the input and reasoning in the output. */
const tableUsage = (usage: Usage) => ({
  input_tokens: usage.inputTokens,
  cache_read_tokens: usage.cachedInputTokens,
  cache_write_tokens: usage.cacheWriteTokens,
  output_tokens: usage.outputTokens,
  output_reasoning_tokens: usage.reasoningTokens,
});

/**
 * False where tokens were used for which the entry has no price: the package counts those as nothing. Models that
 * are named free are.
 */
function pricesEverything({ model, model_price }: PriceCalculation, usage: Usage): boolean {
  if (/:free$/i.test(model.id)) return true;
  const priced = (kind: string) => model_price[kind] !== undefined;
  return (
    (usage.inputTokens === 0 || priced('input_mtok')) && (usage.outputTokens === 0 || priced('output_mtok'))
  );
}

/**
 * Dollars to nano-dollars. The package computes in floats with a relative error near 1e-15, so the error of a call
 * of 1,000 dollars is a thousandth of a nano-dollar: rounding once, here, gives the exact sum for every price that is
 * a whole number of nano-dollars a token, and is one nano-dollar off at most for the others.
 */
function toNano(dollars: number): NanoDollars | null {
  const nano = Math.round(dollars * NANO_PER_DOLLAR);
  return Number.isSafeInteger(nano) ? nano : null;
}

function withoutCredentials(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return baseUrl;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname}`;
}

/** The package's patterns are open at the end: "https://api.openai.com" also fits api.openai.com.proxy.example. */
function matchesWholeHost(pattern: string, url: string): boolean {
  const matched = new RegExp(`^(?:${pattern})`).exec(url)?.[0];
  if (matched === undefined) return false;
  return /[/.]$/.test(matched) || /^(?:$|[/:])/.test(url.slice(matched.length));
}

/** The package throws for usages and dates it cannot price; to us that is a price that is not known. */
function attempt(price: () => PriceCalculation | null): PriceCalculation | null {
  try {
    return price();
  } catch {
    return null;
  }
}
