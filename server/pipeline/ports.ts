/** The small interfaces through which the pipeline reaches storage, prices, counting and time. Edges implement them. */
import type { Budget, BudgetState, BudgetSubject } from '../../protocol/budgets.ts';
import type { FarthingError } from '../../protocol/errors.ts';
import type {
  CacheCount,
  CallDetails,
  CallLine,
  EndpointHealth,
  Message,
  ModelSpend,
  ToolDefinition,
  Totals,
} from '../../protocol/messages.ts';
import type { NanoDollars } from '../../protocol/money.ts';
import type { Cost, FinishReason, Receipt, Usage } from '../../protocol/receipt.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../../protocol/settings.ts';
import type { Attempt, Attribution, ReplyEvent } from './stage.ts';

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
   * its attempts; a line that was never opened is written whole, and one that was closed stays as it is.
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
  /** Everything about one call; null where there is none of this id. */
  call(callId: string): CallDetails | null;
}

/** What a reply consists of for its reader, in the order in which it came. */
export type ReplyPart = Extract<ReplyEvent, { readonly type: 'text' | 'reasoning' | 'refusal' | 'toolCall' }>;

/** One answer that ran to its end, as the exact cache keeps it. */
export interface StoredReply {
  /** Neighbours of one kind are joined. */
  readonly parts: readonly ReplyPart[];
  readonly reason: FinishReason;
  /** What the original used. */
  readonly usage: Usage;
}

/** What a stored reply can be found by besides its key, so that it can be taken out again. */
export interface ReplyOrigin {
  readonly workspace: string | null;
  readonly feature: string;
  readonly job: string | null;
  readonly provider: string;
  readonly model: string;
  /** See `Attempt.servedModel`. */
  readonly servedModel: string | null;
  /** See `CachePolicy.promptHash`. */
  readonly promptHash: string | null;
  /** SHA-256 of the system messages; null for a call without any. */
  readonly systemHash: string | null;
}

/** Replies that are meant: those of which every field that is given holds. No field means all of them. */
export interface ReplyFilter {
  readonly workspace?: string | null;
  readonly feature?: string;
  readonly job?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly systemHash?: string;
  /** Any prompt hash but this one. */
  readonly promptHashOtherThan?: string;
  /** Any served model but this one; replies whose served model is not known are not meant. */
  readonly servedModelOtherThan?: string;
}

/** The exact cache's store. It keeps itself below a size: those whose use saved the fewest tokens go first. */
export interface ReplyStore {
  /** The reply under `key`, unless it was stored `maxAgeMs` or longer before `now`; null for none. */
  get(key: string, now: number, maxAgeMs: number): StoredReply | null;
  /** The same, for an estimate: it counts as no use. */
  peek(key: string, now: number, maxAgeMs: number): StoredReply | null;
  put(key: string, reply: StoredReply, origin: ReplyOrigin, now: number): void;
  /** Takes out one reply; false when there was none. */
  forget(key: string): boolean;
  /** How many replies are meant, and what they take. */
  count(filter: ReplyFilter): CacheCount;
  /** Takes out the replies that are meant, and says how many they were. */
  invalidate(filter: ReplyFilter): CacheCount;
  /** The most that bodies may take, in bytes; takes out what is beyond it, in steps where that is much. */
  limit(bytes: number): void;
  limitBytes(): number;
  /** The model that `provider` last said it answered with for `model`; null where none is known. */
  lastServedModel(provider: string, model: string): string | null;
}

/** Kinds of the parts that calls are made of and that are dear to make again. */
export type ComponentKind = 'embedding' | 'summary' | 'fittedContext' | 'toolOutput';

/** A cache of components by the hash of their content. A part that is lost is made again; nothing else depends on it. */
export interface ComponentCache {
  /** The bytes under a hash; null for none. */
  get(kind: ComponentKind, hash: string, now: number): Uint8Array | null;
  put(kind: ComponentKind, hash: string, bytes: Uint8Array, now: number): void;
  /** Takes out all of a kind and says how many they were. */
  clear(kind: ComponentKind): number;
}

/** The most that a call can use on one of the ways that it may go. */
export interface WorstCase {
  readonly subject: BudgetSubject;
  /** Null when the price is unknown. */
  readonly nano: NanoDollars | null;
  /** Input and output tokens at most. */
  readonly tokens: number;
}

/** A call that asks for room in the budgets. */
export interface ReservationRequest {
  readonly callId: string;
  /** One for each model that may answer it; a budget holds the dearest of those that it counts. */
  readonly worstCases: readonly WorstCase[];
  /** When the call began, in epoch milliseconds: it counts in the windows of this moment. */
  readonly startedAt: number;
  /** True leaves out budgets that only warn or downgrade, as a prompt file may ask. */
  readonly onlyRefusing: boolean;
}

/** What the budgets say to a call. A call that is not `granted` holds nothing. */
export type Verdict =
  /** The room is held until the ledger closes the call; `tight` are those that it exceeds or that cannot tell. */
  | { readonly kind: 'granted'; readonly tight: readonly BudgetState[] }
  /** A budget that downgrades has no room. */
  | { readonly kind: 'downgrade'; readonly state: BudgetState }
  /** A budget that refuses has no room, or cannot be kept since the price is unknown (`unpriced`). */
  | { readonly kind: 'refused'; readonly state: BudgetState; readonly unpriced: boolean }
  /** Budgets cannot be read or written now. `budget` is one that refuses, which then must; null: the call goes on. */
  | { readonly kind: 'unkept'; readonly budget: Budget | null; readonly cause: unknown };

/** Budgets and what is held against them. Closing a call in the ledger turns what it holds into what it cost. */
export interface Budgets {
  /** True when a budget that is not paused counts calls of one of these subjects. */
  watches(subjects: readonly BudgetSubject[]): boolean;
  /**
   * Holds the worst case of a call in all budgets that it counts in, or in none, in one transaction. A second request
   * of a call replaces what it held. With `force` a budget that downgrades grants: the call was downgraded already.
   */
  reserve(request: ReservationRequest, force?: boolean): Verdict;
  /** What `reserve` would say, with nothing held. */
  ask(request: ReservationRequest, force?: boolean): Verdict;
  /** Lets go of what a call holds, without a cost. */
  release(callId: string): void;
  /** How every budget stands, one state for each key that it has counted in its present window. */
  states(now: number): readonly BudgetState[];
  save(budget: Budget): void;
  delete(id: string): void;
}

/** Leave to send one request to an endpoint, or how long there is none. */
export type Admission =
  /** Nothing is sent there now; ask again after `retryAfterMs`. */
  | { readonly admitted: false; readonly retryAfterMs: number }
  | {
      readonly admitted: true;
      /** The answer began to show. */
      readonly answering: () => void;
      /** The request ended, well (null) or not; say so whatever happened, since others may wait for it. */
      readonly ended: (error: FarthingError | null) => void;
    };

/** How endpoints do: a circuit breaker for each (Nygard, "Release It!", 2007). */
export interface Health {
  /** Asks to send a request to an endpoint. Through a half-open circuit one is let, and the others wait for it. */
  admit(baseUrl: string): Admission;
  of(baseUrl: string): EndpointHealth;
  /** Closes the circuit, for a test of the connection that went well. */
  reset(baseUrl: string): void;
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
  /** Tokens that tools and a schema add to a request; providers do not say how they write them, so it is approximate
   * wherever there are any. */
  countTools(model: ModelSettings, tools: readonly ToolDefinition[], schema: unknown): Promise<TokenCount>;
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
