/** THE LIST: what happens to a call, in order. The rest of this folder is one file a line. */
import { farthingError } from '../../protocol/errors.ts';
import { createCacheKeys } from './cache-key.ts';
import { compose } from './compose.ts';
import type { Flights } from './flights.ts';
import type {
  Budgets,
  Clock,
  ComponentCache,
  Compressor,
  Gates,
  Health,
  Ledger,
  LedgerReader,
  PriceBook,
  ReplyStore,
  Router,
  TokenCounter,
} from './ports.ts';
import type { PrefixMemory } from './prefix-memory.ts';
import type { FormatMemory } from './response-formats.ts';
import type { Next, Stage } from './stage.ts';
import { arrangePrefix } from './stages/arrange-prefix.ts';
import { attribute } from './stages/attribute.ts';
import { boundOutput } from './stages/bound-output.ts';
import { budget } from './stages/budget.ts';
import { cascade } from './stages/cascade.ts';
import { compress } from './stages/compress.ts';
import { deadline } from './stages/deadline.ts';
import { exactCache } from './stages/exact-cache.ts';
import { fallback } from './stages/fallback.ts';
import { fitContext } from './stages/fit-context.ts';
import { fitHistory } from './stages/fit-history.ts';
import { record } from './stages/record.ts';
import { retry } from './stages/retry.ts';
import { route } from './stages/route.ts';
import { singleFlight } from './stages/single-flight.ts';
import type { Warmth } from './warmth.ts';

/** What the stages need from outside. */
export interface PipelineDependencies {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** What past runs of a prompt had as output, which estimates rest on. */
  readonly ledgerReader: Pick<LedgerReader, 'pastOutputTokens' | 'pastStarts'>;
  readonly budgets: Budgets;
  readonly replies: ReplyStore;
  /** Calls under way that identical ones can join; shared by all connections. */
  readonly flights: Flights;
  readonly health: Health;
  readonly router: Router;
  readonly gates: Gates;
  /** Which models refused which form of the answer. */
  readonly formats: FormatMemory;
  /** What was learnt of prefix caches. */
  readonly prefixes: PrefixMemory;
  /** Where prefixes are probably still in a provider's cache. */
  readonly warmth: Warmth;
  /** Parts of calls that are dear to make again, such as summaries. */
  readonly components: ComponentCache;
  /** The lossless rules of prompts. */
  readonly compressor: Compressor;
  readonly prices: PriceBook;
  readonly counter: TokenCounter;
  /** The login name that calls are attributed to. */
  readonly user: string;
  /** Between 0 and 1; spreads retries so that many callers do not return at one instant. */
  readonly random: () => number;
}

/**
 * The stages in their order, with the reason where it matters. `ask` is the whole pipeline that they are a part of, for a
 * stage that needs an answer of its own; a list that is only looked at has none.
 */
export function stages(dependencies: PipelineDependencies, ask: Next = notAsked): Stage[] {
  const {
    clock,
    ledger,
    ledgerReader,
    budgets,
    replies,
    flights,
    health,
    router,
    gates,
    formats,
    prefixes,
    warmth,
    components,
    compressor,
    prices,
    counter,
    user,
    random,
  } = dependencies;
  const keyOf = createCacheKeys();
  return [
    // First, so that every later line knows who and what the call is for.
    attribute({ user }),
    // Around all that can answer, refuse or fail: one ledger line per call, whatever happens below.
    record({ clock, ledger, prices, history: ledgerReader }),
    // Before anything that costs money. A call that it refuses may still have an answer that costs none, so it goes
    // on with the cache alone.
    budget({ clock, budgets, counter, prices }),
    // The same request has the same answer.
    exactCache({ clock, replies, prices, keyOf }),
    // After the cache, which has the answers of calls that ended; this has those of calls that did not yet.
    singleFlight({ clock, flights, keyOf }),
    // Around everything that sends, since retries and other endpoints share one time; a kept answer takes none of it.
    deadline({ clock }),
    // Below the cache, which knows a request by what was asked; first, so that context of turns that go is not fitted.
    fitHistory({ clock, compressor, counter, prices, components, ask }),
    // Below the cache, too; whatever is sent has the same context.
    fitContext({ clock, compressor, counter, prices, prefixes }),
    // After what leaves out, so that nothing is looked through that is not sent.
    compress({ clock, compressor, counter, prices, prefixes, warmth }),
    // After what changes the prompt, and around the choice of the model: the rest of an answer is a call like the first.
    boundOutput({ ledger: ledgerReader, formats }),
    // After all that changes the prompt, since that would move what is marked.
    arrangePrefix({ ledger: ledgerReader, counter, prices, prefixes }),
    // After all that changes the request, since that is what it prices; everything below is about one model.
    route({ warmth, health, router, prices, counter, formats, history: ledgerReader, random }),
    // Around what sends: an answer that does not pass is asked for again, of the next model.
    cascade({ gates, router }),
    // Around the retries, which stay at one endpoint.
    fallback({ clock, health }),
    // Innermost: only faults of transport come from directly below, and each try is a leg of its own.
    retry({ clock, health, random }),
  ];
}

/** The whole pipeline over a provider; over the estimating provider it is the preview. */
export function pipeline(dependencies: PipelineDependencies, provider: Next): Next {
  const run: Next = compose(
    stages(dependencies, (call) => run(call)),
    sendOnly(provider),
  );
  return run;
}

function notAsked(): never {
  throw farthingError('internal', {}, { cause: new Error('stages that are no pipeline') });
}

/** Whatever the stages above do or leave out: a call that may only have a kept answer is never sent. */
function sendOnly(provider: Next): Next {
  return (call) => {
    if (call.cache.mode === 'only') throw farthingError('notCached', {});
    return provider(call);
  };
}
