/**
 * Budgets and rate limits: one mechanism. A budget limits money, requests or tokens of a scope in a window of the
 * user's calendar; a rate limit is a budget of requests or tokens a minute.
 */
import { formatMoney, groupThousands, type NanoDollars } from './money.ts';

/** What a budget looks at. */
export const BUDGET_SCOPES = [
  'everything',
  'workspace',
  'feature',
  'user',
  'job',
  'model',
  'provider',
  'tag',
] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** Calendar windows in the budget's time zone; a week begins on Monday (ISO 8601). */
export const BUDGET_WINDOWS = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type BudgetWindow = (typeof BUDGET_WINDOWS)[number];

/** What happens to a call that does not fit: it is told, it goes to a cheaper model, or it is not sent. */
export const BUDGET_ACTIONS = ['warn', 'downgrade', 'refuse'] as const;
export type BudgetAction = (typeof BUDGET_ACTIONS)[number];

/** What is limited. */
export const BUDGET_UNITS = ['money', 'requests', 'tokens'] as const;
export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** Percentages at which the user is told. */
export const BUDGET_THRESHOLDS = [50, 75, 90, 100] as const;
export type BudgetThreshold = (typeof BUDGET_THRESHOLDS)[number];

/** One budget, as its user set it. */
export interface Budget {
  /** A UUID, chosen by whoever made it. */
  readonly id: string;
  readonly name: string;
  readonly scope: BudgetScope;
  /** Which workspace, feature and so on; null: each of them by itself, and for "everything" all together. */
  readonly value: string | null;
  readonly unit: BudgetUnit;
  /** In nano-dollars, requests or tokens. */
  readonly limit: number;
  readonly window: BudgetWindow;
  /** IANA name, such as "Europe/Berlin": days begin where the user is, daylight saving included. */
  readonly timeZone: string;
  readonly action: BudgetAction;
  /** In ascending order. */
  readonly thresholds: readonly BudgetThreshold[];
  readonly paused: boolean;
}

/** How a budget stands now. */
export interface BudgetState {
  readonly budget: Budget;
  /** What it stands for: the scope's value; "" for everything, and for a budget of each that has counted none yet. */
  readonly key: string;
  /** Start and end of the window, in epoch milliseconds. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Used by ended calls, in the budget's unit; equals the sum of their ledger lines. */
  readonly used: number;
  /** Held for calls under way. */
  readonly reserved: number;
  /** Ended calls of the window whose price is unknown; what they cost is not in `used`. */
  readonly unknownCalls: number;
}

/** A call as budgets see it. */
export interface BudgetSubject {
  readonly workspace: string | null;
  readonly feature: string;
  readonly user: string;
  readonly job: string | null;
  readonly provider: string;
  readonly model: string;
  readonly tags: readonly string[];
}

/**
 * The keys under which a budget counts a subject: none where it does not apply, several for a budget of each tag.
 */
export function budgetKeys({ scope, value }: Budget, subject: BudgetSubject): readonly string[] {
  if (scope === 'everything') return [''];
  const own = scope === 'tag' ? subject.tags : [subject[scope]];
  const known = [...new Set(own.filter((one) => one !== null && one !== ''))] as string[];
  return value === null ? known : known.filter((one) => one === value);
}

/** A budget from whatever a client sent; a sentence fragment that says what is wrong with it otherwise. */
export function parseBudget(raw: unknown): Budget | string {
  if (typeof raw !== 'object' || raw === null) return 'it is not an object';
  const { id, name, scope, value, unit, limit, window, timeZone, action, thresholds, paused } = raw as Record<
    keyof Budget,
    unknown
  >;
  if (typeof id !== 'string' || id === '' || id.length > 100) return 'it has no id';
  if (typeof name !== 'string' || name.trim() === '' || name.length > 200) return 'it has no name';
  if (!isOneOf(BUDGET_SCOPES, scope)) return `its scope is none of ${BUDGET_SCOPES.join(', ')}`;
  if (value !== null && (typeof value !== 'string' || value === '' || scope === 'everything'))
    return 'its value is neither null nor the name of what it is for';
  if (!isOneOf(BUDGET_UNITS, unit)) return `its unit is none of ${BUDGET_UNITS.join(', ')}`;
  if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 1)
    return 'its limit is not a whole number of 1 or more';
  if (!isOneOf(BUDGET_WINDOWS, window)) return `its window is none of ${BUDGET_WINDOWS.join(', ')}`;
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) return 'its time zone is not known';
  if (!isOneOf(BUDGET_ACTIONS, action)) return `its action is none of ${BUDGET_ACTIONS.join(', ')}`;
  if (!Array.isArray(thresholds) || !thresholds.every((one) => isOneOf(BUDGET_THRESHOLDS, one)))
    return `its thresholds are not some of ${BUDGET_THRESHOLDS.join(', ')}`;
  if (typeof paused !== 'boolean') return '"paused" is neither true nor false';
  const ascending = BUDGET_THRESHOLDS.filter((one) => thresholds.includes(one));
  return {
    id,
    name: name.trim(),
    scope,
    value: value as string | null,
    unit,
    limit,
    window,
    timeZone,
    action,
    thresholds: ascending,
    paused,
  };
}

/** "$1.20", "40 requests" or "12,000 tokens". */
export function formatBudgetAmount(unit: BudgetUnit, amount: NanoDollars | number): string {
  if (unit === 'money') return formatMoney(amount);
  const one = unit === 'requests' ? 'request' : 'token';
  return `${groupThousands(String(amount))} ${amount === 1 ? one : unit}`;
}

/** How much of a budget is used or held, in percent of its limit; not rounded. */
export const budgetPercent = ({ budget, used, reserved }: BudgetState): number =>
  ((used + reserved) / budget.limit) * 100;

const isOneOf = <Value>(list: readonly Value[], value: unknown): value is Value =>
  list.includes(value as Value);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
