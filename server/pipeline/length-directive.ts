/** A sentence that keeps the answers of some kinds of task short, where nobody said how long they should be. */
import type { Message } from '../../protocol/messages.ts';
import { LENGTH_DIRECTIVES, SPEAKS_OF_LENGTH } from '../prompts/length-words.ts';
import type { Call } from './stage.ts';

/** How much of a message is looked at, from its beginning and from its end, in characters. */
const LOOKED_AT = 2000;

/** The sentence for a call; null where its kind has none, or where its caller said how long the answer should be. */
export function lengthDirective({ kind, messages, sampling, responseFormat, tools }: Call): string | null {
  const directive = LENGTH_DIRECTIVES[kind];
  const isShaped = responseFormat !== null && responseFormat.type !== 'text';
  if (directive === undefined || isShaped || tools.length > 0 || sampling.maxTokens !== undefined)
    return null;
  const said = [...messages.filter(({ role }) => role === 'system'), ...messages.slice(-1)];
  return said.some(({ content }) => SPEAKS_OF_LENGTH.test(ends(content))) ? null : directive;
}

/**
 * Messages with a sentence for the model at the end of the leading system messages, where it is the same in each call
 * and so breaks no prefix that a provider keeps.
 */
export function withInstruction(messages: readonly Message[], instruction: string): readonly Message[] {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const leading = first < 0 ? messages.length : first;
  const last = messages[leading - 1];
  if (last === undefined) return [{ role: 'system', content: instruction }, ...messages];
  const content = `${last.content}\n\n${instruction}`;
  return messages.with(leading - 1, { ...last, content });
}

const ends = (text: string): string =>
  text.length <= 2 * LOOKED_AT ? text : `${text.slice(0, LOOKED_AT)} ${text.slice(-LOOKED_AT)}`;
