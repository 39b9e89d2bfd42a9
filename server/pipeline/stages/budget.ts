import type { Budgets, Clock, PriceBook, TokenCounter } from '../ports.ts';
import type { Stage } from '../stage.ts';

/** Holds the worst case of a call against the budgets before it is sent. */
export function budget(_: {
  readonly clock: Clock;
  readonly budgets: Budgets;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
}): Stage {
  return { name: 'budget', optional: false, run: (call, next) => next(call) };
}
