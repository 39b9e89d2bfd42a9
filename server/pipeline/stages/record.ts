import { type ErrorCode, type FarthingError, toFarthingError } from '../../../protocol/errors.ts';
import { addMoney, type NanoDollars } from '../../../protocol/money.ts';
import {
  type Baseline,
  type Cost,
  type Decision,
  NO_USAGE,
  type Receipt,
  type Usage,
} from '../../../protocol/receipt.ts';
import { notedAttribution } from '../attribution.ts';
import { type EstimateDependencies, estimatedCost } from '../estimated-cost.ts';
import { joinUsages } from '../joined-usage.ts';
import type { Clock, Ledger, OpenedCall, PriceBook } from '../ports.ts';
import type { Attempt, Call, Reply, ReplyEvent, Route, Stage } from '../stage.ts';

/**
 * Writes one ledger line per call whatever happens: it opens the line before anything else runs, so that even a
 * crash leaves a trace, and closes it with the sum of the attempts. Never stops the chain. Its last event is the
 * call's receipt, before an error too.
 */
export function record({
  clock,
  ledger,
  prices,
  history,
}: EstimateDependencies & {
  readonly clock: Clock;
  readonly ledger: Ledger;
}): Stage {
  return {
    name: 'record',
    optional: false,
    async *run(call, next): Reply {
      const opened = openedCall(call);
      const account = openAccount(call, clock, { prices, history });
      ledger.open(opened);
      let error: FarthingError | null = null;
      try {
        for await (const event of next(call)) {
          account.add(event);
          yield event;
        }
      } catch (thrown) {
        error = toFarthingError(thrown);
      }
      const receipt = account.close(opened, error);
      ledger.close(opened, receipt, account.attempts);
      yield { type: 'receipt', receipt };
      if (error !== null) throw error;
    },
  };
}

function openedCall(call: Call): OpenedCall {
  return {
    callId: call.id,
    startedAt: call.startedAt,
    attribution: notedAttribution(call),
    provider: call.provider.name,
    model: call.model.id,
    simulated: call.provider.simulated,
  };
}

/** Adds up a reply's events as they pass. */
function openAccount(call: Call, clock: Clock, { prices, history }: EstimateDependencies) {
  const begun = clock.elapsed();
  const attempts: Attempt[] = [];
  const decisions: Decision[] = [];
  let firstText: number | null = null;
  let reused: Extract<ReplyEvent, { type: 'reused' }> | null = null;
  let finishReason: Receipt['finishReason'] = null;
  let cacheEntry: string | null = null;
  let routed: Route | null = null;
  /** Requests whose answers were cut and then continued. */
  const continued: Attempt[] = [];

  return {
    attempts,
    add(event: ReplyEvent): void {
      if (event.type === 'attempt') attempts.push(event.attempt);
      else if (event.type === 'text' || event.type === 'refusal') firstText ??= clock.elapsed() - begun;
      // Of an answer that is withdrawn nobody has read anything that counts.
      else if (event.type === 'withdrawn') firstText = null;
      else if (event.type === 'reused') reused = event;
      else if (event.type === 'entry') cacheEntry = event.key;
      else if (event.type === 'routed') routed = event.route;
      else if (event.type === 'continued') continued.push(...attempts.slice(-1));
      else if (event.type === 'end') finishReason = event.reason;
      else if (event.type === 'decision') decisions.push(event.decision);
    },
    close(opened: OpenedCall, error: FarthingError | null): Receipt {
      // Of a call whose answer came from elsewhere, no request gave one: what it paid in a flight that failed is waste.
      // A better model that was asked after it and gave none comes last.
      const answer =
        error === null && reused === null
          ? attempts.findLast((one) => one.outcome === 'answered')
          : undefined;
      const answered =
        error === null
          ? (reused?.usage ?? (answer === undefined ? null : joinUsages([...continued, answer])))
          : null;
      const baseline = answered === null ? null : baselineOf(call, answered, prices);
      const cost = sumCost(attempts);
      const isOfAnswer = (attempt: Attempt) =>
        attempt === answer || (answer !== undefined && continued.includes(attempt));
      const outcome = outcomeOf(error, reused?.from ?? null, attempts);
      // Where the answer came from now, if it did not come from where it was asked for; without one, who was asked last.
      const lastAsked = error === null ? undefined : attempts.at(-1);
      const { provider, model } = answer ?? lastAsked ?? nameOf(routed) ?? opened;
      return {
        callId: opened.callId,
        outcome,
        provider,
        model,
        simulated: opened.simulated,
        usage: sumUsage(attempts),
        replayed: reused?.usage ?? null,
        cost,
        baseline,
        savedNano: savedOf(baseline, cost, attempts.length === 1 ? answer : undefined),
        wasteNano: sumCost(attempts.filter((attempt) => !isOfAnswer(attempt))).nano,
        estimatedNano: outcome === 'answered' ? estimatedCost(call, attempts, { prices, history }) : null,
        cacheEntry,
        firstTextMs: firstText,
        totalMs: clock.elapsed() - begun,
        finishReason,
        decisions,
        error: error === null ? null : { code: error.code, message: error.message },
      };
    },
  };
}

