/** Where a call goes that a budget downgrades. */
import type { PriceBook, TokenCounter } from './ports.ts';
import type { Call, Route } from './stage.ts';
import { worstCaseOf } from './worst-case.ts';

/**
 * The setting's model, else the cheapest of the call's own provider, whose key is there; null where none is known to be
 * cheaper and large enough. Never from real money to simulated: that would be no answer.
 */
export async function cheaperRoute(
  call: Call,
  dependencies: { readonly counter: TokenCounter; readonly prices: PriceBook },
): Promise<Route | null> {
  const { provider, downgradeTo } = call;
  const candidates: readonly Route[] =
    downgradeTo === null ? provider.models.map((model) => ({ provider, model })) : [downgradeTo];
  const own = await worstCaseOf(call, call, dependencies);
  const priced = await Promise.all(
    candidates.map(async (route) => ({ route, ...(await worstCaseOf(call, route, dependencies)) })),
  );
  const isLargeEnough = ({ provider, model }: Route, tokens: number) =>
    tokens <= (dependencies.prices.contextTokens(provider, model) ?? tokens);
  const cheaper = priced
    .filter(({ route }) => route.provider.simulated === provider.simulated)
    .filter(({ nano }) => nano !== null && (own.nano === null || nano < own.nano))
    .filter(({ route, tokens }) => isLargeEnough(route, tokens))
    .sort((one, other) => (one.nano ?? 0) - (other.nano ?? 0));
  return cheaper[0]?.route ?? null;
}
