import { type BudgetState, formatBudgetAmount } from '../../../protocol/budgets.ts';
import { type FarthingError, farthingError, toFarthingError } from '../../../protocol/errors.ts';
import type { Budgets, Clock, PriceBook, TokenCounter, Verdict, WorstCase } from '../ports.ts';
import type { Call, Next, Reply, ReplyEvent, Route, Stage } from '../stage.ts';
import { routesOf, subjectOf, worstCaseOf } from '../worst-case.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly budgets: Budgets;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
}

/**
 * Holds the worst case of a call in every budget that counts it, before anything is sent; closing its ledger line turns
 * that into what it cost. Where a budget has no room, a kept answer still costs nothing and is given; else a call under a
 * budget that downgrades goes to a cheaper model, and one under a budget that refuses ends here. Simulated calls cost
 * nothing and count nowhere. Stores reservations.
 */
export function budget(dependencies: Dependencies): Stage {
  const { clock, budgets } = dependencies;
  const ask = async (call: Call, force: boolean): Promise<Verdict> => {
    const { id: callId, startedAt, onlyRefusingBudgets: onlyRefusing } = call;
    const worstCases = await worstCasesOf(call, dependencies);
    return budgets.reserve({ callId, worstCases, startedAt, onlyRefusing }, force);
  };

  return {
    name: 'budget',
    optional: false,
    async *run(call, next): Reply {
      const subjects = routesOf(call).map((route) => subjectOf(call, route));
      if (!countsAtAll(call) || !budgets.watches(subjects)) return yield* next(call);
      const verdict = await ask(call, false);
      if (verdict.kind === 'granted') {
        for (const state of verdict.tight) yield decision('warned', warning(state));
        return yield* next(call);
      }
      if (yield* keptAnswer(call, next)) return;
      if (verdict.kind === 'refused') throw refusal(verdict.state, verdict.unpriced, call, clock);
      const cheaper = await cheaperThan(call, dependencies);
      const instead = cheaper === null ? call : { ...call, ...cheaper };
      const again = await ask(instead, true);
      if (again.kind === 'refused') throw refusal(again.state, again.unpriced, instead, clock);
      const { model } = instead;
      yield cheaper === null
        ? decision(
            'notDowngraded',
            `${warning(verdict.state)} No cheaper model is configured, so it goes to ${model.id} all the same.`,
          )
        : decision(
            'downgraded',
            `${warning(verdict.state)} It goes to ${model.id} instead of ${call.model.id}.`,
          );
      yield* next(instead);
    },
  };
}

/** A kept answer costs nothing, and neither does the simulator. */
const countsAtAll = ({ settings, provider, cache }: Call): boolean =>
  settings.budgetsEnabled && !provider.simulated && cache.mode !== 'only';

const worstCasesOf = (call: Call, dependencies: Dependencies): Promise<readonly WorstCase[]> =>
  Promise.all(routesOf(call).map((route) => worstCaseOf(call, route, dependencies)));

/** Passes on the answer that is kept for a call, and says whether there is one. */
async function* keptAnswer(call: Call, next: Next): AsyncGenerator<ReplyEvent, boolean> {
  if (call.cache.mode !== 'use') return false;
  const held: ReplyEvent[] = [];
  let found = false;
  try {
    for await (const event of next({ ...call, cache: { ...call.cache, mode: 'only' } })) {
      found ||= event.type !== 'decision';
      if (!found) held.push(event);
      else {
        yield* held.splice(0);
        yield event;
      }
    }
  } catch (thrown) {
    // What was found may still be cancelled, or break off with the call that it is shared with.
    if (found || toFarthingError(thrown).code !== 'notCached') throw thrown;
  }
  return found;
}

/**
 * The model that a call goes to when a budget downgrades: the setting's, else the cheapest of the same provider, whose
 * key is there; null where none is known to be cheaper and large enough.
 */
async function cheaperThan(call: Call, dependencies: Dependencies): Promise<Route | null> {
  const { provider, downgradeTo } = call;
  const candidates: readonly Route[] =
    downgradeTo === null ? provider.models.map((model) => ({ provider, model })) : [downgradeTo];
  const own = await worstCaseOf(call, call, dependencies);
  const priced = await Promise.all(
    candidates.map(async (route) => ({ route, ...(await worstCaseOf(call, route, dependencies)) })),
  );
  const cheaper = priced
    .filter(({ nano }) => nano !== null && (own.nano === null || nano < own.nano))
    .filter(
      ({ route, tokens }) =>
        tokens <= (dependencies.prices.contextTokens(route.provider, route.model) ?? tokens),
    )
    .sort((one, other) => (one.nano ?? 0) - (other.nano ?? 0));
  return cheaper[0]?.route ?? null;
}

function refusal(
  { budget: refusing, key, used, reserved, windowEnd }: BudgetState,
  unpriced: boolean,
  call: Call,
  clock: Clock,
): FarthingError {
  const { name, unit, limit, window, timeZone } = refusing;
  const shown = key === '' || refusing.value !== null ? name : `${name}: ${key}`;
  if (unpriced) return farthingError('unpricedBudget', { budget: shown, model: call.model.id });
  if (unit !== 'money' && window === 'minute')
    return farthingError('overRate', {
      budget: shown,
      limit: formatBudgetAmount(unit, limit),
      window,
      seconds: Math.max(1, Math.ceil((windowEnd - clock.now()) / 1000)),
    });
  return farthingError('overBudget', {
    budget: shown,
    used: formatBudgetAmount(unit, used + reserved),
    limit: formatBudgetAmount(unit, limit),
    until: new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(
      windowEnd,
    ),
  });
}

function warning({ budget: { name, unit, limit }, used, reserved }: BudgetState): string {
  const amount = formatBudgetAmount(unit, used + reserved);
  return `The budget "${name}" has no room for the worst case of this call (${amount} of ${formatBudgetAmount(unit, limit)} used or held).`;
}

const decision = (action: string, why: string): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'budget', action, why },
});
