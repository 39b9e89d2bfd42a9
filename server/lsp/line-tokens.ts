/** Tokens by line, for the lines that an editor shows. */
import { farthingError } from '../../protocol/errors.ts';
import type { LineTokens, LineTokensParams } from '../../protocol/token-counts.ts';
import type { Span } from '../prompts/prompt-part.ts';
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
  for (const { start, end: messageEnd, fixed } of prompt.parts) {
    const from = Math.max(start, begins[0] ?? 0);
    const to = Math.min(messageEnd, begins.at(-1) ?? 0);
    if (from >= to) continue;
    let line = 0;
    for (; line < tokens.length; line++)
      if ((begins[line] ?? 0) < to && (begins[line + 1] ?? 0) > from) tokens[line] ??= 0;
    line = 0;
    const { text, fileOffset, sentOffset } = withoutFixed(prompt.text, { start, end: messageEnd }, fixed);
    for (const piece of measure.meter.pieces(text, sentOffset(from), sentOffset(to))) {
      const place = fileOffset(piece.start);
      while (line < tokens.length - 1 && (begins[line + 1] ?? 0) <= place) line++;
      tokens[line] = (tokens[line] ?? 0) + 1;
    }
  }
  return { version, first, tokens, approximate: measure.meter.approximate };
}

/** A part without what its format writes in between, and the offsets from one to the other. */
function withoutFixed(text: string, { start, end }: Span, fixed: readonly Span[]) {
  const kept: { readonly file: number; readonly sent: number; readonly text: string }[] = [];
  let file = start;
  let sent = 0;
  for (const gap of [...fixed, { start: end, end }]) {
    if (gap.start > file) {
      const between = text.slice(file, gap.start);
      kept.push({ file, sent, text: between });
      sent += between.length;
    }
    file = Math.max(file, gap.end);
  }
  return {
    text: kept.map((one) => one.text).join(''),
    fileOffset(offset: number): number {
      const stretch = kept.findLast((one) => one.sent <= offset);
      return stretch === undefined ? start : stretch.file + offset - stretch.sent;
    },
    sentOffset(offset: number): number {
      const stretch = kept.findLast((one) => one.file <= offset);
      return stretch === undefined ? 0 : stretch.sent + Math.min(stretch.text.length, offset - stretch.file);
    },
  };
}
