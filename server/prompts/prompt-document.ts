/** A prompt file, parsed: the front door of every format in `formats/`. */
import type { FarthingError } from '../../protocol/errors.ts';
import type { Message, PromptNote } from '../../protocol/messages.ts';
import type { PromptFile, PromptFormat } from './formats/format.ts';
import { formatOf } from './formats/formats.ts';
import { prompt } from './formats/prompt.ts';
import type { FrontMatter } from './front-matter.ts';
import type { PromptLink } from './prompt-link.ts';
import type { PromptPart, Span } from './prompt-part.ts';
import type { PromptSection } from './prompt-section.ts';

/** Names of the formats. */
export type FormatId =
  | 'prompt'
  | 'instructions'
  | 'agent'
  | 'skill'
  | 'agents'
  | 'claude'
  | 'copilot'
  | 'prompty'
  | 'dotprompt'
  | 'github-models'
  | 'javascript'
  | 'python';

/** `run`: a prompt that one runs; `loaded`: what an agent is sent with every turn; `embedded`: prompts in a program. */
export type PromptUse = 'run' | 'loaded' | 'embedded';

/** A prompt as it is written, before its variables are filled. Lines count from 0, offsets in UTF-16 units. */
export interface PromptDocument {
  readonly uri: string;
  readonly text: string;
  readonly format: FormatId;
  readonly use: PromptUse;
  readonly frontMatter: FrontMatter;
  /** Lines of the two `---`, both included; null without front matter. */
  readonly frontMatterLines: { readonly first: number; readonly last: number } | null;
  readonly body: string;
  readonly bodyOffset: number;
  /** First line of the body that is not blank; where the body is blank, the line on which it begins. */
  readonly bodyLine: number;
  /** The body's messages with their variables as written. */
  readonly messages: readonly Message[];
  /** Where each of the messages lies, in the same order: `part.read(text.slice(part.start, part.end))` is its content. */
  readonly parts: readonly PromptPart[];
  /** Messages, headings and examples, in the order of their beginnings; they nest. */
  readonly sections: readonly PromptSection[];
  /** Files of the workspace that are pulled in when it is sent, as written. */
  readonly links: readonly PromptLink[];
  /** Tags of template languages, variables included; never to be changed. */
  readonly templateTags: readonly Span[];
  /** Tags that are neither variables nor filled: they are sent as they are written. Each once. */
  readonly unresolved: readonly string[];
  /** Example values of variables, by name: what a preview fills in for a variable without value or default. */
  readonly samples: Readonly<Record<string, string>>;
  /** Default values of variables, by name: what a run and a preview fill in where none is given. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly notes: readonly PromptNote[];
  /** Why the prompt must not run as it stands; its body can be counted all the same. */
  readonly problem: FarthingError | null;
}

/** What is to be parsed. */
export interface PromptInput {
  readonly uri: string;
  readonly text: string;
  /** VS Code's id of the language, where it is known. */
  readonly languageId?: string;
}

/** Parses a prompt file. Never throws: what is wrong with it is in `problem`, what is odd in `notes`. */
export function parsePrompt(input: PromptInput): PromptDocument {
  const file = fileOf(input);
  return formatFor(file).read(file);
}

/** Loads what parsing it needs; null where nothing is to be waited for. Parsed before that, a program has no prompts. */
export function loadFormat(input: PromptInput): Promise<void> | null {
  const file = fileOf(input);
  return formatFor(file).load?.(file) ?? null;
}

const fileOf = ({ uri, text, languageId = '' }: PromptInput): PromptFile => ({
  uri,
  text,
  languageId,
  path: pathOf(uri),
});

/** By its name or its language; else it is a prompt file to whoever asks. */
const formatFor = (file: PromptFile): PromptFormat => formatOf(file) ?? prompt;

/** False for a program without prompts, and for a `*.prompt` of another tool: nothing is shown there. */
export const hasPrompt = ({ use, format, messages, uri }: PromptDocument): boolean =>
  use === 'embedded' ? messages.length > 0 : format !== 'prompt' || !/\.prompt$/i.test(uri);

function pathOf(uri: unknown): string {
  // A client may send anything.
  if (typeof uri !== 'string') return '';
  const path = uri.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?/i, '').replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    // A client may send a name that is not escaped.
    return path;
  }
}
