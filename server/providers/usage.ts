/**
 * Usage as providers report it, in the one normal form. OpenAI-compatible providers agree on the totals and differ in
 * where they put cached, written and reasoning tokens; figures that contradict themselves are not believed at all.
 */
import type { Usage } from '../../protocol/receipt.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Above this many tokens a figure is compared with our own count… */
const DOUBTFUL_TOKENS = 10_000;
/** …and beyond this many times our count it is not believed… */
const DOUBTFUL_FACTOR = 100;
/** …but output only above this many: some endpoints bill thinking that they neither show nor name. */
const DOUBTFUL_OUTPUT_TOKENS = 200_000;

/** More than any model takes or gives; reasoning is hidden from us, so no count of ours would catch it. */
const MOST_TOKENS = 100_000_000;
const MOST_OUTPUT_TOKENS = 2_000_000;

/**
 * `usage` of a chat completion in the normal form; null when it is missing or contradicts itself: negative or
 * fractional tokens or more than any model has, more cached than input, more reasoning than output.
 */
export function normaliseUsage(raw: unknown): Usage | null {
  const usage = fields(raw);
  const input = inputOf(usage);
  const output = input === null ? null : outputOf(usage, input.all);
  if (input === null || output === null || output.all > MOST_OUTPUT_TOKENS) return null;
  return {
    inputTokens: input.all,
    cachedInputTokens: input.cached,
    cacheWriteTokens: input.written,
    outputTokens: output.all,
    reasoningTokens: output.reasoning,
    source: 'provider',
    approximate: false,
  };
}

/**
 * Input with what was read from and written to the provider's cache. OpenAI's style counts both within the input;
 * Anthropic's own style, which some proxies pass on under its own names, counts them beside it.
 */
function inputOf(
  usage: Fields,
): { readonly all: number; readonly cached: number; readonly written: number } | null {
  const details = fields(usage['prompt_tokens_details']);
  const own = tokens(usage['prompt_tokens'] ?? usage['input_tokens']);
  const cached = tokens(
    details['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cache_read_input_tokens'] ?? 0,
  );
  const written = tokens(
    details['cache_write_tokens'] ??
      details['cache_creation_tokens'] ??
      usage['cache_creation_input_tokens'] ??
      0,
  );
  if (own === null || cached === null || written === null) return null;
  const isAnthropic = 'cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage;
  // Its own names for input say that it is its own style; else only what cannot be within the input is beside it.
  const summed = own + cached + written + (tokens(usage['completion_tokens'] ?? usage['output_tokens']) ?? 0);
  const beside =
    isAnthropic &&
    (!('prompt_tokens' in usage) || cached + written > own || usage['total_tokens'] === summed);
  const all = beside ? own + cached + written : own;
  return cached + written > all ? null : { all, cached, written };
}

/** Output with its reasoning, also where a provider counts that beside the output or in the total alone. */
function outputOf(usage: Fields, input: number): { readonly all: number; readonly reasoning: number } | null {
  const completion = tokens(usage['completion_tokens'] ?? usage['output_tokens']);
  const reasoning = tokens(fields(usage['completion_tokens_details'])['reasoning_tokens'] ?? 0);
  if (completion === null || reasoning === null) return null;
  const hidden = (tokens(usage['total_tokens'] ?? 0) ?? 0) - input - completion;
  // xAI counts reasoning beside the completion, and its total gives it away; Gemini names it in the total only.
  if (hidden > 0 && (reasoning === 0 || reasoning === hidden))
    return { all: completion + hidden, reasoning: hidden };
  return reasoning > completion ? null : { all: completion, reasoning };
}

/** True when a reported number of tokens is large enough to be checked against our own count. */
export const isDoubtful = (reported: number): boolean => reported > DOUBTFUL_TOKENS;

/** True when `reported` tokens of input cannot be right for what we counted as `counted` tokens. */
export const isAbsurdInput = (reported: number, counted: number): boolean =>
  reported > DOUBTFUL_TOKENS && reported > counted * DOUBTFUL_FACTOR;

/** The same of output without the reasoning that the provider named. */
export const isAbsurdOutput = (reported: number, counted: number): boolean =>
  reported > DOUBTFUL_OUTPUT_TOKENS && reported > counted * DOUBTFUL_FACTOR;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function tokens(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS
    ? value
    : null;
}
