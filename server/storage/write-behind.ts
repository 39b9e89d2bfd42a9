/** Answers are written after those who wait for them have gone on: compressing and storing one takes a tenth of a millisecond. */
import { type FarthingError, toFarthingError } from '../../protocol/errors.ts';
import type { ReplyOrigin, ReplyStore, StoredReply } from '../pipeline/ports.ts';

/** A store that writes a little later, and what it keeps until then. */
export interface WriteBehindReplies extends ReplyStore {
  /** Writes what waits. */
  flush(): void;
}

interface Waiting {
  readonly reply: StoredReply;
  readonly origin: ReplyOrigin;
  readonly now: number;
}

/** So many wait at most; with more, storing is as fast as answers come. */
const MOST_WAITING = 64;

/**
 * Wraps `store`: an answer is found at once and written in the next turn of the event loop. `report` is told of one
 * that could not be written; it is asked for anew then, and nothing else is lost.
 */
export function createWriteBehindReplies(
  store: ReplyStore,
  report: (problem: FarthingError) => void,
): WriteBehindReplies {
  const waiting = new Map<string, Waiting>();
  let turn: NodeJS.Immediate | null = null;
  let failing = false;

  const flush = () => {
    if (turn !== null) clearImmediate(turn);
    turn = null;
    for (const [key, { reply, origin, now }] of waiting)
      try {
        store.put(key, reply, origin, now);
        failing = false;
      } catch (thrown) {
        // Told once, and not with every answer until the disk has room again.
        if (!failing) report(toFarthingError(thrown));
        failing = true;
      }
    waiting.clear();
  };
  const flushed = (): ReplyStore => {
    if (waiting.size > 0) flush();
    return store;
  };
  const waitingFor = (key: string, now: number, maxAgeMs: number): StoredReply | null => {
    const entry = waiting.get(key);
    return entry !== undefined && Math.abs(now - entry.now) < maxAgeMs ? copyOf(entry.reply) : null;
  };

  return {
    flush,
    get: (key, now, maxAgeMs) => waitingFor(key, now, maxAgeMs) ?? store.get(key, now, maxAgeMs),
    peek: (key, now, maxAgeMs) => waitingFor(key, now, maxAgeMs) ?? store.peek(key, now, maxAgeMs),
    put(key, reply, origin, now) {
      waiting.set(key, { reply: copyOf(reply), origin, now });
      if (waiting.size >= MOST_WAITING) flush();
      else turn ??= setImmediate(flush);
    },
    answeredBy: (key) => waiting.get(key)?.origin ?? store.answeredBy(key),
    forget: (key) => flushed().forget(key),
    count: (filter) => flushed().count(filter),
    invalidate: (filter) => flushed().invalidate(filter),
    limit: (bytes) => flushed().limit(bytes),
    limitBytes: () => store.limitBytes(),
    lastServedModel: (provider, model) => flushed().lastServedModel(provider, model),
  };
}

/** Parts and usage are never changed, but the list of parts is its maker's. */
const copyOf = (reply: StoredReply): StoredReply => ({ ...reply, parts: [...reply.parts] });
