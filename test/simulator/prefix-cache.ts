/**
 * A provider's prefix cache, as OpenAI describes its own: a prompt whose first 1,024 tokens or more were seen before
 * is cheaper, in steps of 128 tokens. Entries do not grow old here; the oldest makes way.
 */
import type { DemoMessage } from './demo-answer.ts';

/** Counts the tokens of a text. */
export type Count = (text: string) => Promise<number>;

/** Remembers prompts and says how much of the next one it has seen. */
export interface PrefixCache {
  /** Tokens of the prompt's beginning that an earlier prompt to this model had too; the prompt is remembered. */
  cachedTokens(model: string, messages: readonly DemoMessage[]): Promise<number>;
}

const LEAST_TOKENS = 1024;
const STEP_TOKENS = 128;
const MOST_PROMPTS = 50;
/** Characters of a prompt that are remembered, so that the longest prompts do not fill the memory. */
const LONGEST_PREFIX = 1_000_000;

/** An empty cache. */
export function createPrefixCache(count: Count): PrefixCache {
  const seen: { readonly model: string; readonly text: string }[] = [];
  return {
    cachedTokens: async (model, messages) => {
      const text = messages
        .map(({ role, content }) => `${role}\n${content}\n`)
        .join('')
        .slice(0, LONGEST_PREFIX);
      const lengths = seen.filter((entry) => entry.model === model).map((entry) => shared(entry.text, text));
      const longest = Math.max(0, ...lengths);
      seen.push({ model, text });
      if (seen.length > MOST_PROMPTS) seen.shift();
      const tokens = longest < LEAST_TOKENS ? 0 : await count(text.slice(0, longest));
      return tokens < LEAST_TOKENS ? 0 : tokens - (tokens % STEP_TOKENS);
    },
  };
}

/** Characters that two texts begin with in common. */
function shared(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
