/** A prompt file, parsed: VS Code's `*.prompt.md`, a front matter and a body, and Prompty's role lines in the body. */
import type { FarthingError } from '../../protocol/errors.ts';
import type { Message, PromptNote } from '../../protocol/messages.ts';
import { type FrontMatter, findFrontMatter, readFrontMatter } from './front-matter.ts';
import { isBlank, splitLines } from './lines.ts';
import { splitRoles } from './roles.ts';

/** A prompt as it is written, before its variables are filled. Lines count from 0, offsets in UTF-16 units. */
export interface PromptDocument {
  readonly uri: string;
  readonly text: string;
  readonly frontMatter: FrontMatter;
  /** Lines of the two `---`, both included; null without front matter. */
  readonly frontMatterLines: { readonly first: number; readonly last: number } | null;
  readonly body: string;
  readonly bodyOffset: number;
  /** First line of the body that is not blank; where the body is blank, the line on which it begins. */
  readonly bodyLine: number;
  /** The body's messages with their variables as written. */
  readonly messages: readonly Message[];
  readonly notes: readonly PromptNote[];
  /** Why the prompt must not run as it stands; its body can be counted all the same. */
  readonly problem: FarthingError | null;
}

const UNCLOSED: PromptNote = {
  line: 0,
  message: 'The front matter has no closing line "---", so the whole file is the prompt.',
};

/** Parses a prompt file. Never throws: what is wrong with it is in `problem`, what is odd in `notes`. */
export function parsePrompt({ uri, text }: { readonly uri: string; readonly text: string }): PromptDocument {
  const found = findFrontMatter(text);
  const place = found === 'unclosed' ? null : found;
  const { frontMatter, notes, problem } = readFrontMatter(place?.yaml ?? '');
  const bodyOffset = place?.bodyOffset ?? (text.startsWith('\uFEFF') ? 1 : 0);
  const body = text.slice(bodyOffset);
  return {
    uri,
    text,
    frontMatter,
    frontMatterLines: place === null ? null : { first: 0, last: place.lastLine },
    body,
    bodyOffset,
    bodyLine: firstLineOf(text, bodyOffset),
    messages: splitRoles(body),
    notes: found === 'unclosed' ? [UNCLOSED, ...notes] : notes,
    problem,
  };
}

function firstLineOf(text: string, bodyOffset: number): number {
  const head = splitLines(text.slice(0, bodyOffset));
  const begins = /[\r\n]$/.test(head.at(-1) ?? '') ? head.length : head.length - 1;
  const blankLines = splitLines(text.slice(bodyOffset)).findIndex((line) => !isBlank(line));
  return begins + Math.max(0, blankLines);
}
