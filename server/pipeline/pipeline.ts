/** THE LIST: what happens to a call, in order. The rest of this folder is one file a line. */
import { farthingError } from '../../protocol/errors.ts';
import { createCacheKeys } from './cache-key.ts';
import { compose } from './compose.ts';
import type { Flights } from './flights.ts';
import type { Budgets, Clock, Health, Ledger, PriceBook, ReplyStore, TokenCounter } from './ports.ts';
import type { Next, Stage } from './stage.ts';
import { attribute } from './stages/attribute.ts';
import { budget } from './stages/budget.ts';
import { deadline } from './stages/deadline.ts';
import { exactCache } from './stages/exact-cache.ts';
import { fallback } from './stages/fallback.ts';
import { record } from './stages/record.ts';
import { retry } from './stages/retry.ts';
import { singleFlight } from './stages/single-flight.ts';

/** What the stages need from outside. */
export interface PipelineDependencies {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly budgets: Budgets;
  readonly replies: ReplyStore;
  /** Calls under way that identical ones can join; shared by all connections. */
  readonly flights: Flights;
  readonly health: Health;
  readonly prices: PriceBook;
  readonly counter: TokenCounter;
  /** The login name that calls are attributed to. */
  readonly user: string;
  /** Between 0 and 1; spreads retries so that many callers do not return at one instant. */
  readonly random: () => number;
}

/** The stages in their order, with the reason where it matters. */
export function stages(dependencies: PipelineDependencies): Stage[] {
  const { clock, ledger, budgets, replies, flights, health, prices, counter, user, random } = dependencies;
  const keyOf = createCacheKeys();
  return [
    // First, so that every later line knows who and what the call is for.
    attribute({ user }),
    // Around all that can answer, refuse or fail: one ledger line per call, whatever happens below.
    record({ clock, ledger, prices }),
    // Before anything that costs money. A call that it refuses may still have an answer that costs none, so it goes
    // on with the cache alone.
    budget({ clock, budgets, counter, prices }),
    // The same request has the same answer.
    exactCache({ clock, replies, prices, keyOf }),
    // After the cache, which has the answers of calls that ended; this has those of calls that did not yet.
    singleFlight({ clock, flights, keyOf }),
    // Around everything that sends, since retries and other endpoints share one time; a kept answer takes none of it.
    deadline({ clock }),
    // Around the retries, which stay at one endpoint.
    fallback({ clock, health }),
    // Innermost: only faults of transport come from directly below, and each try is a leg of its own.
    retry({ clock, health, random }),
  ];
}

/** The whole pipeline over a provider; over the estimating provider it is the preview. */
export function pipeline(dependencies: PipelineDependencies, provider: Next): Next {
  return compose(stages(dependencies), sendOnly(provider));
}

/** Whatever the stages above do or leave out: a call that may only have a kept answer is never sent. */
function sendOnly(provider: Next): Next {
  return (call) => {
    if (call.cache.mode === 'only') throw farthingError('notCached', {});
    return provider(call);
  };
}
