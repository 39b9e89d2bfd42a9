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
  const amount = Math.abs(nano);
  const digits = String(amount).length;
  // From a dollar up to the cent; below, to the third significant digit. Half is rounded up, on the integer itself.
  const step = 10 ** Math.max(0, amount >= NANO_PER_DOLLAR ? 7 : digits - 3);
  const rounded = Math.floor((amount + step / 2) / step) * step;
  const whole = Math.floor(rounded / NANO_PER_DOLLAR);
  const fraction = String(rounded % NANO_PER_DOLLAR)
    .padStart(9, '0')
    .replace(/0+$/, '')
    .padEnd(2, '0');
  return `${sign}$${groupThousands(String(whole))}.${fraction}`;
}

/** "1234567" as "1,234,567": the same in every locale, since logs, tests and tables compare it. */
export function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
