/**
 * Usage as providers report it, in the one normal form. OpenAI-compatible providers agree on the totals and differ in
 * where they put cached, written and reasoning tokens; figures that contradict themselves are not believed at all.
 */
import type { Usage } from '../../protocol/receipt.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Above this many tokens a figure is compared with our own count… */
const DOUBTFUL_TOKENS = 10_000;
/** …and beyond this many times our count it is not believed. */
const DOUBTFUL_FACTOR = 100;

/** More than any model takes or gives; reasoning is hidden from us, so no count of ours would catch it. */
const MOST_TOKENS = 100_000_000;

/**
 * `usage` of a chat completion in the normal form; null when it is missing or contradicts itself: negative or
 * fractional tokens or more than any model has, more cached than input, more reasoning than output.
 */
export function normaliseUsage(raw: unknown): Usage | null {
  const usage = fields(raw);
  const inputDetails = fields(usage['prompt_tokens_details']);
  const input = tokens(usage['prompt_tokens']);
  const completion = tokens(usage['completion_tokens']);
  const cached = tokens(inputDetails['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? 0);
  const written = tokens(
    inputDetails['cache_write_tokens'] ??
      inputDetails['cache_creation_tokens'] ??
      usage['cache_creation_input_tokens'] ??
      0,
  );
  const reasoning = tokens(fields(usage['completion_tokens_details'])['reasoning_tokens'] ?? 0);
  if (input === null || completion === null || cached === null || written === null || reasoning === null)
    return null;

  // xAI counts reasoning beside the completion and not within it; its total gives it away.
  const beside = reasoning > 0 && usage['total_tokens'] === input + completion + reasoning;
  const output = beside ? completion + reasoning : completion;
  if (cached + written > input || reasoning > output) return null;
  return {
    inputTokens: input,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: output,
    reasoningTokens: reasoning,
    source: 'provider',
    approximate: false,
  };
}

/** True when a reported number of tokens is large enough to be checked against our own count. */
export const isDoubtful = (reported: number): boolean => reported > DOUBTFUL_TOKENS;

/** True when `reported` tokens cannot be right for what we counted as `counted` tokens. */
export const isAbsurd = (reported: number, counted: number): boolean =>
  isDoubtful(reported) && reported > counted * DOUBTFUL_FACTOR;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function tokens(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS
    ? value
    : null;
}
