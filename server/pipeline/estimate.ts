/** The innermost step of a preview: the pipeline's own stages over a provider that sends nothing and only counts. */
import type { Preview, Usage } from '../../protocol/receipt.ts';
import type { Flights } from './flights.ts';
import type {
  Budgets,
  ComponentCache,
  Gates,
  Health,
  LedgerReader,
  PriceBook,
  ReplyStore,
  Router,
  TokenCounter,
} from './ports.ts';
import { schemaOf } from './schema-of.ts';
import type { Call, Next } from './stage.ts';

/** How many past runs an estimate of the output looks at. */
const PAST_RUNS = 20;

/** Output tokens that a run will probably have, and why. */
export interface OutputEstimate {
  readonly tokens: number;
  readonly basis: Preview['outputBasis'];
  readonly pastRuns: number;
}

/**
 * The median of this prompt's past runs with this model; else its own limit where that is lower than the setting's
 * assumption; else the assumption.
 */
export function estimateOutput(call: Call, ledger: Pick<LedgerReader, 'pastOutputTokens'>): OutputEstimate {
  const { job } = call.attribution;
  const limit = call.sampling.maxTokens ?? Number.POSITIVE_INFINITY;
  const past =
    job === null ? [] : ledger.pastOutputTokens(job, call.model.id, call.provider.simulated, PAST_RUNS);
  const middle = [...past].sort((a, b) => a - b)[past.length >> 1];
  if (middle !== undefined)
    return { tokens: Math.min(middle, limit), basis: 'past runs', pastRuns: past.length };
  const assumed = call.settings.assumedOutputTokens;
  return limit <= assumed
    ? { tokens: limit, basis: 'max tokens', pastRuns: 0 }
    : { tokens: assumed, basis: 'assumed', pastRuns: 0 };
}

/** What the estimating provider needs. */
export interface EstimatorDependencies {
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
  readonly ledger: LedgerReader;
}

/** A provider that answers every call with no text and the usage that a real one would probably have. */
export function estimator({ counter, prices, ledger }: EstimatorDependencies): Next {
  return async function* (call) {
    const { provider, model, settings } = call;
    const input = await counter.countMessages(model, call.messages, call.attribution.job ?? undefined);
    const tools = await counter.countTools(model, call.tools, schemaOf(call.responseFormat));
    const output = estimateOutput(call, ledger);
    const usage: Usage = {
      inputTokens: input.tokens + tools.tokens,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: output.tokens,
      reasoningTokens: 0,
      source: 'assumed',
      approximate: input.approximate || tools.approximate,
    };
    const cost = prices.cost(provider, model, usage, settings, call.startedAt);
    yield {
      type: 'attempt',
      attempt: {
        provider: provider.name,
        model: model.id,
        servedModel: null,
        outcome: 'answered',
        usage,
        cost,
        firstTextMs: null,
        totalMs: 0,
        errorCode: null,
      },
    };
    yield { type: 'end', reason: 'stop' };
  };
}

/** A ledger for previews: they leave no line. */
export const previewLedger = { open: () => undefined, close: () => undefined };

/** The cache as a preview sees it: hits are seen, nothing is stored. */
export function previewReplies(replies: ReplyStore): ReplyStore {
  return { ...replies, get: replies.peek, put: () => undefined, forget: () => false };
}

/** Components as a preview sees them: what is there is used, and nothing is stored. */
export const previewComponents = (components: ComponentCache): ComponentCache => ({
  ...components,
  put: () => undefined,
});

/** Budgets as a preview sees them: nothing is held, and a call that would be refused is estimated all the same. */
export function previewBudgets(budgets: Budgets): Budgets {
  return {
    ...budgets,
    reserve(request, force) {
      const verdict = budgets.ask(request, force);
      if (verdict.kind === 'unkept') return { ...verdict, budget: null };
      return verdict.kind === 'refused' ? { kind: 'granted', tight: [verdict.state] } : verdict;
    },
    release: () => undefined,
  };
}

/** A preview joins no call under way, and none joins it. */
export const previewFlights: Flights = { get: () => null, add: () => undefined, remove: () => undefined };

/** A preview chooses as a run does, and nothing is learnt of it. */
export const previewRouter = (router: Router): Router => ({ ...router, learn: () => undefined });

/** There is no answer to check. */
export const previewGates: Gates = {
  judge: () => Promise.resolve({ passed: true, certain: false, complaints: [], notes: [] }),
  complaint: () => ({ role: 'user', content: '' }),
};

/** Health as a preview sees it: an endpoint that is paused is estimated all the same, and nothing is learnt of it. */
export function previewHealth(health: Health): Health {
  const nothing = () => undefined;
  return { ...health, admit: () => ({ admitted: true, answering: nothing, ended: nothing }), reset: nothing };
}
