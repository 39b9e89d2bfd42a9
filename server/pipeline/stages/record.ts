import { type FarthingError, toFarthingError } from '../../../protocol/errors.ts';
import { addMoney } from '../../../protocol/money.ts';
import { type Cost, type Decision, NO_USAGE, type Receipt, type Usage } from '../../../protocol/receipt.ts';
import type { Clock, Ledger, OpenedCall } from '../ports.ts';
import type { Attempt, Call, Reply, ReplyEvent, Stage } from '../stage.ts';

/**
 * Writes one ledger line per call whatever happens: it opens the line before anything else runs, so that even a
 * crash leaves a trace, and closes it with the sum of the attempts. Never stops the chain. Its last event is the
 * call's receipt, before an error too.
 */
export function record({ clock, ledger }: { readonly clock: Clock; readonly ledger: Ledger }): Stage {
  return {
    name: 'record',
    optional: false,
    async *run(call, next): Reply {
      const opened = openedCall(call);
      const account = openAccount(clock);
      ledger.open(opened);
      let error: FarthingError | null = null;
      try {
        for await (const event of next(call)) {
          account.add(event);
          yield event;
        }
      } catch (thrown) {
        error = toFarthingError(thrown);
      }
      const receipt = account.close(opened, error);
      ledger.close(opened, receipt, account.attempts);
      yield { type: 'receipt', receipt };
      if (error !== null) throw error;
    },
  };
}

function openedCall(call: Call): OpenedCall {
  return {
    callId: call.id,
    startedAt: call.startedAt,
    attribution: call.attribution,
    provider: call.provider.name,
    model: call.model.id,
    simulated: call.provider.simulated,
  };
}

/** Adds up a reply's events as they pass. */
function openAccount(clock: Clock) {
  const begun = clock.elapsed();
  const attempts: Attempt[] = [];
  const decisions: Decision[] = [];
  let firstText: number | null = null;
  let replayed: Usage | null = null;
  let finishReason: Receipt['finishReason'] = null;
  let savedNano: number | null = 0;

  return {
    attempts,
    add(event: ReplyEvent): void {
      if (event.type === 'attempt') attempts.push(event.attempt);
      else if (event.type === 'text') firstText ??= clock.elapsed() - begun;
      else if (event.type === 'replayed') {
        replayed = event.usage;
        savedNano = addMoney(savedNano, event.savedNano);
      } else if (event.type === 'end') finishReason = event.reason;
      else if (event.type === 'decision') decisions.push(event.decision);
    },
    close(opened: OpenedCall, error: FarthingError | null): Receipt {
      const outcome = outcomeOf(error, replayed !== null);
      return {
        callId: opened.callId,
        outcome,
        provider: opened.provider,
        model: opened.model,
        simulated: opened.simulated,
        usage: sumUsage(attempts),
        replayed,
        cost: sumCost(attempts),
        savedNano,
        firstTextMs: firstText,
        totalMs: clock.elapsed() - begun,
        finishReason,
        decisions,
        error: error === null ? null : { code: error.code, message: error.message },
      };
    },
  };
}

function outcomeOf(error: FarthingError | null, replayed: boolean): Receipt['outcome'] {
  if (error === null) return replayed ? 'cached' : 'answered';
  if (error.code === 'cancelled') return 'aborted';
  // Without a key the call was turned away before anything was sent.
  return error.code === 'noKey' ? 'refused' : 'failed';
}

/** The call's cost is the sum of its attempts, to the nano-dollar; one unknown price makes it unknown. */
function sumCost(attempts: readonly Attempt[]): Cost {
  const nano = attempts.reduce<number | null>((sum, attempt) => addMoney(sum, attempt.cost.nano), 0);
  const versions = new Set(
    attempts.map((attempt) => attempt.cost.priceVersion).filter((version) => version !== null),
  );
  return { nano, priceVersion: nano === null || versions.size === 0 ? null : [...versions].join(', ') };
}

function sumUsage(attempts: readonly Attempt[]): Usage {
  const sum = (
    kind: 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'outputTokens' | 'reasoningTokens',
  ) => attempts.reduce((total, attempt) => total + attempt.usage[kind], 0);
  const usages = attempts.map((attempt) => attempt.usage);
  return {
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
    // The least certain of the attempts decides how the sum is marked.
    source: usages.find((usage) => usage.source !== 'provider')?.source ?? NO_USAGE.source,
    approximate: usages.some((usage) => usage.approximate),
  };
}
