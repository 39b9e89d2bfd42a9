import { formatMoney, type NanoDollars } from '../../../protocol/money.ts';
import { NO_USAGE } from '../../../protocol/receipt.ts';
import type { Ability } from '../../../protocol/settings.ts';
import { type Candidate, choose, expectedCost, isAbove, unknown } from '../choose-rung.ts';
import { estimateOutput } from '../estimate.ts';
import { withTakenTemperature } from '../own-temperature.ts';
import { placeOf } from '../place.ts';
import type { Health, Judgement, LedgerReader, PriceBook, Router, TokenCounter } from '../ports.ts';
import { type FormatMemory, missingAbilities } from '../response-formats.ts';
import { schemaOf } from '../schema-of.ts';
import type { Call, Reply, ReplyEvent, Rung, Stage } from '../stage.ts';
import type { Warmth } from '../warmth.ts';

interface Dependencies {
  readonly warmth: Warmth;
  readonly health: Health;
  readonly router: Router;
  readonly prices: PriceBook;
  readonly counter: TokenCounter;
  /** Who refused what. */
  readonly formats: FormatMemory;
  readonly history: Pick<LedgerReader, 'pastOutputTokens'>;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** Which share of the calls a model gets that might do and of which too little is known: nothing is learnt otherwise. */
const TRIED_SHARE = 0.05;
const TRIED =
  ' It would do by what is believed, which is little: one call in twenty is given to such a model, to learn.';

/**
 * Chooses the first model of a call that names none: the cheapest that is likely enough to do, and where that is
 * uncertain one tier up (a standard deviation is taken off what is believed). Cheap is what is expected to be paid in
 * all: an answer that does not pass is paid for and asked for again one rung up, so that starting cheap must pay. Leaves
 * out models whose context window is too small and, where there are others, those that do not take the call's tools or
 * its form of the answer, and endpoints that are paused. The rungs above the chosen one are left to the stages below.
 * Stores nothing; remembers in memory where prefixes are warm.
 */
export function route(dependencies: Dependencies): Stage {
  const { warmth } = dependencies;
  return {
    name: 'route',
    optional: false,
    switch: 'route',
    async *run(call, next): Reply {
      // What may only have a kept answer is not sent.
      if (call.ladder.length === 0 || call.cache.mode === 'only') return yield* next(call);
      const judgement = dependencies.router.judge(call);
      const { candidates, leftOut } = await candidatesOf(call, judgement, warmth, dependencies);
      const likely = choose(candidates, call.preference);
      const tried = dependencies.random() < TRIED_SHARE ? unknown(likely, candidates, call.preference) : null;
      const chosen = tried ?? likely;
      const { provider, model } = chosen.rung;
      const others = candidates.map(({ rung }) => rung).filter((rung) => rung !== chosen.rung);
      const above = others.filter((rung) => isAbove(rung, chosen.rung));
      yield decision(
        'routed',
        reasonsOf(chosen, candidates, judgement, tried !== null),
        savedBy(chosen, candidates),
      );
      if (leftOut !== null) yield decision('leftOut', leftOut, 0);
      yield { type: 'routed', route: chosen.rung, ...againOf(call, chosen, candidates) };
      const there = withTakenTemperature({ ...call, provider, model });
      if (there.sampling !== call.sampling)
        yield decision('adjusted', `${model.id} takes no temperature but its own, so none is sent.`, 0);
      const routed = {
        ...there,
        ladder: above,
        chain: [...inNeed(others, chosen.rung), ...call.chain],
      };
      for await (const event of next(routed)) {
        if (event.type === 'attempt') warmth.heard(call, event.attempt);
        yield event;
      }
    },
  };
}

/** Where the call goes when its model cannot be reached: to its likes, then to better ones, then to the best of the rest. */
const inNeed = (others: readonly Rung[], chosen: Rung): readonly Rung[] => [
  ...others.filter(({ tier }) => tier === chosen.tier),
  ...others.filter((rung) => isAbove(rung, chosen)),
  ...others.filter((rung) => isAbove(chosen, rung)).reverse(),
];

/** The models that can take the call, in the order of the ladder. Where none can, all: the provider says what is wrong. */
async function candidatesOf(
  call: Call,
  judgement: Judgement,
  warmth: Warmth,
  { counter, health, prices, history, formats }: Dependencies,
): Promise<{ readonly candidates: readonly Candidate[]; readonly leftOut: string | null }> {
  // As the last of them counts: the others' tokenizers differ by a few in a hundred, which changes no choice.
  const [input, tools] = await Promise.all([
    counter.countMessages(call.model, call.messages, call.attribution.job ?? undefined),
    counter.countTools(call.model, call.tools, schemaOf(call.responseFormat)),
  ]);
  const inputTokens = input.tokens + tools.tokens;
  const all = call.ladder.map((rung) => {
    const { provider, model } = rung;
    const outputTokens = estimateOutput({ ...call, provider, model }, history).tokens;
    const cachedInputTokens = warmth.cachedTokens(call, rung, inputTokens);
    const usage = { ...NO_USAGE, inputTokens, cachedInputTokens, outputTokens };
    const { nano } = prices.cost(provider, model, usage, call.settings, call.startedAt);
    const window = prices.contextTokens(provider, model);
    return {
      candidate: { rung, belief: judgement.of(rung), nano },
      fits: window === null || inputTokens + outputTokens <= window,
      missing: missingAbilities(call, rung, formats),
      isPaused: health.of(provider.baseUrl).circuit === 'open',
    };
  });
  const taking = all.filter(({ missing }) => missing.length === 0);
  const able = taking.length > 0 ? taking : all;
  const fitting = able.filter(({ fits }) => fits);
  const well = fitting.filter(({ isPaused }) => !isPaused);
  const usable = well.length > 0 ? well : fitting.length > 0 ? fitting : able;
  const unable = all.filter((one) => !able.includes(one));
  return {
    candidates: usable.map(({ candidate }) => candidate),
    leftOut: unable.length === 0 ? null : leftOutText(unable),
  };
}

const MISSING: Readonly<Record<Ability, string>> = { tools: 'tools', schema: 'form of the answer' };

/** Why models are not asked that could have been. */
function leftOutText(
  unable: readonly { readonly candidate: Candidate; readonly missing: readonly Ability[] }[],
): string {
  const names = unable.map(
    ({ candidate, missing }) =>
      `${placeOf(candidate.rung)}, which takes no ${missing.map((ability) => MISSING[ability]).join(' and no ')}`,
  );
  return `Not asked: ${names.join('; ')}.`;
}

/** Less than the most capable model costs, which would be asked without a choice; what may be asked again counts. */
function savedBy(chosen: Candidate, candidates: readonly Candidate[]): NanoDollars {
  const most = candidates.at(-1)?.nano ?? null;
  const nano = expectedCost(chosen, candidates);
  return nano === null || most === null ? 0 : Math.round(most - nano);
}

function reasonsOf(
  chosen: Candidate,
  candidates: readonly Candidate[],
  { reasons }: Judgement,
  isTried: boolean,
): string {
  const { rung, belief } = chosen;
  const likely = `${Math.round(belief.probability * 100)} %`;
  const basis =
    belief.seen === 0
      ? 'by its tier and the words, since no answer of it to such a call is known yet'
      : `by ${belief.seen} ${belief.seen === 1 ? 'answer' : 'answers'} to such calls`;
  const looks = reasons.length === 0 ? '' : ` This call: ${reasons.join(', ')}.`;
  const others =
    candidates.length === 1 ? 'the only one that can take the call' : `of ${candidates.length} models`;
  return `${placeOf(rung)} (${rung.tier}) is asked, ${others}, ${costOf(chosen, candidates)}: it will do with ${likely}, ${basis}.${looks}${isTried ? TRIED : ''}`;
}

/** Nothing is asked for again where nothing is checked. */
function againOf(
  call: Call,
  chosen: Candidate,
  candidates: readonly Candidate[],
): { readonly againNano?: NanoDollars } {
  const inAll = expectedCost(chosen, candidates);
  const againNano = inAll === null || chosen.nano === null ? 0 : Math.round(inAll - chosen.nano);
  return againNano <= 0 || call.off.has('cascade') ? {} : { againNano };
}

/** What the answer costs, and what is paid on average where one that does not pass is asked for again. */
function costOf(chosen: Candidate, candidates: readonly Candidate[]): string {
  if (chosen.nano === null) return 'at an unknown price';
  const [once, inAll] = [chosen.nano, expectedCost(chosen, candidates) ?? chosen.nano].map((nano) =>
    formatMoney(Math.round(nano)),
  );
  return once === inAll ? `for about ${once}` : `for about ${once}, or ${inAll} with what may be asked again`;
}

const decision = (action: string, why: string, savedNano: NanoDollars): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'route', action, why, ...(savedNano > 0 ? { savedNano } : {}) },
});
