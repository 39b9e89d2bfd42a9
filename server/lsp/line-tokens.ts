/** Tokens by line, for the lines that an editor shows. */
import { farthingError } from '../../protocol/errors.ts';
import type { LineTokens, LineTokensParams } from '../../protocol/token-counts.ts';
import { isBlank, splitLines } from '../prompts/lines.ts';
import type { PromptDocument } from '../prompts/prompt-document.ts';
import type { PromptPart } from '../prompts/prompt-part.ts';
import type { HandlerContext } from './context.ts';
import { MOST_TEXT } from './counts.ts';

/** More lines than an editor shows at once. */
const MOST_LINES = 500;

/** Variables count as they are written. Null for a document that is not open, changed since, or too large. */
export async function lineTokens(
  { session, counts }: HandlerContext,
  { uri, version, first, last }: LineTokensParams,
): Promise<LineTokens | null> {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0)
    throw farthingError('internal', {}, { cause: new TypeError('lines that are none') });
  const measure = await counts.measure(uri);
  const document = session.documents.get(uri);
  const prompt = session.openPrompt(uri);
  if (measure === null || document === undefined || prompt === null) return null;
  if (document.version !== version || prompt.text.length > MOST_TEXT) return null;
  const end = Math.min(last, first + MOST_LINES - 1, document.lineCount - 1);
  const begins = Array.from({ length: Math.max(0, end - first + 2) }, (_, index) =>
    document.offsetAt({ line: first + index, character: 0 }),
  );
  // An offset past the last line is the text's end.
  const tokens = begins.slice(0, -1).map((): number | null => null);
  for (const part of prompt.parts) {
    const from = Math.max(part.start, begins[0] ?? 0);
    const to = Math.min(part.end, begins.at(-1) ?? 0);
    if (from >= to) continue;
    let line = 0;
    for (; line < tokens.length; line++)
      if ((begins[line] ?? 0) < to && (begins[line + 1] ?? 0) > from) tokens[line] ??= 0;
    line = 0;
    const { text, fileOffset, sentOffset } = sentLines(prompt, part);
    for (const piece of measure.meter.pieces(text, sentOffset(from), sentOffset(to))) {
      const place = fileOffset(piece.start);
      while (line < tokens.length - 1 && (begins[line + 1] ?? 0) <= place) line++;
      tokens[line] = (tokens[line] ?? 0) + 1;
    }
  }
  return { version, first, tokens, approximate: measure.meter.approximate };
}

/**
 * A part as it is sent, line by line, and the offsets from one to the other; within a line they are those of its
 * beginning or end, which is all that lines need.
 */
function sentLines({ text, use }: PromptDocument, part: PromptPart) {
  const { start, end, fixed, read } = part;
  if (fixed.length === 0)
    return {
      text: text.slice(start, end),
      fileOffset: (offset: number) => start + offset,
      sentOffset: (offset: number) => offset - start,
    };
  const lines: { readonly file: number; readonly sent: number }[] = [];
  const indentations = new Map(
    fixed.filter((span) => isBlank(text.slice(span.start, span.end))).map((span) => [span.start, span.end]),
  );
  const sent: string[] = [];
  let length = 0;
  let at = start;
  for (const line of splitLines(text.slice(start, end))) {
    const written = text.slice(Math.min(indentations.get(at) ?? at, at + line.length), at + line.length);
    const found = read(written);
    // YAML folds a line's end into a space, which the line by itself does not have.
    const isFolded = use !== 'embedded' && at + line.length < end && /\S$/.test(found);
    const own = isFolded ? `${found} ` : found;
    lines.push({ file: at, sent: length });
    sent.push(own);
    length += own.length;
    at += line.length;
  }
  return {
    text: sent.join(''),
    fileOffset: (offset: number) => lines.findLast((one) => one.sent <= offset)?.file ?? start,
    sentOffset: (offset: number) =>
      offset >= end ? length : (lines.findLast((one) => one.file <= offset)?.sent ?? 0),
  };
}
