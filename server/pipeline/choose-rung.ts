/** Which rung of a ladder is asked first, by what is believed of each and what it costs. */
import type { NanoDollars } from '../../protocol/money.ts';
import { type Preference, TIERS } from '../../protocol/routing.ts';
import type { Expectation } from './ports.ts';
import type { Rung } from './stage.ts';

/** A rung with what is known of it for one call. */
export interface Candidate {
  readonly rung: Rung;
  readonly belief: Expectation;
  /** What its answer will probably cost; null where its price is unknown. */
  readonly nano: NanoDollars | null;
}

/** How likely a good answer has to be, at least, for a model to be asked first. */
const ENOUGH: Readonly<Record<Preference, number>> = { frugal: 0.5, balanced: 0.65, best: 0.85 };

/** Of a model that gave so few answers to such calls little is known. */
const FEW = 20;

/** True for a rung of a higher tier. */
export const isAbove = (one: Rung, other: Rung): boolean =>
  TIERS.indexOf(one.tier) > TIERS.indexOf(other.tier);

/** The cheapest plan of those that begin with a model that is likely enough to do; else the likeliest model. */
export function choose(candidates: readonly Candidate[], preference: Preference): Candidate {
  const cautious = ({ belief: { probability, deviation } }: Candidate) => probability - deviation;
  const enough = candidates.filter((candidate) => cautious(candidate) >= ENOUGH[preference]);
  const plansOf = (some: readonly Candidate[]) =>
    some
      .map((candidate) => ({ candidate, nano: expectedCost(candidate, candidates) }))
      .filter(({ nano }) => !isDearer(nano, candidates));
  // What has no price is no bargain; among those the least capable is meant.
  const cheapest = plansOf(enough).sort((one, other) => (one.nano ?? Infinity) - (other.nano ?? Infinity));
  const likeliest = plansOf(candidates).sort(
    (one, other) => cautious(other.candidate) - cautious(one.candidate),
  );
  return (cheapest[0] ?? likeliest[0])?.candidate as Candidate;
}

/** A cheaper model than the chosen one that may well do, of which little is known; never for who wants the best. */
export function unknown(
  chosen: Candidate,
  candidates: readonly Candidate[],
  preference: Preference,
): Candidate | null {
  const cheaper = candidates.filter(
    ({ belief: { probability, seen }, nano }) =>
      probability >= ENOUGH[preference] && seen < FEW && nano !== null && nano < (chosen.nano ?? 0),
  );
  return preference === 'best' ? null : (cheaper.at(-1) ?? null);
}

/** Choosing must not make a call dearer than not to choose, which is to ask the most capable model. */
const isDearer = (nano: NanoDollars | null, candidates: readonly Candidate[]): boolean => {
  const most = candidates.at(-1)?.nano ?? null;
  return most !== null && nano !== null && nano > most;
};

/** What is paid in the end if the answer is asked for again one rung up where it does not do; null where unknown. */
export function expectedCost(
  { rung, belief, nano }: Candidate,
  candidates: readonly Candidate[],
): NanoDollars | null {
  const above = candidates.find((candidate) => isAbove(candidate.rung, rung));
  if (nano === null || above === undefined) return nano;
  const rest = expectedCost(above, candidates);
  return rest === null ? nano : nano + (1 - belief.probability) * rest;
}
