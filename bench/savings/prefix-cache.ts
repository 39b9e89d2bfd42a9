/** The provider's prefix cache, as OpenAI documents it ("Prompt caching"). */
import { createHash } from 'node:crypto';
import type { Message } from '../../protocol/messages.ts';

/** A prefix of so many tokens at least is kept, in steps of so many, for so long after its last use. */
const SHORTEST_TOKENS = 1024;
const STEP_TOKENS = 128;
const KEPT_MS = 300_000;

/** Two texts are compared by pieces of so many characters: what a provider would still find beyond is not counted. */
const PIECE = 256;

export const PREFIX_NOTE = `The provider bills the longest beginning that its model saw in the last ${KEPT_MS / 60_000} minutes as cached input, in steps of ${STEP_TOKENS} tokens from ${SHORTEST_TOKENS} on (OpenAI, "Prompt caching"), for direct calls too. What prompt_cache_key adds to that is published nowhere, so it adds nothing here.`;

/** The cache of one model. */
export interface PrefixCache {
  /** Input tokens of a request at `now` (milliseconds) that are read from it; from then on it knows the request. */
  read(messages: readonly Message[], now: number): Promise<number>;
}

/** An empty one. */
export function createPrefixCache(count: (text: string) => Promise<number>): PrefixCache {
  const lastUse = new Map<string, number>();
  return {
    async read(messages, now) {
      const text = messages.map(({ role, content }) => `${role}\n${content}\n`).join('');
      let hash = '';
      let known = 0;
      let isKnown = true;
      for (let end = PIECE; end <= text.length; end += PIECE) {
        hash = createHash('sha1')
          .update(hash)
          .update(text.slice(end - PIECE, end))
          .digest('base64');
        isKnown &&= now - (lastUse.get(hash) ?? Number.NEGATIVE_INFINITY) <= KEPT_MS;
        if (isKnown) known = end;
        lastUse.set(hash, now);
      }
      const tokens = known === 0 ? 0 : await count(text.slice(0, known));
      return tokens < SHORTEST_TOKENS ? 0 : tokens - (tokens % STEP_TOKENS);
    },
  };
}
