/** THE LIST: what happens to a call, in order. The rest of this folder is one file a line. */
import { compose } from './compose.ts';
import type { Clock, Ledger, PriceBook, ReplyStore } from './ports.ts';
import type { Next, Stage } from './stage.ts';
import { attribute } from './stages/attribute.ts';
import { exactCache } from './stages/exact-cache.ts';
import { record } from './stages/record.ts';
import { retry } from './stages/retry.ts';

/** What the stages need from outside. */
export interface PipelineDependencies {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly replies: ReplyStore;
  readonly prices: PriceBook;
  /** The login name that calls are attributed to. */
  readonly user: string;
  /** Between 0 and 1; spreads retries so that many callers do not return at one instant. */
  readonly random: () => number;
}

/** The stages in their order, with the reason where it matters. */
export function stages({ clock, ledger, replies, prices, user, random }: PipelineDependencies): Stage[] {
  return [
    // First, so that every later line knows who and what the call is for.
    attribute({ user }),
    // Around all that can answer, refuse or fail: one ledger line per call, whatever happens below.
    record({ clock, ledger }),
    // Before anything that costs money or time: the same request has the same answer.
    exactCache({ clock, replies, prices }),
    // Innermost: only faults of transport come from directly below, and each try is a leg of its own.
    retry({ clock, random }),
  ];
}

/** The whole pipeline over a provider; over the estimating provider it is the preview. */
export function pipeline(dependencies: PipelineDependencies, provider: Next): Next {
  return compose(stages(dependencies), provider);
}
