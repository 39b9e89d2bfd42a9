/** Where a job's prefix is probably still in a provider's cache, so that leaving that model is priced in. */
import type { Clock } from './ports.ts';
import type { Attempt, Call, Route } from './stage.ts';

/** Providers keep a prefix for about five minutes after its last use (OpenAI and Anthropic, "Prompt caching"). */
const WARM_MS = 300_000;

/** Jobs that are remembered at most; the one that was not heard of for longest goes first. */
const MOST_JOBS = 1000;

/** What is remembered of the last answers of jobs. */
export interface Warmth {
  /** Notes what a job's attempt said of the provider's cache. */
  heard(call: Call, attempt: Attempt): void;
  /** Input tokens of `inputTokens` that this model has probably in its cache. */
  cachedTokens(call: Call, route: Route, inputTokens: number): number;
}

/** What is warm as a preview sees it: nothing is learnt from what was not sent. */
export const previewWarmth = (warmth: Warmth): Warmth => ({ ...warmth, heard: () => undefined });

/** Knows of nothing warm yet. */
export function createWarmth(clock: Clock): Warmth {
  const last = new Map<string, { readonly place: string; readonly share: number; readonly at: number }>();
  return {
    heard({ attribution: { job } }, { provider, model, usage, outcome }) {
      if (job === null || outcome !== 'answered' || usage.inputTokens === 0) return;
      last.delete(job);
      const share = usage.cachedInputTokens / usage.inputTokens;
      last.set(job, { place: `${provider}/${model}`, share, at: clock.elapsed() });
      const [oldest] = last.keys();
      if (last.size > MOST_JOBS && oldest !== undefined) last.delete(oldest);
    },
    cachedTokens({ attribution: { job } }, { provider, model }, inputTokens) {
      const known = job === null ? undefined : last.get(job);
      if (known === undefined || known.place !== `${provider.name}/${model.id}`) return 0;
      return clock.elapsed() - known.at > WARM_MS ? 0 : Math.floor(known.share * inputTokens);
    },
  };
}
