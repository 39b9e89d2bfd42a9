/** What an audit of always-loaded context is asked, and what it says. */
import type { NanoDollars } from './money.ts';

/** A file of the workspace that may be loaded. */
export interface ContextFile {
  readonly uri: string;
  /** Below its workspace folder, with "/" between folders. */
  readonly path: string;
  /** Name of its workspace folder where there are several; null for the only one. */
  readonly folder: string | null;
  readonly text: string;
}

export interface AuditContextParams {
  readonly files: readonly ContextFile[];
  /** Files that were found and are not among them: too many, too long, or no text. */
  readonly leftOut: number;
  /** "provider/model" or "model"; left out: the one of the settings. */
  readonly model?: string;
}

/**
 * When a text is loaded: with every turn of an agent, with some (`condition` of its line says with which), or never by
 * itself.
 */
export type LoadedWhen = 'always' | 'sometimes';

/** A text that is loaded, as a line of the audit. */
export interface LoadedText {
  readonly uri: string;
  /** As it is shown: its path, with the workspace folder in front where there are several. */
  readonly name: string;
  /** What of the file it is: "whole file", "body", "name and description". */
  readonly part: string;
  readonly when: LoadedWhen;
  /** With which turns, in a few words; null for every one. */
  readonly condition: string | null;
  readonly tokens: number;
  readonly cost: TurnCosts;
}

/** What tokens cost that are sent with each of 1,000 turns; null where the price is unknown. */
export interface TurnCosts {
  /** Read anew each time. */
  readonly uncached: NanoDollars | null;
  /** Read from the provider's prefix cache each time. */
  readonly cached: NanoDollars | null;
}

/** The same text in several places. */
export interface DuplicateText {
  /** Its beginning on one line, at most 60 characters; "…" at its end where there is more. */
  readonly begins: string;
  /** Tokens of one of them. */
  readonly tokens: number;
  /** Where it stands; lines count from 1. */
  readonly places: readonly { readonly uri: string; readonly name: string; readonly line: number }[];
  /** Tokens that every turn has too many for it; 0 where only one of them is always loaded. */
  readonly wastedAlways: number;
  /** The same where everything is loaded at once. */
  readonly wastedAtMost: number;
}

/** The audit. Real prices of one model; nothing was sent. */
export interface ContextAudit {
  readonly provider: string;
  readonly model: string;
  /** True for the simulator: nothing would be billed. */
  readonly simulated: boolean;
  /** True where the model's tokenizer is not public. */
  readonly approximate: boolean;
  /** See `Cost.priceVersion`. */
  readonly priceVersion: string | null;
  /** In the order of their tokens, the most first; those that are always loaded before the others. */
  readonly texts: readonly LoadedText[];
  /** Sum of those that are always loaded. */
  readonly always: { readonly tokens: number; readonly cost: TurnCosts };
  readonly duplicates: readonly DuplicateText[];
  /** Duplicates beyond those that are listed. */
  readonly moreDuplicates: number;
  /** All that duplicates waste with every turn, those that are not listed included. */
  readonly wastedAlways: { readonly tokens: number; readonly cost: TurnCosts };
  /** Sentences on what is over a natural budget, cannot be read, or should be known of a file. */
  readonly notes: readonly { readonly uri: string; readonly name: string; readonly message: string }[];
  /** Tools whose schemas are loaded and whose size is not known. */
  readonly tools: readonly {
    readonly uri: string;
    readonly name: string;
    /** What the file names. */
    readonly kind: 'servers' | 'tools';
    readonly names: readonly string[];
  }[];
  readonly leftOut: number;
}
