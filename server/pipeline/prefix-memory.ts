/** What is remembered of jobs and providers, as long as the daemon runs, to arrange prompts for prefix caches. */

import { type ContextMemory, createContextMemory, previewContexts } from './context-memory.ts';
import type { VolatilePart } from './volatile-parts.ts';

/** Jobs that are remembered at most; the one that was not heard of for longest goes first. */
const MOST_JOBS = 500;
/** Answers in a row to marked prompts of which nothing was cached, after which a model gets no marks any more. */
const MOST_IN_VAIN = 3;

/** The last call of a job. */
export interface RememberedCall {
  /** Hashes of its messages; empty where nobody needed them. */
  readonly messages: readonly string[];
  /** Names of its tools in the order in which they were sent. */
  readonly tools: readonly string[];
  /** Times and identifiers in it, by where they stood. */
  readonly volatile: ReadonlyMap<string, Pick<VolatilePart, 'value' | 'following'>>;
}

/** See above. A place is "provider/model". */
export interface PrefixMemory {
  /** Makes hashes of the names of prompt files useless to whoever sees them. */
  readonly salt: string;
  /** Context that was sent. */
  readonly contexts: ContextMemory;
  lastCall(job: string): RememberedCall | null;
  remember(job: string, call: RememberedCall): void;
  /** Notes an answer to a prompt with breakpoints: whether any of it was read from a cache or written to it. */
  heard(place: string, isCached: boolean): void;
  /** False where breakpoints were in vain. */
  worksAt(place: string): boolean;
}

/** Knows of nothing yet; `salt` is to be another in each daemon. */
export function createPrefixMemory(salt: string): PrefixMemory {
  const jobs = new Map<string, RememberedCall>();
  const inVain = new Map<string, number>();
  return {
    salt,
    contexts: createContextMemory(),
    lastCall: (job) => jobs.get(job) ?? null,
    remember(job, call) {
      jobs.delete(job);
      jobs.set(job, call);
      const [oldest] = jobs.keys();
      if (jobs.size > MOST_JOBS && oldest !== undefined) jobs.delete(oldest);
    },
    heard(place, isCached) {
      inVain.set(place, isCached ? 0 : (inVain.get(place) ?? 0) + 1);
    },
    worksAt: (place) => (inVain.get(place) ?? 0) < MOST_IN_VAIN,
  };
}

/** The memory as a preview sees it: nothing is learnt from what was not sent. */
export const previewPrefixes = (memory: PrefixMemory): PrefixMemory => ({
  ...memory,
  contexts: previewContexts(memory.contexts),
  remember: () => undefined,
  heard: () => undefined,
});
