/** Budgets and what asks for room in them, for tests that care about a part of them. */
import type { Budget, BudgetSubject } from '../../protocol/budgets.ts';
import type { ReservationRequest } from '../../server/pipeline/ports.ts';

/** The moment at which calls of these tests begin. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** A hard budget of 100 requests a day for everything. */
export const makeBudget = (more: Partial<Budget> = {}): Budget => ({
  id: 'day',
  name: 'Day',
  scope: 'everything',
  value: null,
  unit: 'requests',
  limit: 100,
  window: 'day',
  timeZone: 'UTC',
  action: 'refuse',
  thresholds: [50, 75, 90, 100],
  paused: false,
  ...more,
});

/** Whom a call is for. */
export const subjectOf = (more: Partial<BudgetSubject> = {}): BudgetSubject => ({
  workspace: 'engine',
  feature: 'prompt file',
  user: 'ada',
  job: null,
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  tags: [],
  ...more,
});

/** A call that may cost `nano` and use 100 tokens. */
export const requestOf = (
  callId: string,
  nano: number | null = 10,
  subject: Partial<BudgetSubject> = {},
  more: Partial<ReservationRequest> = {},
): ReservationRequest => ({
  callId,
  worstCases: [{ subject: subjectOf(subject), nano, tokens: 100, isRung: false }],
  startedAt: NOON,
  onlyRefusing: false,
  ...more,
});
