/** How many tokens messages have once their context is fitted and written shorter: what leaving out turns is held against. */
import type { Message } from '../../protocol/messages.ts';
import { readContext } from '../fitting/fit-messages.ts';
import { isContinuationRequest } from '../prompts/continuation.ts';
import { createCountMemory } from './count-memory.ts';
import { planContext } from './fit-to-limit.ts';
import { markedParts, textOf, withTexts } from './marked-parts.ts';
import { createPayingFit } from './paying-fit.ts';
import type { Compressor, TokenCounter } from './ports.ts';
import { createShortenedTexts } from './shortened-texts.ts';
import type { Call } from './stage.ts';

/** Texts that are counted once, though an estimate comes with each edit. */
const MOST_REMEMBERED = 1024;

/** The tokens of `messages` with their chat format, as the stages below send them of `call`. */
export function createSentTokens(dependencies: {
  readonly counter: TokenCounter;
  readonly compressor: Compressor;
}): (call: Call, messages: readonly Message[]) => Promise<number> {
  const count = createCountMemory(dependencies.counter, MOST_REMEMBERED);
  const shortened = createShortenedTexts(dependencies.compressor);
  const tools = { count, paying: createPayingFit(dependencies) };

  const fitted = async (call: Call): Promise<Call> => {
    const context = call.off.has('fitContext')
      ? null
      : readContext(call.messages, (content) => !isContinuationRequest(content));
    const plan = context === null ? null : await planContext(context, call, tools);
    return plan === null ? call : { ...call, messages: plan.part.messages };
  };

  const short = async (call: Call): Promise<Call> => {
    const parts = call.off.has('compress') ? [] : markedParts(call);
    const texts = await Promise.all(
      parts.map(async (part) => (await shortened(call, textOf(call, part), part.role)).text),
    );
    return { ...call, messages: withTexts(call.messages, parts, texts) };
  };

  return async (call, messages) => {
    const sent = await short(await fitted({ ...call, messages }));
    const counts = await Promise.all(sent.messages.map(({ content }) => count(call, content)));
    const empty = messages.map((message) => ({ ...message, content: '' }));
    const format = await dependencies.counter.countMessages(call.model, empty);
    return counts.reduce((sum, { tokens }) => sum + tokens, format.tokens);
  };
}
