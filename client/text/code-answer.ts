/** Takes the code out of an answer, or says why there is none to be used. */
import { readFences } from '../../protocol/code-fences.ts';
import type { Answer } from './answer-text.ts';
import type { L10n } from './l10n.ts';

/** What an answer has: code, or a sentence that says what to do, with the command that does it. */
export type CodeAnswer =
  | { readonly code: string }
  | { readonly problem: string; readonly help: 'continue' | 'better' };

/** Null for an answer that has not ended, or whose end says itself what went wrong. */
export function readCodeAnswer({ text, end }: Answer, l10n: L10n): CodeAnswer | null {
  if (end === null || end.receipt === null || end.problem !== null) return null;
  if (end.receipt.finishReason === 'length')
    return {
      problem: l10n.t('The answer was cut, so there is nothing to apply yet. Continue it for the rest.'),
      help: 'continue',
    };
  const better = (problem: string) => ({ problem, help: 'better' }) as const;
  const { blocks } = readFences(text);
  const [block] = blocks;
  if (block === undefined || block.code.trim() === '')
    return better(
      l10n.t('The answer has no code block, so there is nothing to apply. Read it, or ask a better model.'),
    );
  if (blocks.length > 1)
    return better(
      l10n.t(
        'The answer has {0} code blocks, so it is not sure which to apply. Copy the right one, or ask a better model.',
        blocks.length,
      ),
    );
  if (!block.isClosed)
    return better(
      l10n.t(
        'The code of the answer is not whole, so it is not applied. Ask a better model, or run it again.',
      ),
    );
  const fault = end.receipt.decisions.findLast(
    ({ stage, action }) => stage === 'cascade' && (action === 'failedGates' || action === 'notReached'),
  );
  if (fault !== undefined)
    return better(
      l10n.t('The answer did not pass its checks, so it is not applied. Ask a better model. {0}', fault.why),
    );
  return { code: block.code };
}
