/** Budgets and how they stand, for tests that care about a part of them. */
import type { Budget, BudgetState } from '../../protocol/budgets.ts';

/** A budget of $10.00 a day for everything that refuses calls. */
export const aBudget = (changes: Partial<Budget> = {}): Budget => ({
  id: 'day',
  name: 'Day',
  scope: 'everything',
  value: null,
  unit: 'money',
  limit: 10_000_000_000,
  window: 'day',
  timeZone: 'UTC',
  action: 'refuse',
  thresholds: [50, 75, 90, 100],
  paused: false,
  ...changes,
});

/** $3.10 of it used on 3 June 2025, nothing held. */
export const aState = (changes: Partial<BudgetState> = {}, budget: Partial<Budget> = {}): BudgetState => ({
  budget: aBudget(budget),
  key: '',
  windowStart: Date.UTC(2025, 5, 3),
  windowEnd: Date.UTC(2025, 5, 4),
  used: 3_100_000_000,
  reserved: 0,
  unknownCalls: 0,
  ...changes,
});
