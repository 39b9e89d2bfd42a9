/** The lines of the list in which models are compared. */
import type { ComparedModels, ModelComparison, NamedRoute } from '../../protocol/model-comparison.ts';
import { isSameRoute } from '../../protocol/model-comparison.ts';
import { priceLine } from '../../protocol/model-price-text.ts';
import { formatMoney } from '../../protocol/money.ts';
import { contextShare, inputCount, outputLine } from '../../protocol/preview-text.ts';
import type { L10n } from './l10n.ts';

/** One line. */
export interface ComparisonLine {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** What is chosen with it: a model for the estimate; null for the prompt's own again. */
  readonly route: NamedRoute | null;
  /** True where it can be written into the prompt. */
  readonly writable: boolean;
}

/** A line for each model, the cheapest first; above them the way back where a model is chosen. */
export function comparisonLines(
  { models, own, leftOut }: ComparedModels,
  chosen: NamedRoute | null,
  l10n: L10n,
): readonly ComparisonLine[] {
  const back: readonly ComparisonLine[] =
    chosen === null
      ? []
      : [
          {
            label: l10n.t("$(discard) Estimate with the prompt's own model again"),
            description: own === null ? '' : own.model,
            detail: l10n.t('It is estimated with {0} now; a run uses its own all the same.', chosen.model),
            route: null,
            writable: false,
          },
        ];
  const rest: readonly ComparisonLine[] =
    leftOut === 0
      ? []
      : [
          {
            label: l10n.t('{0} more models are configured and not compared', leftOut),
            description: '',
            detail: l10n.t('Name the one you mean in the front matter to see its estimate.'),
            route: chosen,
            writable: false,
          },
        ];
  return [...back, ...models.map((model) => lineOf(model, own, chosen, l10n)), ...rest];
}

function lineOf(
  comparison: ModelComparison,
  own: NamedRoute | null,
  chosen: NamedRoute | null,
  l10n: L10n,
): ComparisonLine {
  const { provider, model, simulated, preview, problem, thousandRunsNano } = comparison;
  const marks = [
    ...(isSameRoute(own, comparison) ? [l10n.t('the model of a run')] : []),
    ...(isSameRoute(chosen, comparison) ? [l10n.t('the model of the estimate')] : []),
  ];
  const cost =
    preview === null
      ? ''
      : preview.cost.nano === null
        ? l10n.t('price unknown')
        : l10n.t(
            '{0} a run · {1} per 1,000 runs',
            formatMoney(preview.cost.nano),
            formatMoney(thousandRunsNano),
          );
  return {
    label: model,
    description: [simulated ? l10n.t('{0} (simulated)', provider) : provider, cost, ...marks]
      .filter((part) => part !== '')
      .join(' · '),
    detail: preview === null ? (problem ?? '') : detailOf(comparison, preview, l10n),
    route: { provider, model },
    writable: true,
  };
}

function detailOf(
  { fits, price }: ModelComparison,
  preview: NonNullable<ModelComparison['preview']>,
  l10n: L10n,
): string {
  const window =
    fits === null
      ? l10n.t('context window not known')
      : fits
        ? ''
        : l10n.t('does not fit the context window');
  return [
    window === '' || fits === null ? '' : `$(warning) ${window}`,
    `${l10n.t('{0} tokens in', inputCount(preview))}${contextShare(preview)}`,
    outputLine(preview),
    fits === null ? window : '',
    price.input === null ? '' : priceLine(price),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
