/** The most that one call may cost, as budgets see it: what a limit must have room for. */
import { toFarthingError } from '../protocol/errors.ts';
import { MESSAGES } from '../protocol/messages.ts';
import type { FeatureHost } from './host.ts';
import type { WorstCall } from './text/budget-problems.ts';

/** As short as a prompt can be: longer ones cost more. Nothing is sent. */
const SHORTEST = { kind: 'text', uri: 'untitled:shortest.prompt.md', text: 'Hello' } as const;

/** The worst case of a model's call, by default of the model that answers; null where nothing is billed or known. */
export async function worstCall(
  { daemon, log }: Pick<FeatureHost, 'daemon' | 'log'>,
  model: string | null,
): Promise<WorstCall | null> {
  try {
    const preview = await daemon.request(MESSAGES.preview, {
      source: SHORTEST,
      ...(model === null ? {} : { model }),
    });
    return preview.simulated ? null : { model: preview.model, ...preview.worst };
  } catch (error) {
    // A budget may be set up before there is a model.
    log.debug(`preview: ${toFarthingError(error).message}`);
    return null;
  }
}
