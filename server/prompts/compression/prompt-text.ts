/** A prompt as the rules see it: read once, and shared by all of them. */
import type { Message } from '../../../protocol/messages.ts';
import type { Span } from '../prompt-part.ts';

/** What a block of Markdown is. `data`: a fence or a block of JSON, YAML or CSV, and a table is a `table`. */
export type BlockKind =
  | 'paragraph'
  | 'heading'
  | 'listItem'
  | 'quote'
  | 'code'
  | 'data'
  | 'table'
  | 'html'
  | 'comment'
  | 'rule';

/** A block: offsets in the passage, without the line end behind it. Blocks do not overlap; a list item holds its first paragraph. */
export interface Block extends Span {
  readonly kind: BlockKind;
  /** Of a fence: the word after it, lower case; "json", "yaml", "csv" of data that has no fence; else "". */
  readonly language: string;
  /** Of a heading: 1 to 6; of a list item: its depth from 1; else 0. */
  readonly level: number;
}

/** A sentence of prose with its end mark and without the space behind it. */
export interface Sentence extends Span {
  /** Index of its block. */
  readonly block: number;
}

/** Why something is never changed. */
export type KeptKind =
  | 'variable'
  | 'code'
  | 'quoted'
  | 'identifier'
  | 'number'
  | 'negation'
  | 'name'
  | 'url'
  | 'fixed';

/** Something that no rule changes. */
export interface Kept extends Span {
  readonly kind: KeptKind;
}

/** One message of the prompt, or a file that it includes. Offsets are UTF-16 units of `text`. */
export interface Passage {
  /** As the file has it. */
  readonly text: string;
  readonly role: Message['role'];
  /** The file that it is from, relative, where it is included; null for the prompt itself. Nothing of an included file is edited. */
  readonly includedFrom: string | null;
  /** In their order. */
  readonly blocks: readonly Block[];
  /** In their order; of paragraphs, list items, headings and quotes. */
  readonly sentences: readonly Sentence[];
  /** In their order, without overlaps. */
  readonly kept: readonly Kept[];
  /** True where a stretch touches something that is kept. */
  keeps(start: number, end: number): boolean;
}

/** A whole prompt. */
export interface PromptText {
  readonly passages: readonly Passage[];
  /** What the front matter says of the answer; null for nothing. */
  readonly maxTokens: number | null;
  readonly hasSchema: boolean;
  /** Tokens that marked context may have, `farthing.context.tokens`; left out for the default, 0 for any number. */
  readonly contextTokens?: number;
  /** Tokens of a text by the prompt's model, exactly as its encoding counts them. */
  tokens(text: string): number;
  /** Tokens that a passage loses by edits of it that do not overlap, exactly; negative where it gains some. */
  saved(passage: number, edits: readonly TextEdit[]): number;
}

/** Units from `start` to before `end` become `replacement`. */
export interface TextEdit extends Span {
  readonly replacement: string;
}
