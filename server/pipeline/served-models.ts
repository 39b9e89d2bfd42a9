/** Which versions of a model have answered lately: an alias such as "gpt-5-mini" now and then means another one. */
import type { Clock, ReplyStore } from './ports.ts';

/** A version that answered so recently is not new when it answers again. */
const SEEN_MS = 24 * 3_600_000;

/** Notices when a model's version changes. */
export interface ServedModels {
  /**
   * The version that answered before `served`, when `served` is a new one; null when nothing changed. A provider that
   * moves its servers to a new version one by one, or that spreads requests over several, answers with the old one in
   * between: what has answered within a day is not new, so that the cache is not emptied with every turn.
   */
  changedFrom(provider: string, model: string, served: string | null): string | null;
}

/** Has seen none yet, but knows from the store which one answered last. */
export function createServedModels(clock: Clock, replies: Pick<ReplyStore, 'lastServedModel'>): ServedModels {
  const seen = new Map<string, number>();
  return {
    changedFrom(provider, model, served) {
      if (served === null) return null;
      const keyOf = (version: string) => JSON.stringify([provider, model, version]);
      const now = clock.elapsed();
      const at = seen.get(keyOf(served));
      seen.set(keyOf(served), now);
      if (at !== undefined && now - at < SEEN_MS) return null;
      const last = replies.lastServedModel(provider, model);
      if (last === null || last === served) return null;
      seen.set(keyOf(last), now);
      return last;
    },
  };
}
