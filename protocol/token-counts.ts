/** What is said of the tokens of a text that is being written: by section, by line, and within a word. */
import type { NanoDollars } from './money.ts';

/** The role of a message, as it is sent. */
type Role = 'system' | 'user' | 'assistant';

export interface CountTextParams {
  readonly text: string;
  /** The open document that it is from, whose model counts; null for the model of the settings. */
  readonly uri: string | null;
}

/** The tokens of a text by itself, without what the chat format adds to a message. */
export interface TextCount {
  readonly tokens: number;
  /** True where the model's tokenizer is not public. */
  readonly approximate: boolean;
  readonly model: string;
  /** What they cost as input, at the full price; null where the price is unknown. */
  readonly inputNano: NanoDollars | null;
}

export interface BreakdownParams {
  readonly uri: string;
}

/** A message, or a part of one. */
export interface SectionTokens {
  /** `examples` are several of kind `example`. */
  readonly kind: 'role' | 'heading' | 'examples' | 'example';
  /** The role, the heading's text or the label of an example. */
  readonly title: string;
  /** Of a message; null for its parts. */
  readonly role: Role | null;
  /** Line in the file, from 0. */
  readonly line: number;
  /** How many sections it is in: 0 for a message. */
  readonly depth: number;
  /** With those of the sections in it. */
  readonly tokens: number;
}

/** Why the text of a linked file is not counted. */
export type IncludeProblem =
  | 'missing'
  | 'circular'
  | 'outside'
  | 'untrusted'
  | 'binary'
  | 'too large'
  | 'too many'
  | 'too deep';

/** A workspace file that a prompt links to, or that a linked file links to: VS Code's chat adds its text. */
export interface IncludedTokens {
  /** As the link writes it. */
  readonly target: string;
  /** Line of the link in the prompt, from 0; for a link of an included file, that of the link that led to it. */
  readonly line: number;
  /** 0 for a link of the prompt itself. */
  readonly depth: number;
  /** Null with a `problem`. */
  readonly tokens: number | null;
  readonly problem: IncludeProblem | null;
}

/** Where the tokens of an open prompt are. */
export interface Breakdown {
  readonly uri: string;
  /** Of the document that was counted. */
  readonly version: number;
  readonly model: string;
  readonly approximate: boolean;
  /** Tokens that one run sends at the least: the number above the prompt. */
  readonly total: number;
  /** Tokens of the model's context window; null when it is not known. */
  readonly contextTokens: number | null;
  /** In the order of the file, each followed by what is in it. Empty where the prompt is `tooLarge`. */
  readonly sections: readonly SectionTokens[];
  /** Tokens of all messages of a role; only of roles that it has. */
  readonly roles: readonly { readonly role: Role; readonly tokens: number }[];
  /** What the chat format adds around the messages. */
  readonly overhead: number;
  /** What the pipeline adds, or leaves out where it is negative: `total` less all of the above. */
  readonly byPipeline: number;
  /** The front matter, which is not sent; null where there is none. */
  readonly frontMatter: { readonly line: number; readonly tokens: number } | null;
  /** Linked files, which are in none of the above. */
  readonly included: readonly IncludedTokens[];
  /** Variables as they are written; their values are counted as empty in `total`. */
  readonly variables: readonly string[];
  /** What values added in past runs; null where none is known. */
  readonly pastValues: { readonly tokens: number; readonly runs: number } | null;
  /** True where its sections are too much to be counted while somebody types. */
  readonly tooLarge: boolean;
}

export interface LineTokensParams {
  readonly uri: string;
  readonly version: number;
  /** The first and the last line that are asked for, from 0. */
  readonly first: number;
  readonly last: number;
}

/** Tokens by line. A token that spans two lines counts for the one in which it begins. */
export interface LineTokens {
  readonly version: number;
  readonly first: number;
  /** Null for a line that is not sent. */
  readonly tokens: readonly (number | null)[];
  readonly approximate: boolean;
}

export interface TokenPiecesParams {
  readonly uri: string;
  readonly version: number;
  readonly line: number;
  /** UTF-16 units from the beginning of the line. */
  readonly character: number;
}

/** How the text around a place splits into tokens. */
export interface TokenPieces {
  readonly line: number;
  /** UTF-16 units of the line. */
  readonly start: number;
  readonly end: number;
  /** With what does not print made visible: a space is "·", half a character its bytes, as in "\xF0\x9F". */
  readonly pieces: readonly string[];
  readonly model: string;
  readonly approximate: boolean;
}
