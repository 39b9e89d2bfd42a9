/** Which answers were given without a part of their context or of their conversation. */
import type { Answer } from './answer-text.ts';

/** True where a step of the call left something out. */
export const lacksContext = ({ decisions }: Pick<Answer, 'decisions'>): boolean =>
  decisions.some(
    ({ stage, action }) =>
      (stage === 'fitContext' && action === 'fitted') || (stage === 'fitHistory' && action === 'trimmed'),
  );

/** True where that is so or cannot be told: an answer that was given before says nothing of what it was asked with. */
export function mayLackContext(answer: Pick<Answer, 'decisions' | 'end'>): boolean {
  const outcome = answer.end?.receipt?.outcome;
  return lacksContext(answer) || outcome === 'cached' || outcome === 'coalesced';
}
