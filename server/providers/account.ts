/**
 * What an attempt used and cost: the provider's word where it can be believed, and our own count where it cannot.
 */
import { type Cost, NO_USAGE, type Usage } from '../../protocol/receipt.ts';
import type { PriceBook, TokenCounter } from '../pipeline/ports.ts';
import { schemaOf } from '../pipeline/schema-of.ts';
import type { Attempt, Call } from '../pipeline/stage.ts';
import { isAbsurdInput, isAbsurdOutput, isDoubtful, normaliseUsage } from './usage.ts';

const UNKNOWN: Cost = { nano: null, priceVersion: null };

/** What a model generated, as far as we saw it. */
export interface Generated {
  /** Text, refusals and tool calls: everything that is output and not reasoning. */
  readonly visible: string;
  readonly reasoning: string;
}

/** What is known of an attempt that has ended. */
export interface Evidence {
  readonly generated: Generated;
  /** True when the provider began its answer, be it without a word of text: it has read the input and bills it. */
  readonly begun: boolean;
  /** True when the model said why it stopped. */
  readonly finished: boolean;
  /** What the provider reported; undefined for nothing. */
  readonly reported: unknown;
}

/**
 * Usage and cost of an attempt that was sent at `when` (epoch milliseconds). One that broke off costs nothing when the
 * answer had not begun, else its input and what it generated: as we saw it, or as the provider said with its pieces,
 * which has the reasoning that is hidden from us.
 */
export async function accountFor(
  call: Call,
  evidence: Evidence,
  { counter, prices }: { readonly counter: TokenCounter; readonly prices: PriceBook },
  when: number,
): Promise<Pick<Attempt, 'usage' | 'cost'>> {
  if (!evidence.finished && !evidence.begun)
    return { usage: NO_USAGE, cost: { nano: 0, priceVersion: null } };
  try {
    const usage = evidence.finished
      ? await measureAnswer(call, evidence, counter)
      : await measureCut(call, evidence, counter);
    return { usage, cost: prices.cost(call.provider, call.model, usage, call.settings, when) };
  } catch {
    // The money is spent whether or not we can count it: an unknown cost is recorded and never taken for nothing.
    const usage: Usage = { ...NO_USAGE, source: 'counted', approximate: true };
    const { free } = call.provider;
    const cost = free ? prices.cost(call.provider, call.model, usage, call.settings, when) : UNKNOWN;
    return { usage, cost };
  }
}

async function measureAnswer(
  call: Call,
  { generated, reported }: Evidence,
  counter: TokenCounter,
): Promise<Usage> {
  const usage = normaliseUsage(reported);
  // Servers that know no usage send zeros; no request is without input.
  const isBlank = usage?.inputTokens === 0 || (usage?.outputTokens === 0 && !isEmpty(generated));
  if (usage === null || isBlank) return countGenerated(call, generated, counter);
  // Reasoning may be hidden from us, so only the rest of the output is comparable.
  const comparable = usage.outputTokens - usage.reasoningTokens;
  if (!isDoubtful(usage.inputTokens) && !isDoubtful(comparable)) return usage;
  const counted = await countGenerated(call, generated, counter);
  const absurd =
    isAbsurdInput(usage.inputTokens, counted.inputTokens) || isAbsurdOutput(comparable, counted.outputTokens);
  return absurd ? counted : usage;
}

async function measureCut(call: Call, evidence: Evidence, counter: TokenCounter): Promise<Usage> {
  const counted = await countGenerated(call, evidence.generated, counter);
  const usage = evidence.reported === undefined ? counted : await measureAnswer(call, evidence, counter);
  // What came after the last word on it was generated as well.
  return usage.outputTokens > counted.outputTokens ? usage : counted;
}

async function countGenerated(call: Call, generated: Generated, counter: TokenCounter): Promise<Usage> {
  const count = (text: string) =>
    text === '' ? { tokens: 0, approximate: false } : counter.countText(call.model, text);
  const [input, tools, visible, reasoning] = await Promise.all([
    counter.countMessages(call.model, call.messages),
    counter.countTools(call.model, call.tools, schemaOf(call.responseFormat)),
    count(generated.visible),
    count(generated.reasoning),
  ]);
  return {
    inputTokens: input.tokens + tools.tokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: visible.tokens + reasoning.tokens,
    reasoningTokens: reasoning.tokens,
    source: 'counted',
    approximate: input.approximate || tools.approximate || visible.approximate || reasoning.approximate,
  };
}

const isEmpty = ({ visible, reasoning }: Generated): boolean => visible === '' && reasoning === '';
