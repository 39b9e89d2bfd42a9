/** The ledger in plain memory, for tests of what stands on it. */
import { ERROR_CALLS, estimateError, medianError } from '../../protocol/estimate-error.ts';
import type { CallDetails, CallEstimate, CallLine, ModelSpend, Totals } from '../../protocol/messages.ts';
import { addMoney } from '../../protocol/money.ts';
import { promptName } from '../../protocol/prompt-name.ts';
import { NO_USAGE, type Outcome, type Receipt } from '../../protocol/receipt.ts';
import type { Ledger, LedgerReader, OpenedCall } from '../../server/pipeline/ports.ts';
import type { Attempt } from '../../server/pipeline/stage.ts';
import { assertSum } from '../../server/storage/ledger-writer.ts';

/** One call as it was given to the ledger; `receipt` is null while it runs. */
export interface MemoryLine {
  readonly call: OpenedCall;
  readonly receipt: Receipt | null;
  readonly attempts: readonly Attempt[];
}

/** A ledger whose lines can be looked at. */
export interface MemoryLedger extends Ledger, LedgerReader {
  /** Every line, oldest first. */
  lines(): readonly MemoryLine[];
}

/** Makes an empty ledger. */
export function createMemoryLedger(): MemoryLedger {
  const lines = new Map<string, MemoryLine>();
  const since = (start: number) => [...lines.values()].filter(({ call }) => call.startedAt >= start);
  const newestFirst = () => [...lines.values()].reverse();

  return {
    lines: () => [...lines.values()],
    open(call) {
      if (!lines.has(call.callId)) lines.set(call.callId, { call, receipt: null, attempts: [] });
    },
    close(call, receipt, attempts) {
      assertSum(receipt, attempts);
      const line = lines.get(call.callId);
      // What a call began with stays, and so does its first ending.
      if (line === undefined || line.receipt === null)
        lines.set(call.callId, { call: line?.call ?? call, receipt, attempts });
    },
    totals(start) {
      const of = (simulated: boolean) =>
        sums(
          since(start)
            .map(asCallLine)
            .filter((line) => line.simulated === simulated),
        );
      return { real: of(false), simulated: of(true) };
    },
    spendByModel(start) {
      const groups = Map.groupBy(since(start).map(asCallLine), (line) =>
        JSON.stringify([line.simulated, line.provider, line.model]),
      );
      return [...groups.values()].flatMap(modelSpend).sort(bySpend);
    },
    recent: (limit) =>
      newestFirst()
        .slice(0, Math.max(0, Math.min(50, limit)))
        .map(asCallLine),
    pastOutputTokens: (job, model, simulated, limit) =>
      newestFirst()
        .filter(({ call }) => call.attribution.job === job)
        .map(asCallLine)
        .filter((line) => line.outcome === 'answered' && line.model === model && line.simulated === simulated)
        .slice(0, limit)
        .map((line) => line.outputTokens),
    pastInputTokens: (job, model, simulated, limit) =>
      newestFirst()
        .filter(({ call }) => call.attribution.job === job)
        .map(asCallLine)
        .filter((line) => line.outcome === 'answered' && line.model === model && line.simulated === simulated)
        .slice(0, limit)
        .map((line) => line.inputTokens),
    pastStarts: ({ job, provider, model, simulated }, start, limit) =>
      newestFirst()
        .filter(({ call }) => call.attribution.job === job && call.startedAt >= start)
        .map(asCallLine)
        .filter((line) => line.outcome === 'answered' && line.provider === provider)
        .filter((line) => line.model === model && line.simulated === simulated)
        .slice(0, Math.max(0, Math.min(50, limit)))
        .map((line) => line.startedAt),
    call: (callId) => details(lines.get(callId), newestFirst()),
    find(beginning) {
      const found = [...lines.keys()].filter((callId) => callId.startsWith(beginning)).sort();
      return { calls: found.length, callId: found[0] ?? null };
    },
  };
}

