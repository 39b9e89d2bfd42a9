/** What a person may type for a budget, and what is said when it cannot be used. */
import { type BudgetUnit, formatBudgetAmount } from '../../protocol/budgets.ts';
import { type NanoDollars, parseMoney } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import type { L10n } from './l10n.ts';
import type { Problem } from './provider-problems.ts';

const error = (message: string): Problem => ({ severity: 'error', message });

/** A limit in its unit (nano-dollars, requests or tokens) as it is typed; null for what is none. */
export const parseLimit = (unit: BudgetUnit, typed: string): number | null =>
  unit === 'money' ? parseMoney(typed) : parseCount(typed);

/** "500", "1,000", "50k" or "2M". */
const COUNT = /^(\d{1,3}(?:,\d{3})+|\d+)\s*(k|m)?$/i;
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000 };

function parseCount(typed: string): number | null {
  const found = COUNT.exec(typed.trim());
  if (found === null) return null;
  const [, digits = '', suffix = ''] = found;
  const count = Number(digits.replaceAll(',', '')) * (FACTORS[suffix.toLowerCase()] ?? 1);
  return Number.isSafeInteger(count) ? count : null;
}

/** The most that a budget holds for one short call, before its answer is known. */
export interface WorstCall {
  readonly model: string;
  /** Null for a model of unknown price. */
  readonly nano: NanoDollars | null;
  /** Input and output together. */
  readonly tokens: number;
  /** The output that it may have. */
  readonly outputTokens: number;
}

/** Why `typed` cannot be a limit, or what a call of the `worst` case makes of it; null where nothing is wrong. */
export function limitProblem(
  unit: BudgetUnit,
  typed: string,
  l10n: L10n,
  worst: WorstCall | null,
): Problem | null {
  const limit = parseLimit(unit, typed);
  const most = worst === null || unit === 'requests' ? null : unit === 'money' ? worst.nano : worst.tokens;
  if (worst !== null && most !== null && limit !== null && limit > 0 && limit < most)
    return {
      severity: 'hint',
      message: l10n.t(
        'No call of {0} fits: {1} is held for one, since its answer may have {2} tokens. Type more, lower farthing.budgets.outputTokens, or set maxTokens in your prompts.',
        worst.model,
        formatBudgetAmount(unit, most),
        formatTokens(worst.outputTokens),
      ),
    };
  if (limit === 0)
    return error(l10n.t('Type more than 0. To stop all calls, leave out the provider or its key.'));
  if (limit !== null) return null;
  return error(
    unit === 'money'
      ? l10n.t('Type dollars with a point before the cents, such as 5 or 0.50.')
      : l10n.t('Type a whole number, such as 500, 50k or 2M.'),
  );
}

const LONGEST_NAME = 200;

/** Why `typed` cannot be a budget's name; null when it can. An empty one stands for the default. */
export function budgetNameProblem(typed: string, taken: readonly string[], l10n: L10n): Problem | null {
  const name = typed.trim();
  if (name.length > LONGEST_NAME)
    return error(l10n.t('Type a name of at most {0} characters.', LONGEST_NAME));
  return taken.some((other) => other.toLowerCase() === name.toLowerCase())
    ? { severity: 'hint', message: l10n.t('Another budget has this name, too.') }
    : null;
}

/** Why `typed` cannot be what a budget is for; null when it can. */
export const budgetValueProblem = (typed: string, l10n: L10n): Problem | null =>
  typed.trim() === '' ? error(l10n.t('Type what the budget is for.')) : null;
