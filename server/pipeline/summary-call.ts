/** The call that asks for a summary: one of its own, with its own line in the ledger. */
import type { CacheMode, Message } from '../../protocol/messages.ts';
import type { NanoDollars } from '../../protocol/money.ts';
import { NO_USAGE } from '../../protocol/receipt.ts';
import { TIERS } from '../../protocol/routing.ts';
import type { SwitchableStage } from '../../protocol/switchable-stages.ts';
import { tierOf } from '../routing/tiers.ts';
import { hashText } from './hash.ts';
import type { PriceBook } from './ports.ts';
import type { Call, Route, Rung } from './stage.ts';

/** What a summary is expected to use, in tokens. */
export interface SummaryUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model that may make a summary, and what that costs; null where its price is not known. */
export interface SummaryMaker {
  readonly rung: Rung;
  readonly nano: NanoDollars | null;
}

/**
 * The models that may make a summary for a call, from the least capable tier on: those that may answer it, or those of its
 * own provider where its model is named, since its text goes nowhere that the call itself would not go. None is dearer
 * than the model that was named, and each can read all of it.
 */
export function summarisersOf(call: Call, usage: SummaryUsage, prices: PriceBook): readonly SummaryMaker[] {
  const { provider, model, ladder, settings, startedAt } = call;
  const price = (route: Route) =>
    prices.cost(route.provider, route.model, { ...NO_USAGE, ...usage }, settings, startedAt).nano;
  const total = usage.inputTokens + usage.outputTokens;
  const isLargeEnough = (route: Route) =>
    total <= (prices.contextTokens(route.provider, route.model) ?? total);
  const own = { provider, model, tier: tierOf(provider, model, settings.tiers) };
  const others = provider.models
    .filter(({ id }) => id !== model.id)
    .map((other) => ({ provider, model: other, tier: tierOf(provider, other, settings.tiers) }));
  const most = price(own);
  // Where a price is not known, nobody can say whether it is cheaper than the call's own model.
  const noDearer = others.filter((other) => {
    const nano = price(other);
    return nano !== null && most !== null && nano <= most;
  });
  return (ladder.length > 0 ? ladder : [own, ...noDearer])
    .filter(isLargeEnough)
    .toSorted((one, other) => TIERS.indexOf(one.tier) - TIERS.indexOf(other.tier))
    .map((rung) => ({ rung, nano: price(rung) }));
}

/**
 * Steps that a summary goes without. It must not be fitted itself; its length is set; and a summary says much that checks
 * of answers would take for a fault, each of which would cost a dearer one.
 */
const LEFT_OUT: readonly SwitchableStage[] = [
  'fitHistory',
  'fitContext',
  'boundOutput',
  'arrangePrefix',
  'cascade',
];

/** Of the time that the call has, a summary may take so much. */
const SHARE_OF_TIME = 0.2;

/** How a summary is asked for. */
export interface SummaryOptions {
  /** Who may make it, from the least capable tier on; at least one. */
  readonly rungs: readonly Rung[];
  readonly maxTokens: number;
  readonly cache: CacheMode;
}

/** The call for a summary: of the same user and workspace, and of no prompt file, whose past runs it would disturb. */
export function summaryCall(
  call: Call,
  messages: readonly Message[],
  { rungs, maxTokens, cache }: SummaryOptions,
): Call {
  const { estimatedNano: _ofTheCall, ...rest } = call;
  const { provider, model } = rungs.at(-1) as Rung;
  const cheapest = rungs[0] as Rung;
  const { settings } = call;
  return {
    ...rest,
    id: idFor(call),
    messages,
    provider,
    model,
    ladder: rungs.length > 1 ? rungs : [],
    // Where nobody of these can make it, the call goes on without it: that costs less than a dear one.
    chain: [],
    preference: 'frugal',
    sampling: { maxTokens },
    tools: [],
    toolChoice: null,
    responseFormat: null,
    expect: null,
    kind: 'summarise',
    attribution: { ...call.attribution, feature: 'summary', job: null },
    cache: { ...call.cache, mode: cache, why: null, version: null, promptHash: null },
    // Without Farthing there would be no such call: it claims to have saved next to nothing.
    baseline: { provider: cheapest.provider, model: cheapest.model },
    off: new Set([...call.off, ...LEFT_OUT]),
    part: null,
    prefix: null,
    hasAlternative: false,
    endsBy: null,
    settings: { ...settings, deadlineSeconds: settings.deadlineSeconds * SHARE_OF_TIME },
  };
}

/** An id in the form of all others, that does not begin like the call's own: calls are found by how their ids begin. */
const idFor = ({ id }: Call): string =>
  hashText(`summary for ${id}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** False where the user wants nothing kept and nothing kept given. A high temperature is about the answer alone. */
export const keepsSummaries = ({ cache }: Call): boolean => cache.mode !== 'bypass' || cache.why !== null;
