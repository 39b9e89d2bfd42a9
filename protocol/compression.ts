/** What a prompt could do without: suggestions, and what carrying some of them out would save. */
import type { NanoDollars } from './money.ts';

/**
 * What a change may do to the answer. `lossless`: the model reads the same. `low`: only the wording changes.
 * `review`: the meaning may shift, so that a person decides.
 */
export const RISKS = ['lossless', 'low', 'review'] as const;
export type Risk = (typeof RISKS)[number];

/** Scheme of the read-only documents that explain a rule: its name is their path, as in "farthing-rule:/blank-lines.md". */
export const RULE_SCHEME = 'farthing-rule';

/** A place in a document as LSP counts it: lines from 0, characters in UTF-16 units. */
export interface TextRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** One place that could be shorter. */
export interface CompressionSuggestion {
  /** The rule's name in settings and prompts, such as "trailing-spaces". */
  readonly rule: string;
  /** The rule's name in menus, such as "Trailing spaces". */
  readonly title: string;
  readonly risk: Risk;
  /** One sentence on what is there and what to do. */
  readonly message: string;
  readonly range: TextRange;
  /** All or none of them; empty for what is only pointed out. */
  readonly edits: readonly { readonly range: TextRange; readonly newText: string }[];
  readonly savedTokens: number;
}

export interface CompressionParams {
  readonly uri: string;
  /** Only what lies in it; left out: the whole document. */
  readonly range?: TextRange;
  /**
   * Which of the suggestions to carry out, by index; of two that want one place the one that comes first here. Left
   * out: all that are lossless or low and have an edit.
   */
  readonly chosen?: readonly number[];
}

/** What a request has and costs: its input alone, at the full price. */
export interface CompressionCost {
  readonly tokens: number;
  /** Null where the price is not known. */
  readonly nano: NanoDollars | null;
}

export interface Compression {
  /** The version of the document that all of this is of. */
  readonly version: number;
  readonly suggestions: readonly CompressionSuggestion[];
  /** How many more there are than are listed. */
  readonly left: number;
  readonly chosen: readonly number[];
  /** The document with the chosen ones carried out. */
  readonly text: string;
  /** The model that is counted and priced for, as "provider/model". */
  readonly model: string;
  readonly approximate: boolean;
  readonly before: CompressionCost;
  readonly after: CompressionCost;
  /** Runs of this prompt that were sent in the last 30 days. */
  readonly runs: number;
}
