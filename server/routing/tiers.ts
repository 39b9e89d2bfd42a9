/** How capable a model is, told by its id: nobody should have to say it, and whoever knows better can. */
import type { Tier } from '../../protocol/routing.ts';
import { isLoopback, type ModelSettings, type ProviderSettings } from '../../protocol/settings.ts';

interface TierPattern {
  readonly pattern: RegExp;
  readonly tier: Tier;
}

/**
 * The first pattern that an id matches says its tier. Ids are in lower case and without the maker that routers put
 * before them ("openai/gpt-5-mini"). A tier says what a model can do, not what it costs.
 */
const PATTERNS: readonly TierPattern[] = [
  // A distilled model is what its size is, whatever great name it was distilled from.
  { pattern: /\bdistill?\b.*\b(?:\d|1[0-9]|[23]\d)(?:\.\d+)?b\b/, tier: 'small' },
  { pattern: /\bdistill?\b/, tier: 'middle' },

  // OpenAI. "mini" of the reasoning generations does what the great models of the generation before did.
  { pattern: /^(?:gpt-[5-9].*|o\d)-(?:nano|luna)\b/, tier: 'small' },
  { pattern: /^(?:gpt-[5-9].*|o[34])-(?:mini|terra)\b/, tier: 'middle' },
  { pattern: /^(?:gpt-(?:3|4).*|o1)-(?:mini|nano|turbo-\d{4}|turbo)\b/, tier: 'small' },
  { pattern: /^(?:gpt-[5-9]|o[1-9])(?:$|[.\-\d])/, tier: 'frontier' },
  { pattern: /^(?:chat)?gpt-4/, tier: 'middle' },
  // Their open weights: 20B and 120B, both sparse.
  { pattern: /^gpt-oss.*\b20b/, tier: 'small' },
  { pattern: /^gpt-oss/, tier: 'middle' },

  // Anthropic: the family is the tier, before or after the version. Before the fourth generation Opus was no frontier.
  { pattern: /^claude.*\bhaiku\b|^claude-instant/, tier: 'small' },
  { pattern: /^claude-(?:3\b.*opus|[12v]\b|2\.)/, tier: 'middle' },
  { pattern: /^claude.*\bsonnet\b/, tier: 'middle' },
  { pattern: /^claude.*\b(?:opus|fable|mythos)\b/, tier: 'frontier' },

  // Gemini: Flash-Lite, Flash, Pro; the first two generations a step below.
  { pattern: /^gemini.*flash-lite|^gemini-(?:1|2\.0).*flash/, tier: 'small' },
  { pattern: /^gemini.*flash|^gemini-(?:1|2\.0)/, tier: 'middle' },
  { pattern: /^gemini.*\b(?:pro|ultra)\b/, tier: 'frontier' },

  // DeepSeek: "flash" is its small one; "pro" and those that always reason are its best.
  { pattern: /^deepseek.*\bflash\b/, tier: 'small' },
  { pattern: /^deepseek.*(?:\bpro\b|\breasoner\b|-r\d)/, tier: 'frontier' },
  { pattern: /^deepseek-(?:chat|v\d)/, tier: 'middle' },

  // Mistral. Large and Medium are good, and not where the best of the others are.
  {
    pattern: /^(?:ministral|open-mistral|mistral-(?:tiny|small|nemo|7b|saba))|^(?:devstral|magistral)-small/,
    tier: 'small',
  },
  { pattern: /^(?:mistral|magistral|devstral|codestral|pixtral|open-mixtral|mixtral)/, tier: 'middle' },

  // Grok: "fast" and "code" are sparse versions, "mini" the small one.
  { pattern: /^grok.*\bmini\b|^grok-code/, tier: 'small' },
  { pattern: /^grok.*\bfast\b|^grok-(?:[123]\b|beta)/, tier: 'middle' },
  { pattern: /^grok-[4-9]/, tier: 'frontier' },

  // Open weights without a size in their name.
  { pattern: /^qwen.*\b(?:turbo|flash)\b/, tier: 'small' },
  { pattern: /^qwen.*\bmax\b/, tier: 'frontier' },
  { pattern: /^llama-4-scout/, tier: 'small' },
  { pattern: /^gemma/, tier: 'small' },

  // Llama, Qwen, Phi and all else that has its parameters in its name: "llama-3.1-8b-instruct", "qwen3:32b". Up to 40
  // billion they run on one card. "8x7b" is 56 billion.
  { pattern: /(?:^|[^\da-z.])(?:\d|[123]\d|40)(?:\.\d+)?b(?:$|[^a-z\d])/, tier: 'small' },

  // Words that makers call their models by, wherever they stand; "middle" and "frontier" are those of the simulator.
  { pattern: /(?:^|[-_.:])(?:nano|mini|tiny|lite|small|micro|haiku)(?:$|[-_.:])/, tier: 'small' },
  { pattern: /(?:^|[-_.:])frontier(?:$|[-_.:])/, tier: 'frontier' },
];

/**
 * The tier of a model: what the user says of it (`overrides`, by "provider/model" before "model"), else "local" where
 * its requests cost nothing, else what its id says. A model that nobody knows is "middle": it is neither trusted with
 * all nor kept from everything.
 */
export function tierOf(
  provider: ProviderSettings,
  model: ModelSettings,
  overrides: Readonly<Record<string, Tier>>,
): Tier {
  for (const key of [`${provider.name}/${model.id}`, model.id])
    if (Object.hasOwn(overrides, key)) return overrides[key] ?? 'middle';
  if (isLocal(provider)) return 'local';
  const id = model.id.toLowerCase();
  const name = id.slice(id.lastIndexOf('/') + 1);
  return PATTERNS.find(({ pattern }) => pattern.test(name))?.tier ?? 'middle';
}

/** The simulator stands for what its ids say. A proxy on loopback that is priced as a provider is that provider. */
const isLocal = ({ simulated, free, baseUrl, pricedAs }: ProviderSettings): boolean =>
  !simulated && (free || (isLoopback(baseUrl) && pricedAs === null));
