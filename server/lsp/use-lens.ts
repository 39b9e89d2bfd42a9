/** The line above what is not run by itself: files that every turn of an agent loads, and prompts in a program. */
import type { CodeLens } from 'vscode-languageserver';
import { formatMoney, type NanoDollars } from '../../protocol/money.ts';
import { NO_USAGE, tokenWords, type Usage } from '../../protocol/receipt.ts';
import type { PromptDocument } from '../prompts/prompt-document.ts';
import type { CountedPrompt } from './counts.ts';
import { lensAt } from './section-lens.ts';
import { countedSections } from './section-tokens.ts';

/** What some usage costs with the prompt's model; null where its price is unknown. */
export type CostOf = (usage: Usage) => NanoDollars | null;

const TURNS = 1000;

/** When agents load a file, as the audit of a workspace has it. */
function whenLoaded({ format, frontMatter }: Pick<PromptDocument, 'format' | 'frontMatter'>): string {
  if (format === 'skill') return 'in each turn with this skill';
  if (format === 'agent') return 'in every turn of this agent';
  const pattern = frontMatter.extra.get('applyTo');
  return format === 'instructions' && pattern !== '**' ? 'in each turn that it applies to' : 'in every turn';
}

/** "1,204 tokens in every turn · $3.61 per 1,000 turns with gpt-5, $0.36 where its provider caches them". */
export function loadedLens(counted: CountedPrompt, costOf: CostOf): CodeLens[] {
  const { meter, model, tokens, prompt } = counted;
  if (tokens.length === 0) return [];
  const sum = tokens.reduce((all, one) => all + one, 0);
  const thousand = (usage: Partial<Usage>) => {
    const nano = costOf({ ...NO_USAGE, inputTokens: sum, ...usage });
    return nano === null ? null : nano * TURNS;
  };
  const full = thousand({});
  const cached = thousand({ cachedInputTokens: sum });
  const price = full === null ? 'price unknown' : `${formatMoney(full)} per 1,000 turns`;
  const less =
    cached === null || full === null || cached >= full ? '' : `, ${formatMoney(cached)} where it is cached`;
  return [
    lensAt(prompt.bodyLine, {
      title: `${tokenWords(sum, meter.approximate)} ${whenLoaded(prompt)} · ${price} with ${model.id}${less}`,
      tooltip: 'Show where the tokens of this file are',
      command: 'farthing.showBreakdown',
      arguments: [prompt.uri],
    }),
  ];
}

/** "Prompt · 120 tokens · $0.00003 of input a run" above each prompt of a program. */
export function embeddedLenses(counted: CountedPrompt, costOf: CostOf): CodeLens[] {
  const { meter } = counted;
  return countedSections(counted)
    .filter(({ kind }) => kind === 'role')
    .map(({ line, tokens }) => {
      const nano = costOf({ ...NO_USAGE, inputTokens: tokens });
      const price = nano === null ? 'price unknown' : `${formatMoney(nano)} of input a run`;
      return lensAt(line, {
        title: `Prompt · ${tokenWords(tokens, meter.approximate)} · ${price}`,
        tooltip: `As ${counted.model.id} counts it; what a run fills in and its answer come on top.`,
        command: 'farthing.showBreakdown',
        arguments: [counted.prompt.uri],
      });
    });
}
