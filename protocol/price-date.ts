/** How old prices are, in words. */

/** The days on which the versions of the price table were published: their prices are as old as that at the least. */
const PUBLISHED: Readonly<Record<string, string>> = { 'genai-prices@0.1.8': '2026-09-23' };

/** "prices of genai-prices@0.1.8, 2026-09-23", "prices of farthing.prices" or "price unknown"; see `Cost.priceVersion`. */
export function priceOrigin(priceVersion: string | null): string {
  if (priceVersion === null) return 'price unknown: set it in farthing.prices';
  if (priceVersion === 'settings') return 'prices of farthing.prices';
  if (priceVersion === 'free') return 'free, as its provider is set';
  const day = PUBLISHED[priceVersion];
  return `prices of ${priceVersion}${day === undefined ? '' : `, ${day}`}`;
}
