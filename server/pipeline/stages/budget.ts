import { type BudgetState, budgetKeys } from '../../../protocol/budgets.ts';
import { type FarthingError, farthingError, toFarthingError } from '../../../protocol/errors.ts';
import { refusal, unfit, warning } from '../budget-sentences.ts';
import { cheaperRoute } from '../cheaper-route.ts';
import { decisionOf } from '../decision.ts';
import type { Budgets, Clock, PriceBook, TokenCounter, Verdict, WorstCase } from '../ports.ts';
import type { Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';
import { outputLimitOf, routesOf, subjectOf, worstCaseOf } from '../worst-case.ts';

const decision = decisionOf('budget');

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
  return {
    name: 'budget',
    optional: false,
    run: (call, next) => (isWatched(call, dependencies) ? holding(call, next, dependencies) : next(call)),
  };
}

/** A kept answer costs nothing, and neither does the simulator. */
const isWatched = (call: Call, { budgets }: Dependencies): boolean =>
  call.settings.budgetsEnabled &&
  !call.provider.simulated &&
  call.cache.mode !== 'only' &&
  budgets.watches(routesOf(call).map((route) => subjectOf(call, route)));

async function* holding(call: Call, next: Next, dependencies: Dependencies): Reply {
  let ended = false;
  try {
    yield* withinBudgets(call, next, dependencies);
    ended = true;
  } catch (thrown) {
    ended = true;
    throw thrown;
  } finally {
    // Whoever stops reading has no line closed, which alone would let go of what is held.
    if (!ended) dependencies.budgets.release(call.id);
  }
}

/** What the budgets say to a call, and the worst cases that they were asked with. */
interface Answer {
  readonly verdict: Verdict;
  readonly worstCases: readonly WorstCase[];
}

async function askFor(call: Call, dependencies: Dependencies, force: boolean): Promise<Answer> {
  const { id: callId, startedAt, onlyRefusingBudgets: onlyRefusing } = call;
  const worstCases = await Promise.all(routesOf(call).map((route) => worstCaseOf(call, route, dependencies)));
  const request = { callId, worstCases, startedAt, onlyRefusing };
  return { verdict: dependencies.budgets.reserve(request, force), worstCases };
}

async function* withinBudgets(call: Call, next: Next, dependencies: Dependencies): Reply {
  const { clock } = dependencies;
  const answer = await askFor(call, dependencies, false);
  const { verdict } = answer;
  // Only a preview gets past a budget that refuses; where a run would do with fewer models, it does, too.
  const narrower = narrowed(call, answer);
  if (passes(verdict) && narrower === null) {
    yield* notes(answer);
    return yield* next(call);
  }
  if (yield* keptAnswer(call, next)) return;
  if (narrower !== null) {
    yield narrower.decision;
    return yield* withinBudgets(narrower.call, next, dependencies);
  }
  if (verdict.kind !== 'downgrade') return yield* refuse(call, answer, clock);

  const cheaper = await cheaperRoute(call, dependencies);
  const instead =
    cheaper === null ? call : { ...call, ...cheaper, ladder: [], chain: noDearer(call, answer.worstCases) };
  const again = await askFor(instead, dependencies, true);
  if (!passes(again.verdict)) return yield* refuse(instead, again, clock);
  const why = warning(verdict.state, answer.worstCases);
  yield cheaper === null
    ? decision(
        'notDowngraded',
        `${why} No cheaper model is known, so it goes to ${call.model.id} all the same.`,
      )
    : decision(
        'downgraded',
        [
          `${why} It goes to ${cheaper.model.id} instead of ${call.model.id}.`,
          ...stillTight(again, verdict.state),
        ].join(' '),
      );
  if (cheaper !== null) yield { type: 'routed', route: cheaper };
  yield* notes(again, verdict.state);
  yield* next(instead);
}

/**
 * A call that Farthing chooses the model of may do without one that the budget counts: without those of no price, then
 * without the dearest.
 */
function narrowed(call: Call, { verdict, worstCases }: Answer): { call: Call; decision: ReplyEvent } | null {
  const state = blocking(verdict);
  if (state === null || !isHelpedByFewer(state)) return null;
  const priced = call.ladder.map((rung, index) => ({
    rung,
    nano: worstCases[index]?.nano ?? Infinity,
    isCounted: budgetKeys(state.budget, subjectOf(call, rung)).includes(state.key),
  }));
  const worst = Math.max(...priced.filter(({ isCounted }) => isCounted).map(({ nano }) => nano));
  const ladder = priced.filter(({ nano, isCounted }) => !isCounted || nano < worst).map(({ rung }) => rung);
  // It is about none of them, but about where the call would go on to.
  if (ladder.length === priced.length) return null;
  const last = ladder.at(-1);
  if (last === undefined) return null;
  const left = priced.filter(({ rung }) => !ladder.includes(rung)).map(({ rung }) => rung.model.id);
  const why = `${warning(state, worstCases)} So ${left.join(', ')} may not answer.`;
  const { provider, model } = last;
  return { call: { ...call, ladder, provider, model }, decision: decision('narrowed', why) };
}

