/** The most that a call can use, on each of the ways that it may go. */
import { type Budget, type BudgetSubject, budgetKeys } from '../../protocol/budgets.ts';
import { NO_USAGE, type Usage } from '../../protocol/receipt.ts';
import { notedAttribution } from './attribution.ts';
import type { PriceBook, TokenCounter, WorstCase } from './ports.ts';
import { schemaOf } from './schema-of.ts';
import type { Call, Route } from './stage.ts';

/** The models that may answer a call: its own, then those that it goes on to, never from real money to simulated. */
export const routesOf = ({ provider, model, ladder, chain, off }: Call): readonly Route[] => [
  ...(ladder.length > 0 ? ladder : [{ provider, model }]),
  // A rung that is in the chain too is asked no more often.
  ...(off.has('fallback') ? [] : chain).filter(
    (route) => route.provider.simulated === provider.simulated && !isRungOf(ladder, route),
  ),
];

const isRungOf = (ladder: Call['ladder'], { provider, model }: Route): boolean =>
  ladder.some((rung) => rung.provider === provider && rung.model === model);

/** A call at one of its models, as budgets see it. */
export function subjectOf(call: Call, { provider, model }: Route): BudgetSubject {
  const { workspace, feature, user, job, tags } = notedAttribution(call);
  return { workspace, feature, user, job, tags, provider: provider.name, model: model.id };
}

/**
 * All input at the full price, and all output that the call may have: its own limit, else the setting
 * `farthing.budgets.outputTokens`. What a provider has cached or what a retry pays twice is not foreseen.
 */
export async function worstCaseOf(
  call: Call,
  route: Route,
  { counter, prices }: { readonly counter: TokenCounter; readonly prices: PriceBook },
): Promise<WorstCase> {
  const { provider, model } = route;
  const usage = await worstUsage(call, route, counter);
  return {
    subject: subjectOf(call, route),
    nano: prices.cost(provider, model, usage, call.settings, call.startedAt).nano,
    tokens: usage.inputTokens + usage.outputTokens,
    isRung: isRungOf(call.ladder, route),
  };
}

/** The most output that is held for a call. */
export interface OutputLimit {
  readonly tokens: number;
  /** True where the call has no limit of its own. */
  readonly isAssumed: boolean;
}

/** A call's own limit, else the setting `farthing.budgets.outputTokens`. */
export const outputLimitOf = ({ sampling: { maxTokens }, settings }: Call): OutputLimit => ({
  tokens: maxTokens ?? settings.budgetOutputTokens,
  isAssumed: maxTokens === undefined,
});

/** What a call may take of a key of a budget, in the budget's unit. */
export interface WorstAmount {
  /** The most of the ways whose cost is known. */
  readonly amount: number;
  /** False where one of the ways has no price. */
  readonly isKnown: boolean;
}

/** What a call may take of each key of a budget. */
export function worstAmounts(
  budget: Budget,
  worstCases: readonly WorstCase[],
): ReadonlyMap<string, WorstAmount> {
  const ways = new Map<string, { readonly rungs: number[]; readonly others: number[]; isKnown: boolean }>();
  for (const { subject, nano, tokens, isRung } of worstCases)
    for (const key of budgetKeys(budget, subject)) {
      const known = ways.get(key) ?? { rungs: [], others: [], isKnown: true };
      ways.set(key, known);
      const amount = { money: nano, requests: 1, tokens }[budget.unit];
      known.isKnown &&= amount !== null;
      // However often it is sent, it is one call.
      (isRung && budget.unit !== 'requests' ? known.rungs : known.others).push(amount ?? 0);
    }
  return new Map(
    [...ways].map(([key, { rungs, others, isKnown }]) => [key, { amount: mostOf(rungs, others), isKnown }]),
  );
}

/** Every rung of a ladder may be paid for one after the other, and another model in the place of one that fails. */
function mostOf(rungs: readonly number[], others: readonly number[]): number {
  const other = Math.max(0, ...others);
  const all = rungs.reduce((sum, amount) => sum + amount, 0);
  return rungs.length === 0 ? other : Math.max(all, all - Math.min(...rungs) + other);
}

async function worstUsage(call: Call, { model }: Route, counter: TokenCounter): Promise<Usage> {
  const { messages, tools, responseFormat } = call;
  const [text, added] = await Promise.all([
    counter.countMessages(model, messages),
    counter.countTools(model, tools, schemaOf(responseFormat)),
  ]);
  return {
    ...NO_USAGE,
    inputTokens: text.tokens + added.tokens,
    outputTokens: outputLimitOf(call).tokens,
    source: 'assumed',
  };
}
