/** What a compression rule is. Each rule is a file in `rules/` and a line in the list of `rules.ts`. */
import type { Risk } from '../../../protocol/compression.ts';
import type { Span } from '../prompt-part.ts';
import type { PromptText } from './prompt-text.ts';

/** A change of one passage, in its UTF-16 offsets. */
export interface Edit extends Span {
  readonly passage: number;
  readonly replacement: string;
}

/** One place that a rule points at. */
export interface Finding extends Span {
  /** The passage that `start` and `end` are offsets of. */
  readonly passage: number;
  /** All of them or none; without overlaps, in any order. Empty for what is only pointed out. */
  readonly edits: readonly Edit[];
  /** One sentence for the user, without what it saves, which is measured and added. */
  readonly message: string;
  /**
   * Tokens that each run pays for at the full price though the provider's prefix cache could give them: what the edits
   * save where they make nothing shorter. Left out where it is about the prompt's own length.
   */
  readonly wastedTokens?: number;
}

/** What has to be the same after a rule's edits, beside what is kept (see `kept.ts`) outside of them. */
export type Keeps =
  /** Every kept token in its order: the words around them change. */
  | 'all'
  /** Every kept token at least once: something that is repeated goes, or moves. */
  | 'once'
  /** The value that a block of data parses to. */
  | 'value';

/** A rule at work; each is a test and stands in the rule's documentation. */
export interface Example {
  readonly before: string;
  /** Null where the rule only points at something. */
  readonly after: string | null;
}

/** A rule. Pure: it sees a prompt and says where it could be shorter. */
export interface Rule {
  /** In kebab case; settings and prompts switch it off by this name. */
  readonly id: string;
  /** A few words for a menu, such as "Trailing spaces". */
  readonly title: string;
  /** One or two sentences: what it does and why that saves. */
  readonly what: string;
  readonly risk: Risk;
  readonly keeps: Keeps;
  /** At least one that it changes; in Markdown as a user message, unless `before` has role lines. */
  readonly examples: readonly Example[];
  /** Texts that look alike and that it leaves alone. */
  readonly leaves: readonly string[];
  find(prompt: PromptText): Iterable<Finding>;
}
