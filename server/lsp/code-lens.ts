/** The line above a prompt: Run, its tokens, what one run would cost, and the model; and what is behind it. */
import type { CodeLens, Hover } from 'vscode-languageserver';
import { escapeMarkdown } from '../../protocol/markdown.ts';
import type { EstimateParams } from '../../protocol/messages.ts';
import { expected, planHover, planTooltip } from '../../protocol/plan.ts';
import { inputCount } from '../../protocol/preview-text.ts';
import type { Preview } from '../../protocol/receipt.ts';

/** The lenses of a prompt whose body begins at `line` (from 0). */
export function codeLenses(
  { uri, preview, problem, estimatedWith }: EstimateParams,
  line: number,
): CodeLens[] {
  if (preview === null && problem === null) return [];
  const range = { start: { line, character: 0 }, end: { line, character: 0 } };
  const command =
    preview === null
      ? { title: `$(warning) ${problem ?? ''}`, command: '' }
      : {
          title: `$(play) Run · ${[describe(preview), ...estimateWords(estimatedWith)].join(' · ')}`,
          tooltip: planTooltip(preview),
          command: 'farthing.runPrompt',
          arguments: [uri],
        };
  return [{ range, command }];
}

/** What would be done for the cost that stands above the line; no editor asks for a hover of the lens itself. */
export const planHoverOf = ({ preview, problem }: EstimateParams): Hover => ({
  contents: {
    kind: 'markdown',
    value: preview === null ? escapeMarkdown(problem ?? '') : planHover(preview),
  },
});

function describe(preview: Preview): string {
  return [`${inputCount(preview)} tokens`, expected(preview), modelOf(preview), ...budgetWords(preview)].join(
    ' · ',
  );
}

/** A click runs with another model than the one that is named, so that must be said where the click goes. */
const estimateWords = (estimatedWith: EstimateParams['estimatedWith']): readonly string[] =>
  estimatedWith === undefined ? [] : ['estimate only, a run uses its own model'];

/** What a budget does to a run, in a few words; the tooltip says which and why. A kept answer is given all the same. */
function budgetWords({ decisions, cached }: Preview): readonly string[] {
  const done = (action: string) => decisions.some((one) => one.stage === 'budget' && one.action === action);
  if (!cached && done('refused')) return ['a budget refuses it'];
  return done('downgraded') ? ['cheaper, for a budget'] : [];
}

const modelOf = ({ model, provider, simulated }: Preview): string =>
  simulated ? `${model} (${provider}, simulated)` : model;
