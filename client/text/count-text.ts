/** What is said of a text that was counted by itself. */
import { formatMoney } from '../../protocol/money.ts';
import { formatTokens } from '../../protocol/receipt.ts';
import type { TextCount } from '../../protocol/token-counts.ts';
import type { L10n } from './l10n.ts';

/** "The selection has 312 tokens with gpt-5-mini: $0.00008 as input." */
export function countSentence(
  { tokens, approximate, model, inputNano }: TextCount,
  isSelection: boolean,
  l10n: L10n,
): string {
  const count = formatTokens(tokens, approximate);
  const what =
    tokens === 1
      ? isSelection
        ? l10n.t('The selection has 1 token with {0}', model)
        : l10n.t('The document has 1 token with {0}', model)
      : isSelection
        ? l10n.t('The selection has {0} tokens with {1}', count, model)
        : l10n.t('The document has {0} tokens with {1}', count, model);
  return inputNano === null
    ? l10n.t('{0}; its price is unknown. Set it in farthing.prices.', what)
    : l10n.t('{0}: {1} as input.', what, formatMoney(inputNano));
}
