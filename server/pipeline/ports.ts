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
import type { TaskKind } from '../../protocol/task-kind.ts';
import type { TokenMeasure } from '../tokens/token-measure.ts';
import type { Attempt, Attribution, Call, ReplyEvent, Rung } from './stage.ts';

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

/** A job at a model of a provider. */
export interface JobTarget {
  readonly job: string;
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
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
  /** Input tokens of the same runs, as they were billed. */
  pastInputTokens(job: string, model: string, simulated: boolean, limit: number): readonly number[];
  /**
   * When the last answered runs of a job with a model began, from `since` on (both epoch milliseconds), newest first, at
   * most `limit`. Answers that nothing was sent for are not among them.
   */
  pastStarts(target: JobTarget, since: number, limit: number): readonly number[];
  /** Everything about one call; null where there is none of this id. */
  call(callId: string): CallDetails | null;
  /** How many ids begin so, and the first of them; null for none. */
  find(beginning: string): { readonly calls: number; readonly callId: string | null };
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
  /** Which model gave a reply; null where there is none. */
  answeredBy(key: string): Pick<ReplyOrigin, 'provider' | 'model'> | null;
  /** Takes out one reply; false when there was none. */
  forget(key: string): boolean;
  /** How many replies are meant, and what they take. */
  count(filter: ReplyFilter): CacheCount;
  /** Takes out the replies that are meant, and says how many they were. */
  invalidate(filter: ReplyFilter): CacheCount;
  /**
   * The most that bodies may take, in bytes, from now on and after a restart; takes out what is beyond it, in steps
   * where that is much.
   */
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
  /** True for one of several models that may answer one after the other. */
  readonly isRung: boolean;
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

/**
 * What became of an answer: it passed or failed the gates (`unfaulted` where they had little to go by), or a person kept
 * it, asked again or undid it.
 */
export type AnswerOutcome = 'passedGate' | 'unfaulted' | 'failedGate' | 'kept' | 'regenerated' | 'undone';

/** How much says that answers were good, and how much that they were bad: 1 is one new outcome that leaves no doubt. */
export interface OutcomeCount {
  readonly good: number;
  readonly bad: number;
}

/** What a model did with calls of one signature, of their kind, and with all; each is part of the next. */
export interface OutcomeCounts {
  readonly signature: OutcomeCount;
  readonly kind: OutcomeCount;
  readonly all: OutcomeCount;
}

/** What became of one answer. */
export interface OutcomeObservation {
  /** Of `signatureOf`. */
  readonly signature: string;
  readonly kind: TaskKind;
  /** The provider's name. */
  readonly provider: string;
  /** The model's id. */
  readonly model: string;
  readonly outcome: AnswerOutcome;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What became of answers, by signature, kind and model, for `route` and `cascade`. What is old counts less and less. */
export interface Outcomes {
  counts(signature: string, kind: TaskKind, provider: string, model: string): OutcomeCounts;
  observe(observation: OutcomeObservation): void;
  /** What was saved of a learner, such as that of a tier; null for nothing. */
  learnerState(learner: string): Uint8Array | null;
  saveLearner(learner: string, state: Uint8Array): void;
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

/** One token of a text. */
export interface TokenPiece {
  /** UTF-16 unit at which it begins; that of its character where it begins within one. */
  readonly start: number;
  /** UTF-8, which may be a part of a character. */
  readonly bytes: Uint8Array;
}

/** Counts as one model does, at once; what it counts is what `TokenCounter` counts. */
export interface ModelMeter {
  readonly approximate: boolean;
  /** Tokens of a text by itself. */
  count(text: string): number;
  /**
   * Tokens of each part of the document that `memo` names, each by itself; what did not change since is not counted
   * again. `read` gives what is counted of a part.
   */
  countParts(
    memo: string,
    parts: readonly string[],
    read: (part: string, index: number) => string,
  ): readonly number[];
  /** The tokens of `text` that begin in the units from `start` to before `end`. */
  pieces(text: string, start: number, end: number): readonly TokenPiece[];
  /** Counts changes of a text. */
  readonly measure: TokenMeasure;
  /** What the chat format adds to messages of these roles. */
  overhead(roles: readonly Message['role'][]): number;
}

/** Gives the meter of a model, once its table is read. */
export type MeterOf = (model: ModelSettings) => Promise<ModelMeter>;

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

/** A text that was shortened without a change of what the model reads, and the titles of the rules that did. */
export interface Compressed {
  readonly text: string;
  readonly applied: readonly string[];
}

/** Shortens texts by lossless rules; see `server/prompts/compression/`. The same text always becomes the same. */
export interface Compressor {
  /**
   * `text` is a message, or a part of one, of `role`; its tokens are those of `model`. `rulesOff` names rules that are
   * left out, "all" for all of them.
   */
  compress(
    text: string,
    role: Message['role'],
    model: ModelSettings,
    rulesOff: readonly string[],
  ): Promise<Compressed>;
}

/** How likely a model's answer to a call is good, from 0 to 1. */
export interface Expectation {
  readonly probability: number;
  /** How uncertain that is: the standard deviation of what is believed. */
  readonly deviation: number;
  /** How many answers of the model to calls like this one it rests on. */
  readonly seen: number;
}

/** What a call looks like before it is sent. */
export interface Judgement {
  /** What speaks for an easy or a hard one: a few words each, without any text of the call. */
  readonly reasons: readonly string[];
  of(rung: Rung): Expectation;
}

/** A whole answer, as it is checked. */
export interface CheckedAnswer {
  readonly text: string;
  readonly refusal: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  readonly reason: FinishReason;
}

/** What the checks say of an answer. */
export interface GateVerdict {
  readonly passed: boolean;
  /** True for one that does not pass by a check that cannot be mistaken. */
  readonly certain: boolean;
  /** The checks that found something, with one sentence each; it quotes next to nothing of the answer. */
  readonly complaints: readonly { readonly gate: string; readonly why: string }[];
  /** Sentences about checks that could not be made. */
  readonly notes: readonly string[];
}

/** Checks of answers; see `server/gates/`. */
export interface Gates {
  judge(answer: CheckedAnswer, call: Call): Promise<GateVerdict>;
  /** What the next model is told of an answer that did not pass. */
  complaint(verdict: GateVerdict): Message;
}

/** Says which models will do, and learns from what comes of their answers. Off the network; never throws. */
export interface Router {
  judge(call: Call): Judgement;
  /** Tells what came of the answer of `rung` to a call that was judged. */
  learn(callId: string, provider: string, model: string, outcome: AnswerOutcome): void;
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
