/** How endpoints do: a circuit breaker for each. */
import type { Clock, Health } from './ports.ts';

/** Knows nothing of any endpoint yet; `changed` is called whenever what it would say of one changed. */
export function createHealth(_: { readonly clock: Clock; readonly changed: () => void }): Health {
  return {
    admit: () => 0,
    succeeded: () => undefined,
    failed: () => undefined,
    of: (baseUrl) => ({
      baseUrl,
      circuit: 'closed',
      opensAt: null,
      failuresInRow: 0,
      lastSuccessAt: null,
      lastError: null,
    }),
    reset: () => undefined,
  };
}
