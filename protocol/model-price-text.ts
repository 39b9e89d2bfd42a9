/** A model's prices in words: the same in a completion, a hover and the comparison. */
import type { ModelPrice } from './model-comparison.ts';
import { formatMoney, groupThousands } from './money.ts';
import { priceOrigin } from './price-date.ts';

/** "$0.25 in, $2.00 out per million tokens", or "price unknown". */
export function priceLine({ input, output }: ModelPrice): string {
  if (input === null || output === null) return 'price unknown';
  return input === 0 && output === 0
    ? 'free'
    : `${formatMoney(input)} in, ${formatMoney(output)} out per million tokens`;
}

/** All there is to say of a model's price and window, in Markdown. */
export function priceDetails(price: ModelPrice): string {
  const { input, cachedInput, contextTokens, priceVersion } = price;
  const lines = [
    priceLine(price),
    input === null || cachedInput === null || cachedInput === input
      ? null
      : `${formatMoney(cachedInput)} per million input tokens read from the provider's prefix cache`,
    contextTokens === null
      ? 'context window not known'
      : `context window of ${groupThousands(String(contextTokens))} tokens`,
    priceVersion === null ? 'Set its price in `farthing.prices`.' : priceOrigin(priceVersion),
  ];
  return lines
    .filter((line) => line !== null)
    .map((line) => `- ${line}`)
    .join('\n');
}
