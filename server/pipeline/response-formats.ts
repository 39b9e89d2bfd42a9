/** Which endpoints take a form of the answer, and how the others are told of it. */
import type { ResponseFormat } from '../../protocol/messages.ts';
import { withInstruction } from './length-directive.ts';
import { placeOf } from './place.ts';
import type { Call, Route } from './stage.ts';

/** What an endpoint takes in `response_format`. */
type Takes = 'json_schema' | 'json_object' | 'nothing';

/**
 * By host, where it is documented: DeepSeek knows JSON and no schema ("JSON Output"), and Anthropic's compatible endpoint
 * ignores the field ("OpenAI SDK compatibility"). The others are asked and believed.
 */
const KNOWN: Readonly<Record<string, Takes>> = {
  'api.deepseek.com': 'json_object',
  'api.anthropic.com': 'nothing',
};

/** Refusals that are remembered at most. */
const MOST_REFUSALS = 500;

/** Who refused which form of the answer, as long as the daemon runs. */
export interface FormatMemory {
  /** Notes that a model of a provider refused a form: "provider/model". */
  refused(place: string, format: ResponseFormat['type']): void;
  hasRefused(place: string, format: ResponseFormat['type']): boolean;
}

/** Knows of no refusal yet. */
export function createFormatMemory(): FormatMemory {
  const refusals = new Set<string>();
  const nameOf = (place: string, format: string) => `${format} ${place}`;
  return {
    refused(place, format) {
      refusals.add(nameOf(place, format));
      const [oldest] = refusals;
      if (refusals.size > MOST_REFUSALS && oldest !== undefined) refusals.delete(oldest);
    },
    hasRefused: (place, format) => refusals.has(nameOf(place, format)),
  };
}

/** True where a call may go to a model that does not take its form of the answer. */
export function isFormatRefused(call: Call, memory: FormatMemory): boolean {
  const { responseFormat } = call;
  if (responseFormat === null || responseFormat.type === 'text') return false;
  return [call, ...call.ladder].some((route) => {
    const takes = takesOf(route);
    const isKnown = takes === 'nothing' || (takes === 'json_object' && responseFormat.type === 'json_schema');
    return isKnown || memory.hasRefused(placeOf(route), responseFormat.type);
  });
}

/** The call with its form of the answer in words; one that takes JSON at least is still asked for it. */
export function withFormatInPrompt(call: Call): Call {
  const { responseFormat, messages } = call;
  if (responseFormat === null || responseFormat.type === 'text') return call;
  const instruction =
    responseFormat.type === 'json_object'
      ? 'Answer with one JSON object and nothing else.'
      : `Answer with one JSON value and nothing else. It must be valid against this JSON schema: ${JSON.stringify(responseFormat.schema)}`;
  const takesJson =
    responseFormat.type === 'json_schema' &&
    [call, ...call.ladder].every((route) => takesOf(route) === 'json_object');
  return {
    ...call,
    messages: withInstruction(messages, instruction),
    responseFormat: takesJson ? { type: 'json_object' } : null,
  };
}

const takesOf = ({ provider }: Route): Takes =>
  provider.simulated ? 'json_schema' : (KNOWN[new URL(provider.baseUrl).hostname] ?? 'json_schema');
