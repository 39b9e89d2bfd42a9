/** The exact cache's store in plain memory, for tests of what stands on it. */
import type { ReplyFilter, ReplyOrigin, ReplyStore, StoredReply } from '../../server/pipeline/ports.ts';

interface Entry {
  readonly key: string;
  readonly reply: StoredReply;
  readonly origin: ReplyOrigin;
  readonly bytes: number;
  readonly storedAt: number;
  uses: number;
  lastUsedAt: number;
}

/** Makes an empty store without a limit. */
export function createMemoryReplyStore(): ReplyStore {
  const entries = new Map<string, Entry>();
  let most = Number.MAX_SAFE_INTEGER;
  const meant = (filter: ReplyFilter) =>
    [...entries.values()].filter(({ origin }) => isMeant(origin, filter));
  const evict = () => {
    const least = [...entries.values()].sort(
      (a, b) => worthOf(a) - worthOf(b) || a.lastUsedAt - b.lastUsedAt,
    );
    for (const { key } of least) if (sumOf([...entries.values()]).bytes > most) entries.delete(key);
  };
  const peek = (key: string, now: number, maxAgeMs: number) => {
    const entry = entries.get(key);
    return entry !== undefined && Math.abs(now - entry.storedAt) < maxAgeMs
      ? structuredClone(entry.reply)
      : null;
  };
  return {
    peek,
    get(key, now, maxAgeMs) {
      const reply = peek(key, now, maxAgeMs);
      const entry = entries.get(key);
      if (reply !== null && entry !== undefined) {
        entry.uses += 1;
        entry.lastUsedAt = Math.max(entry.lastUsedAt, now);
      }
      return reply;
    },
    put(key, reply, origin, now) {
      entries.delete(key);
      const bytes = JSON.stringify(reply).length;
      if (bytes > most) return;
      const copy = structuredClone(reply);
      entries.set(key, { key, reply: copy, origin, bytes, storedAt: now, uses: 0, lastUsedAt: now });
      evict();
    },
    answeredBy: (key) => entries.get(key)?.origin ?? null,
    forget: (key) => entries.delete(key),
    count: (filter) => sumOf(meant(filter)),
    invalidate(filter) {
      const found = meant(filter);
      for (const { key } of found) entries.delete(key);
      return sumOf(found);
    },
    limit(bytes) {
      most = bytes;
      evict();
    },
    limitBytes: () => most,
    lastServedModel: (provider, model) =>
      meant({ provider, model })
        .filter(({ origin }) => origin.servedModel !== null)
        .sort((a, b) => a.storedAt - b.storedAt)
        .at(-1)?.origin.servedModel ?? null,
  };
}

const worthOf = ({ reply: { usage }, uses }: Entry): number =>
  (usage.inputTokens + usage.outputTokens) * (uses + 1);

const sumOf = (entries: readonly Entry[]) => ({
  entries: entries.length,
  bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
});

function isMeant(origin: ReplyOrigin, filter: ReplyFilter): boolean {
  const { promptHashOtherThan, servedModelOtherThan, ...exact } = filter;
  const holds = (Object.keys(exact) as (keyof typeof exact)[]).every(
    (field) => origin[field] === exact[field],
  );
  return (
    holds &&
    (promptHashOtherThan === undefined ||
      (origin.promptHash !== null && origin.promptHash !== promptHashOtherThan)) &&
    (servedModelOtherThan === undefined ||
      (origin.servedModel !== null && origin.servedModel !== servedModelOtherThan))
  );
}
