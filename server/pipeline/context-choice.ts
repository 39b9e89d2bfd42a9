/**
 * Whether context is sent whole or fitted to the question. What is fitted is short, and another text for each question;
 * what is whole is long, and read from the provider's prefix cache when it comes again. Not knowing whether it will is
 * the ski-rental problem (Karlin, Manasse, Rudolph and Sleator, "Competitive snoopy caching", 1988).
 */
import type { NanoDollars } from '../../protocol/money.ts';

/** What the ways cost. */
export interface ContextPrices {
  /** Whole now, with what the provider has cached of it. */
  readonly whole: NanoDollars;
  /** Whole at its next use, once the provider has it. */
  readonly again: NanoDollars;
  /** Fitted now, with what the provider has cached of that. */
  readonly fitted: NanoDollars;
  /** Whole now, if it had been sent whole each time before. */
  readonly always: NanoDollars;
}

/** What was paid at a place until now, and what would have been. */
export interface ContextAccount {
  readonly spent: NanoDollars;
  /** By sending whole each time. */
  readonly always: NanoDollars;
  /** By fitting each time. */
  readonly fitted: NanoDollars;
  /** What it will probably cost to go over to whole for other contexts that were fitted and may still come again. */
  readonly entries: NanoDollars;
  /** What whole would have saved on this context since it came first without longer breaks. */
  readonly missed: NanoDollars;
  /** The most that one context cost whole. */
  readonly largest: NanoDollars;
}

/** Share by which a guess may make what is paid dearer than one of the ways each time, besides the dearest context once. */
export const LEEWAY = 0.1;

/**
 * The cheaper way if the context comes `expected` times more, within bounds for what a wrong guess may cost. Once
 * fitting has cost as much too much as going over to whole does, whole it is: by this rule alone nothing is ever paid
 * more than twice. Before that a guess may not leave the account more than `LEEWAY` above always fitting, nor above
 * always whole, the cost of going over included. So all calls of a place together cost at most 2 + LEEWAY times the
 * better of the two and once the dearest context; on random traffic they are about as cheap as the better of them.
 */
export function chooseWay(
  { whole, again, fitted, always }: ContextPrices,
  expected: number,
  account: ContextAccount,
): 'whole' | 'fitted' {
  // The cut is so deep, or the cache so dear, that what is fitted is cheaper even than what is cached.
  if (again >= fitted) return 'fitted';
  if (whole <= fitted) return 'whole';
  if (account.missed + Math.max(0, fitted - always) >= whole - fitted) return 'whole';
  const room = Math.max(account.largest, always);
  const exceeds = (paid: NanoDollars, other: NanoDollars) => paid > (1 + LEEWAY) * other + room;
  if (exceeds(account.spent + whole, account.fitted + fitted)) return 'fitted';
  const entered = account.spent + account.entries + fitted + (whole - again);
  if (exceeds(entered, account.always + always)) return 'whole';
  return whole + expected * again < (1 + expected) * fitted ? 'whole' : 'fitted';
}
