/** How the numbers of an estimate read: the same in the status bar, in a hover and in the plan of a call. */
import { groupThousands } from './money.ts';
import { formatTokens, type Preview } from './receipt.ts';

/** "1,234", "≈1,234", or "1,234+" where values are missing. */
export const inputCount = ({ inputTokens, approximate, missing }: Preview): string =>
  `${formatTokens(inputTokens, approximate)}${missing.length > 0 ? '+' : ''}`;

/** ", 3 % of the context window (400,000)", or "" where the window is not known. */
export function contextShare({ inputTokens, contextTokens }: Preview): string {
  if (contextTokens === null) return '';
  const percent = (100 * inputTokens) / contextTokens;
  const share = percent > 0 && percent < 1 ? 'under 1' : String(Math.round(percent));
  return `, ${share} % of the context window (${groupThousands(String(contextTokens))})`;
}

/** How much output is expected, and on what that rests. */
export function outputLine({ outputTokens, outputBasis, pastRuns }: Preview): string {
  const tokens = `${groupThousands(String(outputTokens))} output tokens`;
  switch (outputBasis) {
    case 'past runs':
      return `${tokens}: median of ${pastRuns} past ${pastRuns === 1 ? 'run' : 'runs'}`;
    case 'max tokens':
      return `${tokens} at most, as the prompt limits them`;
    case 'assumed':
      return `assumed ${tokens}; no past runs`;
  }
}
