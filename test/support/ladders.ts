/** Ladders of made-up models, with what they cost. */
import type { Tier } from '../../protocol/routing.ts';
import type { PriceBook } from '../../server/pipeline/ports.ts';
import type { Rung } from '../../server/pipeline/stage.ts';
import { fakePrices, makeCall } from './pipeline-fakes.ts';

const { provider, model } = makeCall();

/** A rung of a tier, of the model of that name. */
export const rungOf = (tier: Tier, id: string = tier, more: Partial<Rung['provider']> = {}): Rung => ({
  provider: { ...provider, ...more },
  model: { ...model, id },
  tier,
});

/** One model of each tier but the local one. */
export const LADDER: readonly Rung[] = [rungOf('small'), rungOf('middle'), rungOf('frontier')];

/** A call that names no model. */
export const makeAutoCall: typeof makeCall = (overrides = {}) => {
  const ladder = overrides.ladder ?? LADDER;
  return makeCall({ ...ladder.at(-1), ladder, ...overrides });
};

/** Prices of one request by model id, in nano-dollars; a model that is not named has none. */
export const pricesOf = (
  nano: Readonly<Record<string, number>> = { small: 10, middle: 40, frontier: 100 },
  contextTokens: Readonly<Record<string, number>> = {},
): PriceBook => ({
  ...fakePrices(),
  cost: (_provider, { id }) => ({ nano: nano[id] ?? null, priceVersion: id in nano ? 'fake@1' : null }),
  contextTokens: (_provider, { id }) => contextTokens[id] ?? null,
});
