/** Runs and previews calls: the pipeline with everything it needs, for every edge alike. */
import { farthingError } from '../../protocol/errors.ts';
import { formatMoney, type NanoDollars } from '../../protocol/money.ts';
import { NO_USAGE, type Preview, type Receipt } from '../../protocol/receipt.ts';
import type { Tier } from '../../protocol/routing.ts';
import {
  estimateOutput,
  estimator,
  previewBudgets,
  previewComponents,
  previewFlights,
  previewGates,
  previewHealth,
  previewLedger,
  previewReplies,
  previewRouter,
} from '../pipeline/estimate.ts';
import { routeNamed } from '../pipeline/estimated-cost.ts';
import { type PipelineDependencies, pipeline, stages } from '../pipeline/pipeline.ts';
import type { Keys, LedgerReader } from '../pipeline/ports.ts';
import { createPrefixMemory, previewPrefixes } from '../pipeline/prefix-memory.ts';
import { createFormatMemory } from '../pipeline/response-formats.ts';
import type { Call, Next, Reply, ReplyEvent } from '../pipeline/stage.ts';
import { createWarmth, previewWarmth } from '../pipeline/warmth.ts';
import { outputLimitOf } from '../pipeline/worst-case.ts';

/** What the engine is built from. */
export interface EngineDependencies extends Omit<PipelineDependencies, 'formats' | 'prefixes' | 'warmth'> {
  readonly ledgerReader: LedgerReader;
  /** Makes the innermost step for the keys of one connection. */
  readonly provider: (keys: Keys) => Next;
}

/** A preview of a call; which variables of its prompt are missing is for its edge to say. */
export type CallPreview = Omit<Preview, 'missing'>;

/** The pipeline as edges use it. */
export interface Engine {
  /** The pipeline over the real providers, with one connection's keys. */
  runner(keys: Keys): Next;
  /** What a run would use and cost; nothing is sent or stored. */
  preview(call: Call): Promise<CallPreview>;
}

/** Builds the pipeline once for previews and once per connection for runs. */
export function createEngine(given: EngineDependencies): Engine {
  // Of providers and not of connections, so that one learns from another.
  const dependencies = {
    ...given,
    formats: createFormatMemory(),
    prefixes: createPrefixMemory(String(given.random())),
    warmth: createWarmth(given.clock),
  };
  const { prices, counter, ledgerReader, provider } = dependencies;
  const estimate = pipeline(
    {
      ...dependencies,
      ledger: previewLedger,
      budgets: previewBudgets(dependencies.budgets),
      replies: previewReplies(dependencies.replies),
      flights: previewFlights,
      health: previewHealth(dependencies.health),
      router: previewRouter(dependencies.router),
      gates: previewGates,
      // A preview shows what is likely, and tries nothing.
      random: () => 1,
      prefixes: previewPrefixes(dependencies.prefixes),
      warmth: previewWarmth(dependencies.warmth),
      components: previewComponents(dependencies.components),
    },
    estimator({ counter, prices, ledger: ledgerReader }),
  );
  const names = stages(dependencies).map(({ name }) => name);
  return {
    runner: (keys) => pipeline(dependencies, provider(keys)),
    async preview(call) {
      let againNano = 0;
      const receipt = await receiptOf(estimate(call), (event) => {
        if (event.type === 'routed') againNano = event.againNano ?? 0;
      });
      const usage = receipt.replayed ?? receipt.usage;
      const route = routeNamed(call, receipt);
      const output = estimateOutput({ ...call, ...route }, ledgerReader);
      const outputLimit = outputLimitOf(call).tokens;
      const worst = {
        ...NO_USAGE,
        inputTokens: usage.inputTokens,
        outputTokens: outputLimit,
        source: 'assumed',
      } as const;
      return {
        provider: receipt.provider,
        model: receipt.model,
        simulated: receipt.simulated,
        inputTokens: usage.inputTokens,
        approximate: usage.approximate,
        outputTokens: usage.outputTokens,
        outputBasis: output.basis,
        pastRuns: output.pastRuns,
        cost: receipt.cost,
        ...expectedOf(receipt, againNano),
        worst: {
          nano: prices.cost(route.provider, route.model, worst, call.settings, call.startedAt).nano,
          tokens: usage.inputTokens + outputLimit,
          outputTokens: outputLimit,
        },
        cached: receipt.outcome === 'cached',
        contextTokens: prices.contextTokens(route.provider, route.model),
        tier: tierNamed(call, receipt),
        stages: names,
        decisions: receipt.decisions,
        baseline: receipt.baseline,
        savedNano: receipt.savedNano,
      };
    },
  };
}

/** The tier of the model that a ladder was left with; null where the model was named. */
const tierNamed = ({ ladder }: Call, { provider, model }: Receipt): Tier | null =>
  ladder.find((rung) => rung.provider.name === provider && rung.model.id === model)?.tier ?? null;

/** What is paid on average besides the answer: for second tries, and for a summary that is made first. */
function expectedOf(
  { cost, outcome, decisions }: Receipt,
  againNano: NanoDollars,
): { readonly expectedNano?: NanoDollars } {
  const further = decisions
    .filter(({ stage, action }) => stage === 'fitHistory' && action === 'assumed')
    .reduce((sum, { savedNano = 0 }) => sum - savedNano, againNano);
  return cost.nano === null || outcome === 'cached' || further === 0
    ? {}
    : { expectedNano: cost.nano + further };
}

/** Reads a reply to its end for its receipt; `seen` gets every event. Throws the reply's error. */
export async function receiptOf(
  reply: Reply,
  seen: (event: ReplyEvent) => void = () => undefined,
): Promise<Receipt> {
  let receipt: Receipt | null = null;
  for await (const event of reply) {
    seen(event);
    if (event.type === 'receipt') receipt = event.receipt;
  }
  if (receipt === null)
    throw farthingError('internal', {}, { cause: new Error('a reply without a receipt') });
  return receipt;
}

/** One line for the log about a call that ended: no text of it, and nothing that names its content. */
export function describeReceipt(receipt: Receipt): string {
  const { callId, outcome, provider, model, usage, totalMs } = receipt;
  const tokens = `${usage.inputTokens} in, ${usage.outputTokens} out`;
  const failure = receipt.error === null ? '' : ` (${receipt.error.code})`;
  return `call ${callId} ${outcome}${failure}: ${provider}/${model}, ${tokens}, ${formatMoney(receipt.cost.nano)}, ${Math.round(totalMs)} ms`;
}
