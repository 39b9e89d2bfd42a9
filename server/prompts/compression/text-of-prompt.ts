/** Between a prompt's file and its passages: what the rules read, and where their edits go in the file. */
import type { TokenMeasure } from '../../tokens/token-measure.ts';
import type { PromptDocument } from '../prompt-document.ts';
import type { PromptPart, Span } from '../prompt-part.ts';
import type { PromptText, TextEdit } from './prompt-text.ts';
import { firstEndingAfter, touches } from './read-passage.ts';
import { readPromptText } from './read-prompt-text.ts';
import type { Edit } from './rule.ts';

/** A file that a prompt pulls in: read with it, never edited. */
export interface IncludedText {
  /** Relative to the prompt. */
  readonly path: string;
  readonly text: string;
}

/** What of the front matter the rules ask for, and what is pulled in. */
export interface PromptAround {
  readonly maxTokens?: number | null;
  readonly hasSchema?: boolean;
  /** `farthing.context.tokens`; see `PromptText`. */
  readonly contextTokens?: number;
  readonly included?: readonly IncludedText[];
}

/** What is read of a parsed prompt file. */
export type PromptFileText = Pick<PromptDocument, 'text' | 'parts' | 'use' | 'format' | 'templateTags'>;

/** The prompt as the rules see it: a passage for each of its parts, in order, then one for each included file. */
export function textOfPrompt(
  document: PromptFileText,
  measure: TokenMeasure,
  { maxTokens = null, hasSchema = false, included = [], contextTokens }: PromptAround = {},
): PromptText {
  const own = document.parts.map(({ role, start, end, fixed, read }) => ({
    role,
    text: document.text.slice(start, end),
    fixed: moved(within(fixed, start, end), -start),
    tags: moved(within(document.templateTags, start, end), -start),
    read,
  }));
  const others = included.map(({ path, text }) => ({ text, includedFrom: path, role: 'user' as const }));
  return readPromptText(
    {
      passages: [...own, ...others],
      maxTokens,
      hasSchema,
      ...(contextTokens === undefined ? {} : { contextTokens }),
    },
    measure,
  );
}

/**
 * A finding's edits in offsets of the file; null where one of them touches what the format writes, would have to be
 * escaped in it, or is of an included file. None of the edits may then be made.
 */
export function fileEdits(document: PromptFileText, edits: readonly Edit[]): TextEdit[] | null {
  const moves: TextEdit[] = [];
  for (const { passage, start, end, replacement } of edits) {
    const part = document.parts[passage];
    if (part === undefined) return null;
    const move = { start: start + part.start, end: end + part.start, replacement };
    if (move.end > part.end || touches(part.fixed, move.start, move.end)) return null;
    if (!isPlain(document) && !isReadAsWritten(part, document.text, move)) return null;
    moves.push(move);
  }
  return moves;
}

/** Whether the messages of such a file are sent as they are written. */
function isPlain({ use, format }: PromptFileText): boolean {
  return use !== 'embedded' && format !== 'github-models';
}

/** How much around an edit is read with it, in UTF-16 units: a file of thousands of edits is not read as often. */
const AROUND = 400;

/** Whether the part reads as its message with the edit in it: nothing that is put in, or now begins it, means something else. */
function isReadAsWritten(part: PromptPart, text: string, { start, end, replacement }: TextEdit): boolean {
  // Line ends would need the format's indentation, and the rest an escape in one format or another.
  if (/[\r\n\\"'`${}]/.test(replacement)) return false;
  const from = outsideOf(part, Math.max(part.start, start - AROUND)).start;
  const to = outsideOf(part, Math.min(part.end, end + AROUND)).end;
  const before = text.slice(from, start);
  const after = text.slice(end, to);
  if (from === part.start && before.trim() === '' && /^[\s[\]{}&*!|>%@`"'#,?:-]/.test(replacement + after))
    return false;
  const read = part.read(text.slice(from, to));
  const changed = part.read(before + replacement + after);
  // What is in front of the edit may read otherwise when it stands alone, so that the place is looked for.
  let place = commonBeginning(read, changed);
  for (const first = Math.max(0, place - replacement.length); place >= first; place--)
    if (changed === read.slice(0, place) + replacement + read.slice(place + end - start)) return true;
  return false;
}

/** A place, or the bounds of what the format writes there: cut in two it would be read as something else. */
function outsideOf({ fixed }: PromptPart, place: number): Span {
  const span = fixed[firstEndingAfter(fixed, place)];
  return span !== undefined && span.start < place ? span : { start: place, end: place };
}

function commonBeginning(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length++;
  return length;
}

function within(spans: readonly Span[], start: number, end: number): Span[] {
  return spans
    .filter((span) => span.end > start && span.start < end)
    .map((span) => ({ start: Math.max(span.start, start), end: Math.min(span.end, end) }));
}

function moved(spans: readonly Span[], by: number): Span[] {
  return spans.map(({ start, end }) => ({ start: start + by, end: end + by }));
}
