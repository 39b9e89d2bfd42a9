import type { ErrorCode } from './errors.ts';
import { formatMoney, groupThousands, type NanoDollars } from './money.ts';
import type { Tier } from './routing.ts';

/**
 * Tokens of one call in the one normal form: `inputTokens` includes cached tokens and `outputTokens` includes
 * reasoning tokens, as OpenAI reports them. Providers that count otherwise are converted at their edge.
 */
export interface Usage {
  readonly inputTokens: number;
  /** Part of `inputTokens` that the provider read from its prefix cache. */
  readonly cachedInputTokens: number;
  /** Part of `inputTokens` that the provider wrote to its prefix cache. */
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** Part of `outputTokens` that the model spent on reasoning. */
  readonly reasoningTokens: number;
  /** Who counted: the provider, Farthing after the call, or Farthing before it (output then is an assumption). */
  readonly source: 'provider' | 'counted' | 'assumed';
  /** True when the model's tokenizer is not public, so that our count is close but not exact. Shown as "≈". */
  readonly approximate: boolean;
}

/** No tokens at all: what a cached answer uses. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  source: 'provider',
  approximate: false,
};

/** What a usage costs, by which prices. */
export interface Cost {
  /** Null when the model's price is unknown; it is never taken for zero. */
  readonly nano: NanoDollars | null;
  /** Which price table said so, for example "genai-prices@0.1.8" or "settings"; null when the price is unknown. */
  readonly priceVersion: string | null;
}

/** The counterfactual: the same tokens as one request to the baseline model, at the prices of the day of the call. */
export interface Baseline {
  readonly provider: string;
  readonly model: string;
  /** Null when its price is unknown. */
  readonly nano: NanoDollars | null;
}

/** What a stage did to a call and why. The ledger stores them; every number on the screen traces back to them. */
export interface Decision {
  /** Name of the stage in the pipeline's list. */
  readonly stage: string;
  /** One word for what it did: "hit", "miss", "stored", "retried", "degraded". */
  readonly action: string;
  /** One sentence for the user, without any text of the prompt or the answer. */
  readonly why: string;
  readonly savedTokens?: number;
  readonly savedNano?: NanoDollars;
}

/**
 * How a call ended. `cached` is an answer replayed from the cache, `coalesced` one shared with an identical call
 * under way, `refused` a call that Farthing did not send. `running` is a call under way and `interrupted` one whose daemon died; only the ledger
 * shows these two.
 */
export type Outcome =
  | 'answered'
  | 'cached'
  | 'coalesced'
  | 'refused'
  | 'failed'
  | 'aborted'
  | 'running'
  | 'interrupted';

/** Everything there is to know about one call after its end, without the prompt and the answer. */
export interface Receipt {
  readonly callId: string;
  readonly outcome: Outcome;
  readonly provider: string;
  readonly model: string;
  /** True when the provider is the loopback simulator: nothing was billed. */
  readonly simulated: boolean;
  /** What was paid for; no tokens when the answer came from the cache. */
  readonly usage: Usage;
  /** What the original call used, when this answer is a replay of it or shared with it. */
  readonly replayed: Usage | null;
  readonly cost: Cost;
  /** What the answer would have cost sent straight to the baseline model; null for a call without an answer. */
  readonly baseline: Baseline | null;
  /**
   * The baseline's cost less this call's: negative where Farthing made it dearer, 0 without an answer; null when a
   * price is unknown.
   */
  readonly savedNano: NanoDollars | null;
  /** The part of `cost` that was paid for requests whose answer was not used; null when a price of it is unknown. */
  readonly wasteNano: NanoDollars | null;
  /**
   * What it was expected to cost before its answer was known; null for a call that got no answer of its own, or whose
   * price is unknown.
   */
  readonly estimatedNano: NanoDollars | null;
  /** The entry of the cache that this answer came from or went to, for "forget it"; null for none. */
  readonly cacheEntry: string | null;
  /** Milliseconds to the first text; null when there was none. */
  readonly firstTextMs: number | null;
  /** Milliseconds from start to end, on a clock that never steps back. */
  readonly totalMs: number;
  /** Why the model stopped; null when it did not run to its end. */
  readonly finishReason: FinishReason | null;
  readonly decisions: readonly Decision[];
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}