const nameOf = (route: Route | null) =>
  route === null ? null : { provider: route.provider.name, model: route.model.id };

/** What `usage` would have cost sent straight to the baseline model, at the prices of the call's day. */
function baselineOf({ baseline, settings, startedAt }: Call, usage: Usage, prices: PriceBook): Baseline {
  const { provider, model } = baseline;
  const { nano } = prices.cost(provider, model, usage, settings, startedAt);
  return { provider: provider.name, model: model.id, nano };
}

function savedOf(
  baseline: Baseline | null,
  { nano }: Cost,
  onlyRequest: Attempt | undefined,
): NanoDollars | null {
  if (baseline === null) return 0;
  // Sent once, and straight to the baseline: nothing was saved, whatever the price is.
  if (onlyRequest?.provider === baseline.provider && onlyRequest.model === baseline.model) return 0;
  return baseline.nano === null || nano === null ? null : baseline.nano - nano;
}

/** Why Farthing sends nothing: no key, no room in a budget, only the cache was asked, an endpoint that is paused. */
const REFUSALS: readonly ErrorCode[] = [
  'noKey',
  'overBudget',
  'overRate',
  'unpricedBudget',
  'budgetUnkept',
  'notCached',
  'endpointPaused',
];

function outcomeOf(
  error: FarthingError | null,
  reusedFrom: 'cache' | 'flight' | null,
  attempts: readonly Attempt[],
): Receipt['outcome'] {
  if (error === null)
    return reusedFrom === null ? 'answered' : reusedFrom === 'cache' ? 'cached' : 'coalesced';
  if (error.code === 'cancelled') return 'aborted';
  // What was sent first to an endpoint that failed was not refused, whatever kept it from the next.
  return attempts.length === 0 && REFUSALS.includes(error.code) ? 'refused' : 'failed';
}

/** The call's cost is the sum of its attempts, to the nano-dollar; one unknown price makes it unknown. */
function sumCost(attempts: readonly Attempt[]): Cost {
  const nano = attempts.reduce<number | null>((sum, attempt) => addMoney(sum, attempt.cost.nano), 0);
  const versions = new Set(
    attempts.map((attempt) => attempt.cost.priceVersion).filter((version) => version !== null),
  );
  return { nano, priceVersion: nano === null || versions.size === 0 ? null : [...versions].join(', ') };
}

function sumUsage(attempts: readonly Attempt[]): Usage {
  const sum = (
    kind: 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'outputTokens' | 'reasoningTokens',
  ) => attempts.reduce((total, attempt) => total + attempt.usage[kind], 0);
  const usages = attempts.map((attempt) => attempt.usage);
  return {
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
    // The least certain of the attempts decides how the sum is marked.
    source: usages.find((usage) => usage.source !== 'provider')?.source ?? NO_USAGE.source,
    approximate: usages.some((usage) => usage.approximate),
  };
}
