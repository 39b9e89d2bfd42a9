/** Money in integer nano-dollars (1 dollar = 1,000,000,000). Never a float: sums must be exact. */
export type NanoDollars = number;

/** Nano-dollars in a dollar. */
export const NANO_PER_DOLLAR = 1_000_000_000;

/**
 * A sum in which one unknown makes the whole unknown: an unknown price is never counted as zero.
 */
export function addMoney(a: NanoDollars | null, b: NanoDollars | null): NanoDollars | null {
  return a === null || b === null ? null : a + b;
}

/**
 * How money is written everywhere in Farthing: "$0", "$12.34", "$0.00123", or "price unknown".
 * From one dollar up it has cents; below, three significant digits, so that a small cost never reads as nothing.
 */
export function formatMoney(nano: NanoDollars | null): string {
  if (nano === null) return 'price unknown';
  if (nano === 0) return '$0';
  const sign = nano < 0 ? '-' : '';
  const dollars = Math.abs(nano) / NANO_PER_DOLLAR;
  if (dollars >= 1) {
    const [whole = '0', cents = '00'] = dollars.toFixed(2).split('.');
    return `${sign}$${groupThousands(whole)}.${cents}`;
  }
  // 0.01 -> 2 leading zeros; three significant digits, then trailing zeros go, but never below two decimals.
  const decimals = Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(dollars))));
  const text = dollars.toFixed(decimals).replace(/0+$/, '');
  const fraction = text.split('.')[1] ?? '';
  return `${sign}$${text.split('.')[0]}.${fraction.padEnd(2, '0')}`;
}

/** "1234567" as "1,234,567": the same in every locale, since logs, tests and tables compare it. */
export function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
