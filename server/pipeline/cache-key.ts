import { createHash } from 'node:crypto';
import type { Call } from './stage.ts';

/** Raise it when the key's form changes: old entries are then simply never found again. */
const KEY_VERSION = 2;

/**
 * The key of the exact cache: SHA-256, in hex, of everything that decides the answer, in one canonical form. Who asks
 * and for what does not matter; neither does how a sampling option that was left out is spelled.
 */
export function cacheKey(call: Call): string {
  const { temperature, topP, maxTokens, seed } = call.sampling;
  const canonical = [
    KEY_VERSION,
    // A simulator is at another port each time it starts, and it is the same all the same.
    call.provider.simulated ? { simulator: call.provider.name } : call.provider.baseUrl,
    call.model.id,
    call.messages.map(({ role, content }) => [role, content]),
    [temperature ?? null, topP ?? null, maxTokens ?? null, seed ?? null],
    [call.tools, call.toolChoice, call.responseFormat],
    [call.cache.scope, call.cache.version],
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
