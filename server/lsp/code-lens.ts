/** The line above a prompt: Run, its tokens, what one run would cost, and the model. */
import type { CodeLens } from 'vscode-languageserver';
import type { EstimateParams } from '../../protocol/messages.ts';
import { formatMoney } from '../../protocol/money.ts';
import { formatTokens, type Preview } from '../../protocol/receipt.ts';

/** The lenses of a prompt whose body begins at `line` (from 0). */
export function codeLenses({ uri, preview, problem }: EstimateParams, line: number): CodeLens[] {
  const range = { start: { line, character: 0 }, end: { line, character: 0 } };
  const command =
    preview === null
      ? { title: `$(warning) ${problem ?? ''}`, command: '' }
      : { title: `$(play) Run · ${describe(preview)}`, command: 'farthing.runPrompt', arguments: [uri] };
  return [{ range, command }];
}

function describe(preview: Preview): string {
  const { inputTokens, approximate, cached, cost, missing } = preview;
  const price = cached
    ? 'cached, $0'
    : cost.nano === null
      ? 'price unknown'
      : `est. ${formatMoney(cost.nano)}`;
  return [
    `${formatTokens(inputTokens, approximate)}${missing.length > 0 ? '+' : ''} tokens`,
    price,
    modelOf(preview),
  ].join(' · ');
}

const modelOf = ({ model, provider, simulated }: Preview): string =>
  simulated ? `${model} (${provider}, simulated)` : model;
