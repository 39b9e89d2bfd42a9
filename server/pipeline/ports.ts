/** The small interfaces through which the pipeline reaches storage, prices, counting and time. Edges implement them. */
import type { CallLine, Message, ModelSpend, Totals } from '../../protocol/messages.ts';
import type { Cost, FinishReason, Receipt, Usage } from '../../protocol/receipt.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../../protocol/settings.ts';
import type { Attempt, Attribution } from './stage.ts';

/** Time, injected so that tests own it. */
export interface Clock {
  /** Epoch milliseconds; may step back when the machine's clock is set. */
  now(): number;
  /** Milliseconds on a clock that never steps back, for durations. */
  elapsed(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** A ledger line at the moment a call begins. */
export interface OpenedCall {
  readonly callId: string;
  readonly startedAt: number;
  readonly attribution: Attribution;
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
}

/** The ledger: one line per call, one attempt line per request sent, decisions beside them. */
export interface Ledger {
  /** Writes the line of a call that begins, so that a crash leaves a trace of it. */
  open(call: OpenedCall): void;
  /**
   * Completes the line in one transaction with its attempts and decisions. The call's cost must equal the sum of
   * its attempts; a line that was never opened is written whole.
   */
  close(call: OpenedCall, receipt: Receipt, attempts: readonly Attempt[]): void;
}

/** What the ledger says when asked. */
export interface LedgerReader {
  /** Sums over calls that began at or after `since` (epoch milliseconds), real and simulated apart. */
  totals(since: number): { readonly real: Totals; readonly simulated: Totals };
  spendByModel(since: number): readonly ModelSpend[];
  /** The last calls, newest first, whatever their day. */
  recent(limit: number): readonly CallLine[];
  /**
   * Output tokens of the last answered runs of a job with a model, newest first, at most `limit`. Runs of the simulator
   * say nothing about a real model, nor the other way round.
   */
  pastOutputTokens(job: string, model: string, simulated: boolean, limit: number): readonly number[];
}

/** One answer that ran to its end, as the exact cache keeps it. */
export interface StoredReply {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly reason: FinishReason;
  /** What the original used. */
  readonly usage: Usage;
}

/** The exact cache's store. */
export interface ReplyStore {
  /** The reply under `key`, unless it was stored `maxAgeMs` or longer before `now`; null for none. */
  get(key: string, now: number, maxAgeMs: number): StoredReply | null;
  put(key: string, reply: StoredReply, now: number): void;
}

/** A text's tokens; `approximate` where the model's tokenizer is not public. */
export interface TokenCount {
  readonly tokens: number;
  readonly approximate: boolean;
}

/** Counts as the provider bills. */
export interface TokenCounter {
  /** Tokens of `messages` as one request, with the chat format's overhead. `memo` names a document whose edits are
   * counted incrementally; without it the text is counted afresh. */
  countMessages(model: ModelSettings, messages: readonly Message[], memo?: string): Promise<TokenCount>;
  /** Tokens of a plain text, such as an answer. */
  countText(model: ModelSettings, text: string): Promise<TokenCount>;
}

/** What things cost. */
export interface PriceBook {
  /** The cost of `usage` at `when` (epoch milliseconds); nano is null when the price is unknown. */
  cost(
    provider: ProviderSettings,
    model: ModelSettings,
    usage: Usage,
    settings: Settings,
    when: number,
  ): Cost;
  /** Tokens of the model's context window; null when it is not known. */
  contextTokens(provider: ProviderSettings, model: ModelSettings): number | null;
}

/** Keys of one connection, in memory. */
export interface Keys {
  /** The key of a provider; null for none. */
  get(provider: string): string | null;
}
