/** Runs and previews calls: the pipeline with everything it needs, for every edge alike. */
import { farthingError } from '../../protocol/errors.ts';
import { formatMoney } from '../../protocol/money.ts';
import type { Preview, Receipt } from '../../protocol/receipt.ts';
import {
  estimateOutput,
  estimator,
  previewBudgets,
  previewFlights,
  previewHealth,
  previewLedger,
  previewReplies,
} from '../pipeline/estimate.ts';
import { type PipelineDependencies, pipeline } from '../pipeline/pipeline.ts';
import type { Keys, LedgerReader } from '../pipeline/ports.ts';
import type { Call, Next, Reply } from '../pipeline/stage.ts';

/** What the engine is built from. */
export interface EngineDependencies extends PipelineDependencies {
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
export function createEngine(dependencies: EngineDependencies): Engine {
  const { prices, counter, ledgerReader, provider } = dependencies;
  const estimate = pipeline(
    {
      ...dependencies,
      ledger: previewLedger,
      budgets: previewBudgets(dependencies.budgets),
      replies: previewReplies(dependencies.replies),
      flights: previewFlights,
      health: previewHealth(dependencies.health),
    },
    estimator({ counter, prices, ledger: ledgerReader }),
  );
  return {
    runner: (keys) => pipeline(dependencies, provider(keys)),
    async preview(call) {
      const receipt = await receiptOf(estimate(call));
      const usage = receipt.replayed ?? receipt.usage;
      const output = estimateOutput(call, ledgerReader);
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
        cached: receipt.outcome === 'cached',
        contextTokens: prices.contextTokens(call.provider, call.model),
      };
    },
  };
}

/** Reads a reply to its end for its receipt. Throws the reply's error. */
export async function receiptOf(reply: Reply): Promise<Receipt> {
  let receipt: Receipt | null = null;
  for await (const event of reply) if (event.type === 'receipt') receipt = event.receipt;
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
