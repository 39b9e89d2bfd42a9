/** How decisions read: the same under an answer, in a call's report and on the command line. */
import { formatMoney } from './money.ts';
import { type Decision, formatTokens } from './receipt.ts';

/** What the stages of the pipeline are called where people read of them. */
const STAGE_NAMES: Readonly<Record<string, string>> = {
  attribute: 'Attribution',
  record: 'Ledger',
  budget: 'Budget',
  exactCache: 'Cache',
  singleFlight: 'Shared answers',
  deadline: 'Deadline',
  fallback: 'Fallback',
  retry: 'Retry',
};

/** "fellBack" as "fell back": a stage's action, or the code of an error. */
export const inWords = (action: string): string =>
  action.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** "Cache, hit: The same request was answered before. (Saved 1,510 tokens, $0.0042)" */
export function formatDecision({ stage, action, why, savedTokens, savedNano }: Decision): string {
  const saved = [
    ...(savedTokens === undefined || savedTokens === 0 ? [] : [`${formatTokens(savedTokens)} tokens`]),
    ...(savedNano === undefined || savedNano === 0 ? [] : [formatMoney(savedNano)]),
  ];
  const suffix = saved.length === 0 ? '' : ` (Saved ${saved.join(', ')})`;
  return `${STAGE_NAMES[stage] ?? stage}, ${inWords(action)}: ${why}${suffix}`;
}

/** A numbered list in Markdown, one decision a line; "" for none. */
export const decisionList = (decisions: readonly Decision[]): string =>
  decisions.map((decision, index) => `${index + 1}. ${formatDecision(decision)}`).join('\n');
