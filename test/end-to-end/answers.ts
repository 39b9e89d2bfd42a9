/** What the scripted provider answers to the examples, and what that costs at the prices of its models. */
import type { Answer } from '../simulator/script.ts';

/** An answer with the usage that the provider reports for it, and its price in nano-dollars. */
export interface PricedAnswer {
  readonly answer: Answer;
  readonly cost: number;
}

/** OpenAI's prices, in nano-dollars a token: they are what the packaged price table must come to. */
const GPT_5_MINI = { input: 250, cached: 25, output: 2_000 };
const GPT_5_NANO = { input: 50, cached: 5, output: 400 };

interface Counts {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

function priced(prices: Counts, counts: Counts, answer: Answer): PricedAnswer {
  const { input, cached, output } = counts;
  return {
    answer: {
      ...answer,
      usage: {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    },
    cost: (input - cached) * prices.input + cached * prices.cached + output * prices.output,
  };
}

/** The first words of the review, which come long before the rest. */
export const REVIEW_BEGINS = '## Hold it back: four findings';

/** A review of the change in review.prompt.md; the rest comes when `rest` resolves. */
export const review = (rest: Promise<void>): PricedAnswer =>
  priced(
    GPT_5_MINI,
    { input: 641, cached: 512, output: 318 },
    {
      chunks: [
        REVIEW_BEGINS,
        `

**1. Rates are inverted.** \`[from, to].sort()\`
EUR → USD and USD → EUR share one key, so the
second caller gets the inverse rate.
Key the cache by \`from/to\`, unsorted.

**2. A failed fetch pays 1 : 1.** \`rate || 1\`
With no entry yet, 100 JPY become 100 EUR.
Throw where there is no earlier rate.

**3. The total stays 0.** \`lines.forEach(…)\`
Nobody awaits the async callbacks.
Use \`for … of\` and \`await\` each one.

**4. The cache is stale at once.** \`10 * 60\`
Entries last 600 ms, not ten minutes.
Multiply by 1000.

First test: EUR → USD, then USD → EUR.`,
      ],
      gates: { 2: rest },
    },
  );

/** An explanation of selected code. */
export const explanation = (): PricedAnswer =>
  priced(
    GPT_5_MINI,
    { input: 284, cached: 0, output: 96 },
    { text: 'A token bucket. `tryTake` takes tokens only if all of them are there.' },
  );

/** A commit message, for a change that was pasted. */
export const commitMessage = (): PricedAnswer =>
  priced(GPT_5_MINI, { input: 1_846, cached: 1_024, output: 71 }, { text: 'Key cached rates by direction' });

/** An explanation of a regular expression, by the small model. */
export const regularExpression = (): PricedAnswer =>
  priced(GPT_5_NANO, { input: 118, cached: 0, output: 240 }, { text: '- `^(?<year>\\d{4})` a year' });
