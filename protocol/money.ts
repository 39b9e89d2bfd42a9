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

/** "5", "$5.00", "0.50", ".5", "1,000" or "5 $"; digits stand before the point, after it, or both. */
const MONEY = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d{1,9}))?\s*\$?$/;

/**
 * Nano-dollars of dollars as a person types them, exactly: digits are read, never a float. Null for what is no such
 * amount: other letters, a sign, more than nine decimals, a comma that does not divide thousands, or more than fits.
 */
export function parseMoney(typed: string): NanoDollars | null {
  const [, whole = '', fraction = ''] = MONEY.exec(typed.trim()) ?? [];
  if (whole === '' && fraction === '') return null;
  const nano = Number(whole.replaceAll(',', '')) * NANO_PER_DOLLAR + Number(fraction.padEnd(9, '0'));
  return Number.isSafeInteger(nano) ? nano : null;
}

/** "1234567" as "1,234,567": the same in every locale, since logs, tests and tables compare it. */
export function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
