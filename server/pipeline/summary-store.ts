/** Summaries by the turns that they are of, so that each is made once and the next extends it. */
import { createHash } from 'node:crypto';
import type { Message } from '../../protocol/messages.ts';
import type { ComponentCache } from './ports.ts';
import { SUMMARY_VERSION } from './summary-text.ts';

/** What else tells summaries of the same turns apart. */
export interface SummaryTerms {
  /** See `CachePolicy.scope`. */
  readonly scope: string;
  /** About how long it is to be, in tokens. */
  readonly tokens: number;
}

/** The hash of each of some beginnings of a conversation, in the order in which they grow. */
export function summaryHashes(
  parts: readonly (readonly Message[])[],
  terms: SummaryTerms,
): readonly string[] {
  const hash = createHash('sha256').update(JSON.stringify([SUMMARY_VERSION, terms.scope, terms.tokens]));
  return parts.map((messages) => {
    // Escapes half a surrogate pair, which UTF-8 has no form for.
    for (const { role, content } of messages) hash.update(JSON.stringify([role, content]));
    return hash.copy().digest('hex');
  });
}

/** How long a summary that failed is not asked for again, in milliseconds, and how many of them are known. */
const RETRY_AFTER_MS = 10 * 60_000;
const MOST_FAILURES = 64;

/** The summaries of this machine. What cannot be read or written is made again, at its price. */
export interface SummaryStore {
  get(hash: string, now: number): string | null;
  put(hash: string, summary: string, now: number): void;
  /** Why making it failed, in words, and whether that was a short while ago; null where it did not. `at` is of `Clock.elapsed`. */
  failure(hash: string, at: number): { readonly why: string; readonly isRecent: boolean } | null;
  noteFailure(hash: string, why: string, at: number): void;
}

/** Makes the store over a cache of components. */
export function createSummaryStore(components: ComponentCache): SummaryStore {
  const failures = new Map<string, { readonly why: string; readonly at: number }>();
  return {
    get(hash, now) {
      try {
        const bytes = components.get('summary', hash, now);
        return bytes === null ? null : Buffer.from(bytes).toString();
      } catch {
        // A database that cannot be read is told by the ledger, which lies in it.
        return null;
      }
    },
    put(hash, summary, now) {
      try {
        components.put('summary', hash, Buffer.from(summary), now);
      } catch {
        // As above; this call has its summary all the same.
      }
    },
    failure(hash, at) {
      const failure = failures.get(hash);
      return failure === undefined ? null : { why: failure.why, isRecent: at - failure.at < RETRY_AFTER_MS };
    },
    noteFailure(hash, why, at) {
      failures.delete(hash);
      failures.set(hash, { why, at });
      for (const oldest of failures.keys()) if (failures.size > MOST_FAILURES) failures.delete(oldest);
    },
  };
}
