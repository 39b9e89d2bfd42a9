import type { Clock } from '../ports.ts';
import type { Stage } from '../stage.ts';

/** Goes on elsewhere where an endpoint fails. */
export function fallback(_: { readonly clock: Clock }): Stage {
  return { name: 'fallback', optional: false, switch: 'fallback', run: (call, next) => next(call) };
}