function details(line: MemoryLine | undefined, newestFirst: readonly MemoryLine[]): CallDetails | null {
  if (line === undefined) return null;
  const { user, branch, tags } = line.call.attribution;
  const { baseline = null, decisions = [] } = line.receipt ?? {};
  return {
    line: asCallLine(line),
    user,
    branch,
    tags,
    baseline,
    estimate: estimateOf(line, newestFirst),
    attempts: line.attempts,
    decisions,
  };
}

function estimateOf({ receipt }: MemoryLine, newestFirst: readonly MemoryLine[]): CallEstimate | null {
  const nano = receipt?.estimatedNano ?? null;
  if (nano === null) return null;
  const errors = newestFirst
    .filter((line) => line.receipt?.outcome === 'answered' && line.receipt.simulated === receipt?.simulated)
    .map(({ receipt: other }) =>
      other === null || other.estimatedNano === null
        ? null
        : estimateError(other.estimatedNano, other.cost.nano),
    )
    .filter((error) => error !== null)
    .slice(0, ERROR_CALLS);
  return { nano, calls: errors.length, medianError: medianError(errors) };
}

function asCallLine({ call, receipt }: MemoryLine): CallLine {
  const usage = receipt?.usage ?? NO_USAGE;
  return {
    callId: call.callId,
    startedAt: call.startedAt,
    feature: call.attribution.feature,
    prompt: promptName(call.attribution.job),
    workspace: call.attribution.workspace,
    provider: receipt?.provider ?? call.provider,
    model: receipt?.model ?? call.model,
    simulated: receipt?.simulated ?? call.simulated,
    outcome: receipt?.outcome ?? 'running',
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    approximate: usage.approximate,
    counted: usage.source === 'counted',
    costNano: receipt?.cost.nano ?? null,
    savedNano: receipt?.savedNano ?? null,
    wasteNano: receipt?.wasteNano ?? null,
    cacheEntry: receipt?.cacheEntry ?? null,
    totalMs: receipt?.totalMs ?? null,
    errorMessage: receipt?.error?.message ?? null,
  };
}

function sums(lines: readonly CallLine[]): Totals {
  const ended = lines.filter((line) => line.outcome !== 'running');
  const count = (outcome: Outcome) => lines.filter((line) => line.outcome === outcome).length;
  const tokens = (kind: 'inputTokens' | 'cachedInputTokens' | 'outputTokens') =>
    lines.reduce((sum, line) => sum + line[kind], 0);
  const answers = count('cached') + count('coalesced') + count('answered');
  return {
    calls: lines.length,
    spend: ended.reduce<number | null>((sum, line) => addMoney(sum, line.costNano), 0),
    knownSpend: ended.reduce((sum, line) => sum + (line.costNano ?? 0), 0),
    unknownPriceCalls: ended.filter((line) => line.costNano === null).length,
    saved: ended.reduce<number | null>((sum, line) => addMoney(sum, line.savedNano), 0),
    knownSaved: ended.reduce((sum, line) => sum + (line.savedNano ?? 0), 0),
    unknownSavedCalls: ended.filter((line) => line.savedNano === null).length,
    waste: ended.reduce<number | null>((sum, line) => addMoney(sum, line.wasteNano), 0),
    knownWaste: ended.reduce((sum, line) => sum + (line.wasteNano ?? 0), 0),
    cacheHits: count('cached'),
    coalesced: count('coalesced'),
    hitRate: answers === 0 ? null : (count('cached') + count('coalesced')) / answers,
    inputTokens: tokens('inputTokens'),
    cachedInputTokens: tokens('cachedInputTokens'),
    outputTokens: tokens('outputTokens'),
  };
}

function modelSpend(lines: readonly CallLine[]): ModelSpend[] {
  const { calls, spend, knownSpend } = sums(lines);
  return lines
    .slice(0, 1)
    .map(({ provider, model, simulated }) => ({ provider, model, simulated, calls, spend, knownSpend }));
}

/** Real money first, the dearest first, then by name. */
function bySpend(a: ModelSpend, b: ModelSpend): number {
  const named = `${a.provider}/${a.model}` < `${b.provider}/${b.model}` ? -1 : 1;
  return Number(a.simulated) - Number(b.simulated) || b.knownSpend - a.knownSpend || named;
}
