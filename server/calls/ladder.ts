/** The models that may answer a call of which nobody named one. */
import { farthingError } from '../../protocol/errors.ts';
import { isAutoName, type Preference, TIERS, type Tier } from '../../protocol/routing.ts';
import type { ProviderSettings, Settings } from '../../protocol/settings.ts';
import type { Rung } from '../pipeline/stage.ts';
import type { FrontMatter, RequestedModel } from '../prompts/front-matter.ts';
import { findModels } from '../prompts/models.ts';
import { tierOf } from '../routing/tiers.ts';

/** What was asked for, by whom it may be. */
export interface RoutingWishes {
  /** Model that the user chose for this run; null for none. */
  readonly asked: string | null;
  /** "model" or "provider/model" of an answer that was not good enough; null for none. */
  readonly betterThan: string | null;
  /** What the user wants weighed more in this run; null where that was not said. */
  readonly preference: Preference | null;
  readonly own: Pick<FrontMatter, 'model' | 'tier' | 'preference'> | null;
  readonly settings: Settings;
  /** Whether a request to a provider can be sent at all: it has its key, or needs none. */
  readonly canSend: (provider: ProviderSettings) => boolean;
}

/** The ladder, from the least capable tier on; empty where the model is named. Throws noProvider where there is none. */
export function ladderOf(wishes: RoutingWishes): readonly Rung[] {
  const { betterThan, settings, own } = wishes;
  if (betterThan === null && !isRouted(wishes)) return [];
  const rungs = settings.providers
    .flatMap((provider) => provider.models.map((model) => ({ provider, model })))
    .map((route) => ({ ...route, tier: tierOf(route.provider, route.model, settings.tiers) }))
    .sort((one, other) => rankOf(one.tier) - rankOf(other.tier));
  // Never from real money to simulated: whoever has both has the simulator to try things.
  const real = rungs.filter(({ provider }) => !provider.simulated);
  const meant = real.length > 0 ? real : rungs;
  if (meant.length === 0) throw farthingError('noProvider', {});
  const sendable = meant.filter(({ provider }) => wishes.canSend(provider));
  // Without a key for any of them the call fails with the sentence that says so.
  const usable = sendable.length > 0 ? sendable : meant;
  if (betterThan !== null) return above(betterThan, usable, settings);
  return wishes.asked === null && own?.tier ? atTier(own.tier, usable) : usable;
}

/** Whether Farthing is to choose: where "auto" is said, or a tier or a preference and no model. */
export function isRouted({
  asked,
  own,
  preference,
  settings,
}: Pick<RoutingWishes, 'asked' | 'own' | 'preference' | 'settings'>): boolean {
  if (asked !== null) return isAutoName(asked);
  if (own?.tier) return true;
  if (own?.model) return namesAuto(own.model, settings);
  return (preference ?? own?.preference ?? null) !== null || isAutoName(settings.model);
}

/** Of a list the first that is configured is meant, and "auto" always is. */
const namesAuto = (names: RequestedModel, settings: Settings): boolean =>
  isAutoName(
    [names].flat().find((name) => isAutoName(name) || findModels([name], settings).length > 0) ?? '',
  );

const rankOf = (tier: Tier): number => TIERS.indexOf(tier);

/** The models of a tier; where there is none those of the next above it that has any, else of the next below. */
function atTier(tier: Tier, rungs: readonly Rung[]): readonly Rung[] {
  const wanted = rankOf(tier);
  const nearest =
    rungs.find((rung) => rankOf(rung.tier) >= wanted) ?? rungs.findLast((rung) => rankOf(rung.tier) < wanted);
  return rungs.filter((rung) => rung.tier === nearest?.tier);
}

/** The models of a higher tier than `name`, else all others of its own, else that one again. */
function above(name: string, rungs: readonly Rung[], settings: Settings): readonly Rung[] {
  const [known] = findModels([name], settings);
  const own = known === undefined ? 0 : rankOf(tierOf(known.provider, known.model, settings.tiers));
  const better = rungs.filter(({ tier }) => rankOf(tier) > own);
  if (better.length > 0) return better;
  const others = rungs.filter(({ tier, model }) => rankOf(tier) === own && model.id !== known?.model.id);
  return others.length > 0 ? others : rungs.slice(-1);
}
