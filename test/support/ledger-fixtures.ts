/** Calls, receipts and attempts with everything filled in, for tests that care about a part of them. */
import { addMoney } from '../../protocol/money.ts';
import { NO_USAGE, type Receipt, type Usage } from '../../protocol/receipt.ts';
import type { OpenedCall } from '../../server/pipeline/ports.ts';
import type { Attempt } from '../../server/pipeline/stage.ts';

/** A usage the provider reported. */
export const usageOf = (inputTokens: number, outputTokens: number, more: Partial<Usage> = {}): Usage => ({
  ...NO_USAGE,
  inputTokens,
  outputTokens,
  ...more,
});

/** A call that began. */
export const openedCall = (callId: string, more: Partial<OpenedCall> = {}): OpenedCall => ({
  callId,
  startedAt: 1_000,
  attribution: { feature: 'prompt file', user: 'ada', job: null, workspace: null, branch: null, tags: [] },
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  simulated: false,
  ...more,
});

/** An attempt that answered and cost `nano`. */
export const attemptOf = (nano: number | null, more: Partial<Attempt> = {}): Attempt => ({
  provider: 'OpenAI',
  model: 'gpt-5-mini',
  servedModel: null,
  outcome: 'answered',
  usage: usageOf(100, 20),
  cost: { nano, priceVersion: nano === null ? null : 'test@1' },
  firstTextMs: 12.5,
  totalMs: 40.25,
  errorCode: null,
  ...more,
});

/** The receipt of an answered call; its cost is the sum of `attempts`. */
export const receiptOf = (
  call: OpenedCall,
  attempts: readonly Attempt[],
  more: Partial<Receipt> = {},
): Receipt => {
  const nano = attempts.reduce<number | null>((sum, { cost }) => addMoney(sum, cost.nano), 0);
  return {
    callId: call.callId,
    outcome: 'answered',
    provider: call.provider,
    model: call.model,
    simulated: call.simulated,
    usage: attempts.at(-1)?.usage ?? NO_USAGE,
    replayed: null,
    cost: { nano, priceVersion: nano === null ? null : 'test@1' },
    baseline: { provider: call.provider, model: call.model, nano },
    savedNano: nano === null ? null : 0,
    wasteNano: 0,
    estimatedNano: null,
    cacheEntry: null,
    firstTextMs: 12.5,
    totalMs: 42.5,
    finishReason: 'stop',
    decisions: [],
    error: null,
    ...more,
  };
};
