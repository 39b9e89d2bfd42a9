/** The provider of the replay: answers as the labelled data says, and bills true token counts at true prices. */
import type { Usage } from '../../protocol/receipt.ts';
import type { Clock, PriceBook } from '../../server/pipeline/ports.ts';
import type { Attempt, Call, Next } from '../../server/pipeline/stage.ts';
import type { Counting } from './counting.ts';
import { createPrefixCache, type PrefixCache } from './prefix-cache.ts';
import type { Question, Size } from './questions.ts';

/** The models that stand for the two that are labelled; any other one in the place of the small one answers as it does. */
export const MODELS: Readonly<Record<Size, string>> = { small: 'gpt-5-nano', frontier: 'gpt-5.2' };

export const sizeOf = (modelId: string): Size => (modelId === MODELS.frontier ? 'frontier' : 'small');

/** What the provider needs; its counts are not those of the pipeline, so that neither gets the other's for nothing. */
export interface ProviderParts {
  readonly clock: Clock;
  readonly prices: PriceBook;
  readonly counting: Counting;
  readonly questionOf: (callId: string) => Question;
}

/** The innermost step, and how long it was at work itself. */
export interface LabelledProvider {
  readonly send: Next;
  /** Milliseconds of all calls together. */
  worked(): number;
}

/** A provider that has seen nothing yet. */
export function createLabelledProvider({
  clock,
  prices,
  counting,
  questionOf,
}: ProviderParts): LabelledProvider {
  const caches = new Map<string, PrefixCache>();
  let worked = 0;

  async function answer(call: Call) {
    const { model, provider, messages, settings } = call;
    const cache = caches.get(model.id) ?? createPrefixCache((text) => counting.text(model, text));
    caches.set(model.id, cache);
    const whole = textOf(questionOf(call.id), call);
    const { text, isCut } = await counting.beginning(model, whole, call.sampling.maxTokens ?? Infinity);
    const inputTokens = await counting.messages(model, messages);
    const usage: Usage = {
      inputTokens,
      cachedInputTokens: Math.min(inputTokens, await cache.read(messages, clock.now())),
      cacheWriteTokens: 0,
      outputTokens: await counting.text(model, text),
      reasoningTokens: 0,
      source: 'provider',
      approximate: false,
    };
    const attempt: Attempt = {
      provider: provider.name,
      model: model.id,
      servedModel: null,
      outcome: 'answered',
      usage,
      cost: prices.cost(provider, model, usage, settings, clock.now()),
      firstTextMs: 0,
      totalMs: 0,
      errorCode: null,
    };
    return { text, attempt, reason: isCut ? ('length' as const) : ('stop' as const) };
  }

  return {
    worked: () => worked,
    async *send(call) {
      const begun = performance.now();
      const { text, attempt, reason } = await answer(call);
      worked += performance.now() - begun;
      yield { type: 'text', text };
      yield { type: 'attempt', attempt };
      yield { type: 'end', reason };
    },
  };
}

/** What the labelled model says, if what it takes to say it was sent; the rest of it where it was cut. */
function textOf({ answers, evidence, astray }: Question, { model, messages, part }: Call): string {
  const isThere = (text: string) => messages.some(({ content }) => content.includes(text));
  const whole = evidence.every(isThere) ? answers[sizeOf(model.id)] : astray;
  return part === 'rest' ? whole.slice(messages.at(-2)?.content.length ?? 0) : whole;
}
