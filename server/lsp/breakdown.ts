/** Where the tokens of an open prompt are. */
import type { Message } from '../../protocol/messages.ts';
import type { Breakdown, BreakdownParams } from '../../protocol/token-counts.ts';
import { missingVariables } from '../calls/prepare-call.ts';
import type { HandlerContext } from './context.ts';
import type { CountedPrompt } from './counts.ts';
import { filesOf } from './included-files.ts';
import { countedSections } from './section-tokens.ts';

/** How many past runs say what values add. */
const PAST_RUNS = 20;

/** Null where the prompt is not open or no model is configured. Throws what the prompt is too broken to be read for. */
export async function breakdown(
  { session, daemon, counts }: HandlerContext,
  { uri }: BreakdownParams,
): Promise<Breakdown | null> {
  const counted = await counts.of(uri);
  if (counted === null) return null;
  const { prompt, outline, meter, model, provider, preview, version } = counted;
  const sections = countedSections(counted);
  const tooLarge = sections.length === 0 && outline.sections.length > 0;
  // What agents load is a part of their messages, and the chat format is not counted twice.
  const overhead = prompt.use === 'run' ? meter.overhead(prompt.parts.map(({ role }) => role)) : 0;
  const perRole = new Map<Message['role'], number>();
  for (const { role, tokens } of sections)
    if (role !== null) perRole.set(role, (perRole.get(role) ?? 0) + tokens);
  const known = [...perRole.values()].reduce((sum, tokens) => sum + tokens, overhead);
  const total = preview?.inputTokens ?? known;
  const files = await filesOf(counted, session);
  return {
    uri,
    version,
    model: model.id,
    approximate: meter.approximate,
    total,
    contextTokens: daemon.prices.contextTokens(provider, model),
    sections: sections.map(({ kind, title, role, line, depth, tokens }) => ({
      kind,
      title,
      role,
      line,
      depth,
      tokens,
    })),
    roles: [...perRole].map(([role, tokens]) => ({ role, tokens })),
    overhead,
    byPipeline: tooLarge ? 0 : total - known,
    frontMatter:
      prompt.frontMatterLines === null
        ? null
        : { line: 0, tokens: meter.count(prompt.text.slice(0, prompt.bodyOffset)) },
    included: files.map(({ text, ...file }) => ({
      ...file,
      tokens: text === null ? null : meter.count(text),
    })),
    variables: prompt.use === 'loaded' ? [] : missingVariables({ kind: 'document', uri }, session),
    pastValues: pastValues(counted, daemon.ledger, total),
    tooLarge,
  };
}

/** What past runs sent beyond what is sent without values: the median over them, where the text was about this one. */
function pastValues(
  { prompt, model, provider, preview }: CountedPrompt,
  ledger: HandlerContext['daemon']['ledger'],
  total: number,
): Breakdown['pastValues'] {
  if (preview === null || preview.missing.length === 0) return null;
  const past = ledger.pastInputTokens(prompt.uri, model.id, provider.simulated, PAST_RUNS);
  const middle = [...past].sort((one, other) => one - other)[past.length >> 1];
  return middle === undefined ? null : { tokens: Math.max(0, middle - total), runs: past.length };
}
