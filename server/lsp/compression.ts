/** The handler behind "Compress Prompt": the suggestions, and what carrying some of them out saves. */
import type { Compression, CompressionCost, CompressionParams } from '../../protocol/compression.ts';
import { type FarthingError, farthingError, toFarthingError } from '../../protocol/errors.ts';
import { applyEdits } from '../prompts/compression/apply.ts';
import { resolveModel } from '../prompts/models.ts';
import { parsePrompt } from '../prompts/prompt-document.ts';
import type { HandlerContext } from './context.ts';
import type { CountedPrompt } from './counts.ts';
import { wasteText } from './prefix-waste.ts';
import { isWithin, rangeOf } from './ranges.ts';
import { compatible } from './suggestion-diagnostics.ts';

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
/** More runs than this in a month are shown as this many. */
const MOST_RUNS = 100_000;

/**
 * Throws documentClosed for a prompt that is not open, noPrompt for a file without one, what keeps its model from being
 * known, and tooLongToCompress for one that is too long to be read.
 */
export async function compression(context: HandlerContext, params: CompressionParams): Promise<Compression> {
  const found = await context.suggestions.of(params.uri);
  if (found === null) throw whyNone(context, params.uri);
  const { counted, left } = found;
  if (found.tooLong) throw farthingError('tooLongToCompress', {});
  const { range } = params;
  const all = found.suggestions.filter((one) => range === undefined || isWithin(one.range, range));
  const indexed = all.map((one, index) => ({ ...one, index }));
  const asked = params.chosen ?? byWhatTheySave(indexed.filter(({ rule }) => rule.risk !== 'review'));
  const wanted = [...new Set(asked)]
    .flatMap((index) => indexed[index] ?? [])
    .filter(({ edits }) => edits.length > 0);
  const picked = compatible(wanted).sort((one, other) => one.index - other.index);
  const text = applyEdits(
    counted.prompt.text,
    picked.flatMap(({ edits }) => edits),
  );
  const { document, prompt, provider, model, meter } = counted;
  const before = textTokens(counted, prompt.text);
  const whole = counted.preview?.inputTokens ?? before;
  const cost = (tokens: number): CompressionCost => ({ tokens, nano: priceOf(context, counted, tokens) });
  const target = { job: prompt.uri, provider: provider.name, model: model.id, simulated: provider.simulated };
  const runs = context.daemon.ledger.pastStarts(
    target,
    context.daemon.clock.now() - MONTH_MS,
    MOST_RUNS,
  ).length;
  return {
    version: counted.version,
    suggestions: all.map(({ rule, finding, saved, range: at, edits, waste }) => ({
      rule: rule.id,
      title: rule.title,
      risk: rule.risk,
      message: waste === undefined ? finding.message : `${finding.message} ${wasteText(waste)}`,
      range: at,
      edits: edits.map(({ start, end, replacement }) => ({
        range: rangeOf(document, start, end),
        newText: replacement,
      })),
      savedTokens: saved,
    })),
    left,
    chosen: picked.map(({ index }) => index),
    text,
    model: `${provider.name}/${model.id}`,
    approximate: meter.approximate,
    before: cost(whole),
    after: cost(whole - before + textTokens(counted, text)),
    runs,
  };
}

function whyNone({ session }: HandlerContext, uri: string): FarthingError {
  if (session.documents.get(uri) === undefined) return farthingError('documentClosed', {});
  const prompt = session.openPrompt(uri);
  if (prompt === null) return farthingError('noPrompt', {});
  try {
    resolveModel(prompt.frontMatter.model, session.settings);
  } catch (error) {
    return toFarthingError(error);
  }
  // It changed while it was read, each time.
  return farthingError('documentClosed', {});
}

/** Of two that want one place, the one that saves more is the better default. */
const byWhatTheySave = (all: readonly { readonly saved: number; readonly index: number }[]): number[] =>
  [...all].sort((one, other) => other.saved - one.saved).map(({ index }) => index);

/** Tokens of a prompt's messages by themselves, read as its format sends them. */
function textTokens({ prompt, document, meter }: CountedPrompt, text: string): number {
  const { parts } =
    text === prompt.text ? prompt : parsePrompt({ uri: prompt.uri, text, languageId: document.languageId });
  return parts.reduce((sum, { start, end, read }) => sum + meter.count(read(text.slice(start, end))), 0);
}

/** Input alone, at the full price; null where it is not known. */
function priceOf(
  { daemon, session }: HandlerContext,
  { provider, model }: CountedPrompt,
  tokens: number,
): number | null {
  const none = { cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const usage = { ...none, inputTokens: tokens, source: 'counted', approximate: false } as const;
  return daemon.prices.cost(provider, model, usage, session.settings, daemon.clock.now()).nano;
}
