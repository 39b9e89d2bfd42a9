/** How the requests of a call read: in short under an answer, in full in the report of a call. */
import { faultWords } from './fault-words.ts';
import type { AttemptLine } from './messages.ts';
import { formatMoney } from './money.ts';
import { formatDuration, formatInAndOut, formatTokens, type Usage } from './receipt.ts';

/** A numbered list in Markdown, one request a line. */
export const requestList = (attempts: readonly AttemptLine[]): string =>
  attempts
    .map((attempt, index) => {
      const { usage, cost, totalMs } = attempt;
      // The cost first: further on, a narrow editor may wrap in the middle of it.
      const parts = [formatMoney(cost.nano), modelOf(attempt), outcomeOf(attempt)];
      return `${index + 1}. ${[...parts, formatInAndOut(usage), formatDuration(totalMs)].join(' · ')}`;
    })
    .join('\n');

/** All there is on each request, a fact a line: a table of them is too wide for an editor beside another. */
export const requestDetails = (attempts: readonly AttemptLine[]): readonly string[] =>
  attempts.flatMap((attempt, index) => [
    `### ${index + 1}. ${modelOf(attempt)}: ${outcomeOf(attempt)}`,
    factsOf(attempt)
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
  ]);

function factsOf({ usage, cost, firstTextMs, totalMs }: AttemptLine): readonly (readonly [string, string])[] {
  const first = firstTextMs === null ? '' : `, first text after ${formatDuration(firstTextMs)}`;
  return [
    ['Cost', `${formatMoney(cost.nano)}${cost.priceVersion === null ? '' : ` (${cost.priceVersion})`}`],
    ['Input', inputOf(usage)],
    ['Output', outputOf(usage)],
    ['Tokens by', usage.source === 'provider' ? 'the provider' : 'Farthing'],
    ['Time', `${formatDuration(totalMs)}${first}`],
  ];
}

const inputOf = ({ inputTokens, cachedInputTokens, cacheWriteTokens, approximate }: Usage): string =>
  partsOf(formatTokens(inputTokens, approximate), [
    [cachedInputTokens, "read from the provider's cache"],
    [cacheWriteTokens, "written to the provider's cache"],
  ]);

const outputOf = ({ outputTokens, reasoningTokens, approximate }: Usage): string =>
  partsOf(formatTokens(outputTokens, approximate), [[reasoningTokens, 'reasoning']]);

/** "1,200, of them 1,024 read from …"; kinds of which there are none are left out. */
function partsOf(all: string, kinds: readonly (readonly [tokens: number, kind: string])[]): string {
  const parts = kinds
    .filter(([tokens]) => tokens > 0)
    .map(([tokens, kind]) => `${formatTokens(tokens)} ${kind}`);
  return parts.length === 0 ? all : `${all}, of them ${parts.join(' and ')}`;
}

const modelOf = ({ provider, model, servedModel }: AttemptLine): string =>
  `${provider}/${model}${servedModel === null || servedModel === model ? '' : ` (${servedModel})`}`;

const outcomeOf = ({ outcome, errorCode }: AttemptLine): string =>
  `${outcome === 'aborted' ? 'cancelled' : outcome}${outcome === 'failed' && errorCode !== null ? ` (${faultWords(errorCode)})` : ''}`;
