/** What makes two requests the same. */
import { createHash } from 'node:crypto';
import type { ProviderSettings } from '../../protocol/settings.ts';
import { hasContext } from '../fitting/fit-messages.ts';
import { canonicalJson } from './canonical-json.ts';
import { mayBeFitted } from './history-plan.ts';
import type { Call, Route, Sampling } from './stage.ts';

/** Raise it when the key's form changes: old entries are then simply never found again. */
const KEY_VERSION = 4;

/** What OpenAI documents as its defaults (API reference, "Create chat completion"); others have other ones. */
const OPENAI_DEFAULTS: Sampling = { temperature: 1, topP: 1, presencePenalty: 0, frequencyPenalty: 0 };

/**
 * The key of a request: SHA-256, in hex, of everything that decides its answer, in one canonical form. Who asks, for
 * what, and where the call may go if it fails do not matter; neither does how a request is spelled: the order of keys
 * in JSON, defaults that are written out, an option that is undefined. Texts matter to the last space, unnormalised,
 * and so does the order of messages and tools, which the model reads in that order.
 */
export function cacheKey(call: Call): string {
  const { messages } = call;
  const context = hasContext(messages) ? { context: contextOf(call) } : {};
  // As with context; a call that is not fitted, for whatever reason, says nothing of it.
  const history = mayBeFitted(call, messages) ? { history: { tokens: call.settings.historyTokens } } : {};
  const hash = createHash('sha256').update(canonicalJson({ ...parametersOf(call), ...context, ...history }));
  for (const { role, content } of messages) {
    // UTF-8 has no form for half a surrogate pair: every one would be the same replacement character.
    const encoding = content.isWellFormed() ? 'utf8' : 'utf16le';
    // Its length says where a text ends, so that no text can pose as two. It is hashed as it is, and not copied.
    hash.update(JSON.stringify([role, encoding, content.length])).update(content, encoding);
  }
  return hash.digest('hex');
}

/** `cacheKey` for several stages of one call: each call is hashed once. */
export function createCacheKeys(): (call: Call) => string {
  const known = new WeakMap<Call, string>();
  return (call) => {
    const key = known.get(call) ?? cacheKey(call);
    known.set(call, key);
    return key;
  };
}

/** Everything but the messages. What is undefined is left out, and what says nothing is undefined. */
function parametersOf({
  provider,
  model,
  ladder,
  preference,
  sampling,
  tools,
  toolChoice,
  responseFormat,
  expect,
  check,
  settings,
  off,
  cache,
}: Call) {
  const hasTools = tools.length > 0;
  return {
    key: KEY_VERSION,
    ...(ladder.length > 0
      ? { ladder: ladder.map(placeOf), preference, ...asksDifferently(off) }
      : placeOf({ provider, model })),
    sampling: neutralised(sampling, provider),
    ...(hasTools ? { tools } : {}),
    // Without tools there is nothing to choose.
    ...(hasTools && toolChoice !== null && toolChoice !== 'auto' ? { toolChoice } : {}),
    ...(responseFormat === null || responseFormat.type === 'text' ? {} : { responseFormat }),
    // An answer that was held to nothing, or to something else, may not be what is expected now.
    ...(expect === null ? {} : { expect: { ...expect, matches: expect.matches && String(expect.matches) } }),
    ...(check === undefined ? {} : { check: [check.folder, settings.cascadeCommand?.command ?? null] }),
    scope: cache.scope,
    version: cache.version,
  };
}

/** Without the choice the most capable model is asked, and without checks the first answer is the last. */
const asksDifferently = (off: Call['off']) => {
  const without = (['route', 'cascade'] as const).filter((stage) => off.has(stage));
  return without.length === 0 ? {} : { without };
};

/** The messages are those that were asked with; what is sent of their context is decided by this. */
const contextOf = ({ off, settings: { contextTokens: tokens, contextRelevance: relevance } }: Call) =>
  off.has('fitContext') ? 'whole' : { tokens, ...(relevance > 0 ? { relevance } : {}) };

const placeOf = ({ provider, model }: Route) => ({
  ...(provider.simulated ? { simulator: provider.name } : { endpoint: endpointOf(provider) }),
  model: model.id,
});

/** A simulator is at another port each time it starts, and it is the same all the same; an endpoint is its URL. */
const endpointOf = ({ baseUrl }: ProviderSettings): string => new URL(baseUrl).href.replace(/\/+$/, '');

function neutralised(sampling: Sampling, provider: ProviderSettings): Sampling {
  const { stop = [], ...numbers } = sampling;
  const defaults: Sampling = isOpenAI(provider) ? OPENAI_DEFAULTS : {};
  const set = (Object.entries(numbers) as [keyof Sampling, unknown][]).filter(
    ([option, value]) => value !== undefined && value !== defaults[option],
  );
  // Whichever comes first in the text ends it: their order and doubles change nothing.
  return { ...Object.fromEntries(set), ...(stop.length === 0 ? {} : { stop: [...new Set(stop)].sort() }) };
}

const isOpenAI = ({ simulated, baseUrl }: ProviderSettings): boolean =>
  !simulated && new URL(baseUrl).hostname === 'api.openai.com';
