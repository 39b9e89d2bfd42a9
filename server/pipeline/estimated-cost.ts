/** What a run was expected to cost, to hold it against what it did cost. */
import type { NanoDollars } from '../../protocol/money.ts';
import { estimateOutput } from './estimate.ts';
import type { LedgerReader, PriceBook } from './ports.ts';
import type { Attempt, Call, Route } from './stage.ts';

/** What an estimate needs. */
export interface EstimateDependencies {
  readonly history: Pick<LedgerReader, 'pastOutputTokens'>;
  readonly prices: PriceBook;
}

/**
 * What its user was shown before the run; else what one request would have been expected to cost when the call began:
 * the input of its first request, which needs no counting any more, at the full price, with the output that an estimate
 * assumes. Worked out at the end of a run, before its line is closed, so that nothing waits for it. Null where nothing
 * was sent, the price is unknown, or the ledger cannot be read.
 */
export function estimatedCost(
  call: Call,
  attempts: readonly Attempt[],
  { history, prices }: EstimateDependencies,
): NanoDollars | null {
  if (call.estimatedNano !== undefined) return call.estimatedNano;
  const first = attempts.find(({ usage }) => usage.inputTokens > 0);
  // A preview's usage is an estimate itself.
  if (first === undefined || first.usage.source === 'assumed') return null;
  const { provider, model } = routeNamed(call, first);
  try {
    const { tokens: outputTokens } = estimateOutput({ ...call, provider, model }, history);
    const usage = {
      ...first.usage,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens,
      reasoningTokens: 0,
      source: 'assumed',
    } as const;
    return prices.cost(provider, model, usage, call.settings, call.startedAt).nano;
  } catch {
    // A ledger that cannot be read is told elsewhere, and costs nobody the answer.
    return null;
  }
}

/** The route of a call that has these names; its own where it has none. */
export function routeNamed(call: Call, named: { readonly provider: string; readonly model: string }): Route {
  const routes: readonly (Route | null)[] = [
    call,
    ...call.ladder,
    ...call.chain,
    call.downgradeTo,
    ...call.provider.models.map((model) => ({ provider: call.provider, model })),
  ];
  const isNamed = (route: Route | null) =>
    route !== null && route.provider.name === named.provider && route.model.id === named.model;
  return routes.find(isNamed) ?? call;
}
