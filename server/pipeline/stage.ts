/**
 * The whole vocabulary of the pipeline. A call goes down a list of stages to a provider, and its reply comes back
 * up as one stream of events, whether the caller wants a stream or a whole answer, whether it is fresh, replayed
 * from a cache or only estimated.
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { CacheMode, Message } from '../../protocol/messages.ts';
import type { NanoDollars } from '../../protocol/money.ts';
import type { Cost, Decision, FinishReason, Receipt, Usage } from '../../protocol/receipt.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../../protocol/settings.ts';

/** One request on its way through. Immutable: a stage passes a changed copy on. */
export interface Call {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly provider: ProviderSettings;
  readonly model: ModelSettings;
  readonly sampling: Sampling;
  readonly attribution: Attribution;
  readonly cache: CacheMode;
  /** Settings as they were when the call began; a change during the call does not touch it. */
  readonly settings: Settings;
  /** Aborting it cancels the provider's stream; the reply still ends with what was used until then. */
  readonly signal: AbortSignal;
  /** When the call began, in epoch milliseconds. */
  readonly startedAt: number;
}

/** Sampling options; one that is left out is the provider's default and is not sent. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
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
}

/** One request that was sent to a provider, with what it used and cost: retries and cascades have several. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  readonly outcome: 'answered' | 'failed' | 'aborted';
  readonly usage: Usage;
  readonly cost: Cost;
  /** Milliseconds from sending to the first text; null when none came. */
  readonly firstTextMs: number | null;
  readonly totalMs: number;
  readonly errorCode: ErrorCode | null;
}

/** What a reply consists of, in the order in which it happens. */
export type ReplyEvent =
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** A tool call, whole. */
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string; readonly arguments: string }
  /** The answer replays an earlier one: what that used, and what it would cost today (null: price unknown). Comes
   * before its `end`. */
  | { readonly type: 'replayed'; readonly usage: Usage; readonly savedNano: NanoDollars | null }
  /** A leg ended, well or not; comes before `end`, or before the error. */
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  /** The model ran to its end. A reply without it was cut or cancelled. */
  | { readonly type: 'end'; readonly reason: FinishReason }
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
  run(call: Call, next: Next): Reply;
}
