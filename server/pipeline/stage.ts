/**
 * The whole vocabulary of the pipeline. A call goes down a list of stages to a provider, and its reply comes back
 * up as one stream of events, whether the caller wants a stream or a whole answer, whether it is fresh, replayed
 * from a cache or only estimated.
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import type {
  AttemptLine,
  CacheMode,
  Message,
  ResponseFormat,
  ToolDefinition,
} from '../../protocol/messages.ts';
import type { NanoDollars } from '../../protocol/money.ts';
import type { Decision, FinishReason, Receipt, Usage } from '../../protocol/receipt.ts';
import type { Preference, Tier } from '../../protocol/routing.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../../protocol/settings.ts';
import type { SwitchableStage } from '../../protocol/switchable-stages.ts';
import type { TaskKind } from '../../protocol/task-kind.ts';

/** One request on its way through. Immutable: a stage passes a changed copy on. */
export interface Call {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly provider: ProviderSettings;
  readonly model: ModelSettings;
  readonly sampling: Sampling;
  readonly tools: readonly ToolDefinition[];
  /** "auto", "none", "required" or a tool's name; null: the provider's default. */
  readonly toolChoice: string | null;
  readonly responseFormat: ResponseFormat | null;
  /** What its prompt file expects of the answer; null for nothing. */
  readonly expect: Expectation | null;
  readonly kind: TaskKind;
  readonly attribution: Attribution;
  readonly cache: CachePolicy;
  /**
   * Where nobody named a model: those that may answer, from the least capable tier on; `provider` and `model` are the
   * last of them until `route` has chosen. Empty for a call whose model is named.
   */
  readonly ladder: readonly Rung[];
  /** What `route` weighs more. */
  readonly preference: Preference;
  /** What "saved" is measured against. */
  readonly baseline: Route;
  /** Where the call may go when its own model fails, in this order. */
  readonly chain: readonly Route[];
  /** Where a budget sends it that downgrades; null: the cheapest of its provider. */
  readonly downgradeTo: Route | null;
  /** True when its prompt file leaves out the budgets that do not refuse. */
  readonly onlyRefusingBudgets: boolean;
  /** Stages that this call leaves out, by the settings or by its prompt file. */
  readonly off: ReadonlySet<SwitchableStage>;
  /**
   * `beginning`: its output limit is ours, and an answer that it cuts is continued; `rest`: what such an answer still
   * wants. Neither is an answer that could be judged by itself: with its rest the whole is. Null: neither.
   */
  readonly part: 'beginning' | 'rest' | null;
  /** Set for a rest: what came before it, and the messages that the whole answers. */
  readonly begun?: { readonly text: string; readonly messages: readonly Message[] };
  /** How the request is laid out for the provider's prefix cache; null: as it is. */
  readonly prefix: PrefixPlan | null;
  /** True when a call that fails can go on elsewhere, so that waiting for this endpoint is not worth it. */
  readonly hasAlternative: boolean;
  /** When it must have ended, in milliseconds of `Clock.elapsed`; null before the deadline stage has set it. */
  readonly endsBy: number | null;
  /** Settings as they were when the call began; a change during the call does not touch it. */
  readonly settings: Settings;
  /** Aborting it cancels the provider's stream; the reply still ends with what was used until then. */
  readonly signal: AbortSignal;
  /** When the call began, in epoch milliseconds. */
  readonly startedAt: number;
  /** The cost that its user was shown before this run; left out where nobody was shown one. */
  readonly estimatedNano?: NanoDollars;
  /** True where its prompt's author lets all of its text be shortened; left out where only marked context may be. */
  readonly compress?: boolean;
  /** Where its answer is checked by the user's command; left out where its prompt does not ask for that. */
  readonly check?: CheckPlace;
}

/** The workspace in which a command may check an answer. */
export interface CheckPlace {
  /** An absolute path; null where the caller has no workspace. */
  readonly folder: string | null;
  /** Nothing is ever started for one that its user does not trust. */
  readonly trusted: boolean;
}

/** What a request says to a provider's prefix cache. Each is sent only to endpoints that take it. */
export interface PrefixPlan {
  /** One for calls with the same beginning; null for none. */
  readonly cacheKey: string | null;
  /** Messages, by index, whose ends are marked as the end of what is to be kept. */
  readonly breakpoints: readonly number[];
  /** The models, "provider/model", at which the marks pay. */
  readonly at: readonly string[];
}

/** What a prompt file says that an answer must be; gates hold answers to it. */
export interface Expectation {
  /** The answer, without white space around it, matches. */
  readonly matches: RegExp | null;
  /** Keys of its JSON, with dots for those within, or headings and labels of its text. */
  readonly fields: readonly string[];
  /** In characters (code points). */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** Set where the answer is to be used as code: it is one fenced block. */
  readonly codeBlock?: CodeBlockExpectation;
}