/** However many models may be asked, it is one call; fewer help where it is counted by who answers. */
const isHelpedByFewer = ({ budget: { unit, scope } }: BudgetState): boolean =>
  unit !== 'requests' || scope === 'model' || scope === 'provider';

/** The budget that has no room; a preview is granted what a run is refused. */
function blocking(verdict: Verdict): BudgetState | null {
  if (verdict.kind === 'refused' || verdict.kind === 'downgrade') return verdict.state;
  return verdict.kind === 'granted' ? (verdict.tight.find(isRefusing) ?? null) : null;
}

const isRefusing = ({ budget: { action } }: BudgetState): boolean => action === 'refuse';

/** Where a call may go on that was to cost less: to nothing that may cost more than the model it asked for. */
const noDearer = (call: Call, [own, ...others]: readonly WorstCase[]): Call['chain'] =>
  routesOf(call)
    .slice(1)
    .filter((_, index) => {
      const nano = others[index]?.nano ?? null;
      return own?.nano == null || (nano !== null && nano <= own.nano);
    });

const passes = (verdict: Verdict): boolean =>
  verdict.kind === 'granted' || (verdict.kind === 'unkept' && verdict.budget === null);

/** Says what is near its end or not kept, but for what was said already. */
function* notes({ verdict, worstCases }: Answer, but?: BudgetState): Generator<ReplyEvent> {
  if (verdict.kind === 'unkept')
    yield decision(
      'degraded',
      'The ledger cannot be read and written now, so no budget looked at this call.',
    );
  else if (verdict.kind === 'granted')
    for (const state of verdict.tight)
      if (but === undefined || !isSame(state, but))
        yield isRefusing(state) ? notSent(state, worstCases) : decision('warned', warning(state, worstCases));
}

const isSame = (one: BudgetState, other: BudgetState): boolean =>
  one.budget.id === other.budget.id && one.key === other.key;

/** What else there is to say of a budget that has no room for the cheaper model either. */
const stillTight = ({ verdict, worstCases }: Answer, state: BudgetState): readonly string[] =>
  verdict.kind === 'granted' && verdict.tight.some((tight) => isSame(tight, state))
    ? [unfit(state, worstCases)]
    : [];

const notSent = (state: BudgetState, worstCases: readonly WorstCase[]): ReplyEvent =>
  decision('refused', `${warning(state, worstCases)} So it is not sent.`);

/** Ends the call; what was decided is said before, since a refusal is a decision like another. */
async function* refuse(call: Call, answer: Answer, clock: Clock): Reply {
  const { verdict, worstCases } = answer;
  if (verdict.kind === 'refused') yield notSent(verdict.state, worstCases);
  if (verdict.kind === 'unkept' && verdict.budget !== null)
    yield decision(
      'refused',
      `The ledger cannot be read and written now, so the budget "${verdict.budget.name}" cannot be kept and nothing is sent.`,
    );
  throw errorOf(call, answer, clock);
}

function errorOf(call: Call, { verdict, worstCases }: Answer, clock: Clock): FarthingError {
  if (verdict.kind === 'refused') {
    const { state, unpriced } = verdict;
    return refusal(state, { unpriced, worstCases, output: outputLimitOf(call), now: clock.now() });
  }
  if (verdict.kind === 'unkept' && verdict.budget !== null)
    return farthingError('budgetUnkept', { budget: verdict.budget.name }, { cause: verdict.cause });
  return farthingError('internal', {});
}

/** Passes on the answer that is kept for a call, and says whether there is one. */
async function* keptAnswer(call: Call, next: Next): AsyncGenerator<ReplyEvent, boolean> {
  if (call.cache.mode !== 'use') return false;
  const held: ReplyEvent[] = [];
  let found = false;
  try {
    for await (const event of next({ ...call, cache: { ...call.cache, mode: 'only' } })) {
      // Which model was to answer is no answer yet.
      found ||= event.type !== 'decision' && event.type !== 'routed';
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