/** Why a model stopped, in OpenAI's terms. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** What a run would use and cost, from the same pipeline with nothing sent. */
export interface Preview {
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
  /** At least so many: values that are `missing` are not in it. */
  readonly inputTokens: number;
  /** Variables that a run will have a value for and this estimate has not, as they are written. */
  readonly missing: readonly string[];
  readonly approximate: boolean;
  readonly outputTokens: number;
  /** Where the assumed output comes from. */
  readonly outputBasis: 'past runs' | 'max tokens' | 'assumed';
  /** How many past runs of this prompt the assumption rests on; 0 when there are none. */
  readonly pastRuns: number;
  readonly cost: Cost;
  /**
   * What is paid on average, with second tries of answers that do not pass and with a summary that is made first; left
   * out where that is what one answer costs, or is not known.
   */
  readonly expectedNano?: NanoDollars;
  /** The most that its request may use and cost, which a budget holds: all input at the full price, all output it may have. */
  readonly worst: {
    /** Null when the price is unknown. */
    readonly nano: NanoDollars | null;
    /** Input and output together. */
    readonly tokens: number;
    readonly outputTokens: number;
  };
  /** True when a run now would be answered from the cache, for nothing. */
  readonly cached: boolean;
  /** Tokens of the model's context window; null when it is not known. */
  readonly contextTokens: number | null;
  /** How capable the model is, where Farthing chose it; null where it was named. */
  readonly tier: Tier | null;
  /** Names of the pipeline's stages, in their order. */
  readonly stages: readonly string[];
  /** What the stages would do, and why. A stage without one has nothing to do. */
  readonly decisions: readonly Decision[];
  /** What the same tokens would cost straight at the baseline model; null where nothing would be answered. */
  readonly baseline: Baseline | null;
  /** The baseline's cost less that of the plan; null when a price is unknown. */
  readonly savedNano: NanoDollars | null;
}

/** "1,234" or, where the tokenizer is not public, "≈1,234". */
export function formatTokens(count: number, approximate = false): string {
  return `${approximate ? '≈' : ''}${groupThousands(String(count))}`;
}

/** The same with its word: "1,234 tokens", "1 token". */
export const tokenWords = (count: number, approximate = false): string =>
  `${formatTokens(count, approximate)} ${count === 1 ? 'token' : 'tokens'}`;

/** "1,200 in, 310 out", or "no tokens" of what used none. */
export const formatInAndOut = ({
  inputTokens,
  outputTokens,
  approximate,
}: Pick<Usage, 'inputTokens' | 'outputTokens' | 'approximate'>): string =>
  inputTokens === 0 && outputTokens === 0
    ? 'no tokens'
    : `${formatTokens(inputTokens, approximate)} in, ${formatTokens(outputTokens, approximate)} out`;

/** "310 ms", "2.1 s" or "3 min 05 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/**
 * The line under an answer, the same in the editor, on the command line and in the panel. Its parts, in order:
 * model, tokens, cost, time; a cached answer reads "cached, $0, saved $x".
 */
export function formatReceipt(receipt: Receipt): string {
  const parts = [receipt.simulated ? `${receipt.provider} (simulated) · ${receipt.model}` : receipt.model];
  if (receipt.outcome === 'cached' || receipt.outcome === 'coalesced') {
    const saved = receipt.savedNano === null ? 'price unknown' : `saved ${formatMoney(receipt.savedNano)}`;
    // A shared answer may be the second that was waited for, and the first was paid for.
    const price = receipt.outcome === 'cached' ? 'cached, $0' : `shared, ${formatMoney(receipt.cost.nano)}`;
    parts.push(`${price}, ${saved}`);
  } else {
    parts.push(...tokenParts(receipt.usage), formatMoney(receipt.cost.nano));
    if (receipt.outcome !== 'answered')
      parts.push(receipt.outcome === 'aborted' ? 'cancelled' : receipt.outcome);
    if (receipt.finishReason === 'length') parts.push('cut at the output limit');
  }
  parts.push(formatDuration(receipt.totalMs));
  return parts.join(' · ');
}

function tokenParts(usage: Usage): readonly string[] {
  const { inputTokens, cachedInputTokens, outputTokens, approximate, source } = usage;
  if (inputTokens === 0 && outputTokens === 0) return ['no tokens'];
  return [
    `${formatTokens(inputTokens, approximate)} in (${formatTokens(cachedInputTokens)} cached)`,
    `${formatTokens(outputTokens, approximate)} out${source === 'counted' ? ' (counted by Farthing)' : ''}`,
  ];
}