/** Where the code of an answer goes. */
export interface CodeBlockExpectation {
  /** Word that its language is known by after a fence; "" for none. */
  readonly language: string;
  /** The code whose place it takes; null where it is a file of its own. */
  readonly replaces: string | null;
  /** What the file has before and after that; null where that is not known whole. */
  readonly file: { readonly before: string; readonly after: string } | null;
}

/** A model of a provider: where a call goes, or could have gone. */
export interface Route {
  readonly provider: ProviderSettings;
  readonly model: ModelSettings;
}

/** A model of a ladder. */
export interface Rung extends Route {
  readonly tier: Tier;
}

/** What the caches may do with a call. */
export interface CachePolicy {
  readonly mode: CacheMode;
  /** Why the mode is not the one that was asked for, a sentence for the user; null when it is. */
  readonly why: string | null;
  /** An answer this old, in milliseconds, is not given again. */
  readonly maxAgeMs: number;
  /** Answers are found in the same scope only: "" for all of the user's, else the workspace. */
  readonly scope: string;
  /** `farthing.version` of the prompt file: raising it leaves its old answers behind; null for none. */
  readonly version: string | null;
  /** SHA-256 of the prompt file's text, which tells versions of it apart; null for a call without one. */
  readonly promptHash: string | null;
}

/** Sampling options; one that is left out is the provider's default and is not sent. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** Who and what a call is for. Nothing of it leaves the machine. */
export interface Attribution {
  /** What asked: "prompt file", "explain selection", "command line". */
  readonly feature: string;
  /** The login name of the daemon's user. */
  readonly user: string;
  /** What identifies repeated runs: the prompt's URI; null for none. */
  readonly job: string | null;
  readonly workspace: string | null;
  /** The branch that the workspace is on; null where it is none. */
  readonly branch: string | null;
  /** Free words from the prompt, the settings and the client, without doubles. */
  readonly tags: readonly string[];
}

/** One request that was sent to a provider, with what it used and cost: retries and cascades have several. */
export interface Attempt extends AttemptLine {
  readonly errorCode: ErrorCode | null;
}

/** What a reply consists of, in the order in which it happens. */
export type ReplyEvent =
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** The model's own words for not answering, where the provider tells them apart from text. */
  | { readonly type: 'refusal'; readonly text: string }
  /**
   * All that was shown so far is void: it did not pass its checks, and another model is asked. What comes after it is
   * the answer. `why` is a sentence for the user.
   */
  | { readonly type: 'withdrawn'; readonly why: string }
  /** A tool call, whole. */
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string; readonly arguments: string }
  /** The answer is that of an earlier call, or of an identical one under way: what that used. Comes before `end`. */
  | { readonly type: 'reused'; readonly from: 'cache' | 'flight'; readonly usage: Usage }
  /**
   * The call goes to another model than it named, or to one of those that may answer it; or a kept answer is of it.
   * `againNano`: what is paid on average besides its answer, for one that does not pass and is asked for again.
   */
  | { readonly type: 'routed'; readonly route: Route; readonly againNano?: NanoDollars }
  /** The entry of the cache that this answer came from or went to. */
  | { readonly type: 'entry'; readonly key: string }
  /** The answer was cut, and the attempt before this is of its beginning: the next request goes on where it stopped. */
  | { readonly type: 'continued' }
  /** A leg ended, well or not; comes before `end`, or before the error. */
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  /**
   * The model ran to its end. A reply without it was cut or cancelled. `failedGates` names the checks that the answer
   * did not pass; it is shown all the same where there is no better one, and never kept.
   */
  | { readonly type: 'end'; readonly reason: FinishReason; readonly failedGates?: readonly string[] }
  /** The call's account, from `record`; always the last event, before an error too. */
  | { readonly type: 'receipt'; readonly receipt: Receipt };

/**
 * A reply under way. It ends after its last event, or throws a FarthingError. Whoever reads it reads to the end:
 * to stop a call early, abort its signal and keep reading, so that what it used is still accounted for.
 */
export type Reply = AsyncIterable<ReplyEvent>;

/** What comes after a stage: the rest of the list, and at its end the provider. May be called more than once. */
export type Next = (call: Call) => Reply;

/** One step of the pipeline. A hit or a refusal is a plain return or throw. */
export interface Stage {
  readonly name: string;
  /**
   * An optional stage only improves things: when it fails, the call goes on without it and a Decision says so.
   * The others may fail a call.
   */
  readonly optional: boolean;
  /** Set for a stage that a user or a prompt file may leave out: the name of its switch. */
  readonly switch?: SwitchableStage;
  run(call: Call, next: Next): Reply;
}
