/** Counts a text by itself, such as a selection. */
import type { CancellationToken } from 'vscode-languageserver';
import { farthingError } from '../../protocol/errors.ts';
import { NO_USAGE } from '../../protocol/receipt.ts';
import type { CountTextParams, TextCount } from '../../protocol/token-counts.ts';
import type { HandlerContext } from './context.ts';

/** Throws noProvider where no model is configured, and cancelled for a count that nobody waits for any more. */
export async function countText(
  { session, daemon, counts }: HandlerContext,
  { text, uri }: CountTextParams,
  token: CancellationToken,
): Promise<TextCount> {
  if (typeof text !== 'string') throw farthingError('internal', {}, { cause: new TypeError('no text') });
  const measure = await counts.measure(uri);
  if (measure === null) throw farthingError('noProvider', {});
  if (token.isCancellationRequested) throw farthingError('cancelled', {});
  const { provider, model } = measure;
  const { tokens, approximate } = await daemon.counter.countText(model, text);
  const usage = { ...NO_USAGE, inputTokens: tokens, source: 'assumed', approximate } as const;
  const { nano } = daemon.prices.cost(provider, model, usage, session.settings, daemon.clock.now());
  return { tokens, approximate, model: model.id, inputNano: nano };
}
