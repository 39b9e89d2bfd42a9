/** What providers document of their prefix caches: which take a key or breakpoints, how long a prefix has to be, and for how long it is kept. */
import type { Route } from './stage.ts';

/** Hosts that document `prompt_cache_key` for chat completions (OpenAI and Mistral, "Prompt caching"). */
const TAKES_KEY: ReadonlySet<string> = new Set(['api.openai.com', 'api.mistral.ai']);

/**
 * Hosts and models that take `cache_control` in the OpenAI-compatible form (OpenRouter, "Prompt caching"). Anthropic's own
 * compatible endpoint has no prompt caching ("OpenAI SDK compatibility"), and OpenAI caches without being asked.
 */
const TAKES_BREAKPOINTS: readonly { readonly host: string; readonly model: RegExp }[] = [
  { host: 'openrouter.ai', model: /^(anthropic|google\/gemini)/ },
];

/** The shortest prefix that is kept, in tokens, by model; the first that matches. Where documents differ, the longest. */
const SHORTEST: readonly { readonly model: RegExp; readonly tokens: number }[] = [
  { model: /claude-(opus|haiku)-4[.-][5-9]/, tokens: 4096 },
  { model: /claude-(3(-5|\.5)?-haiku|haiku-3)/, tokens: 2048 },
  { model: /claude-sonnet-4[.-][6-9]/, tokens: 2048 },
  { model: /gemini/, tokens: 4096 },
];
const SHORTEST_ELSEWHERE = 1024;

/** How long a prefix is kept after its last use, in milliseconds, where nobody asked for longer. */
export const KEPT_MS = 300_000;

/** What a write costs at least, against plain input (Anthropic and OpenAI, "Prompt caching"). */
export const LEAST_WRITE_PRICE = 1.25;

/** True where the endpoint takes a key that leads calls with one prefix to one of its servers. */
export const takesCacheKey = ({ provider }: Pick<Route, 'provider'>): boolean =>
  !provider.simulated && TAKES_KEY.has(new URL(provider.baseUrl).hostname);

/** True where the endpoint has to be told what to keep. */
export function takesBreakpoints({ provider, model }: Route): boolean {
  if (provider.simulated) return false;
  const { hostname } = new URL(provider.baseUrl);
  return TAKES_BREAKPOINTS.some((one) => one.host === hostname && one.model.test(model.id));
}

/** The shortest prefix that is kept of a model, in tokens. */
export const shortestPrefix = ({ model }: Pick<Route, 'model'>): number =>
  SHORTEST.find((one) => one.model.test(model.id))?.tokens ?? SHORTEST_ELSEWHERE;
