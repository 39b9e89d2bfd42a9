/** How decisions read: the same under an answer, in a call's report and on the command line. */
import { formatMoney } from './money.ts';
import { type Decision, tokenWords } from './receipt.ts';
import { decisionName, stageName } from './stage-words.ts';

/** "fellBack" as "fell back": a stage's action, or the code of an error. */
export const inWords = (action: string): string =>
  action.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** "Cache hit", or "Budget, warned" where an action has no name of its own. */
export const decisionTitle = ({ stage, action }: Pick<Decision, 'stage' | 'action'>): string =>
  decisionName(stage, action) ?? `${stageName(stage)}, ${inWords(action)}`;

/** "Cache hit: The same request was answered before. (Saved 1,510 tokens, $0.0042)" */
export function formatDecision(decision: Decision): string {
  const { why, savedTokens, savedNano } = decision;
  const saved = [
    ...(savedTokens === undefined || savedTokens === 0 ? [] : [tokenWords(savedTokens)]),
    ...(savedNano === undefined || savedNano === 0 ? [] : [formatMoney(savedNano)]),
  ];
  const suffix = saved.length === 0 ? '' : ` (Saved ${saved.join(', ')})`;
  return `${decisionTitle(decision)}: ${why}${suffix}`;
}

/** A numbered list in Markdown, one decision a line; "" for none. */
export const decisionList = (decisions: readonly Decision[]): string =>
  decisions.map((decision, index) => `${index + 1}. ${formatDecision(decision)}`).join('\n');
