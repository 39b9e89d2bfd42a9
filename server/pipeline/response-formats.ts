/** Which models take tools and a form of the answer, and how those that take no form are told of it. */
import type { ResponseFormat } from '../../protocol/messages.ts';
import type { Ability } from '../../protocol/settings.ts';
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

/** What a model may refuse of a call. */
export type Refusable = ResponseFormat['type'] | 'tools';

/** Who refused which form of the answer, or tools, as long as the daemon runs. */
export interface FormatMemory {
  /** Notes that a model of a provider refused it: "provider/model". */
  refused(place: string, what: Refusable): void;
  hasRefused(place: string, what: Refusable): boolean;
}

/** Knows of no refusal yet. */
export function createFormatMemory(): FormatMemory {
  const refusals = new Set<string>();
  const nameOf = (place: string, what: Refusable) => `${what} ${place}`;
  return {
    refused(place, what) {
      refusals.add(nameOf(place, what));
      const [oldest] = refusals;
      if (refusals.size > MOST_REFUSALS && oldest !== undefined) refusals.delete(oldest);
    },
    hasRefused: (place, what) => refusals.has(nameOf(place, what)),
  };
}

/** What a call has that a model does not take: by the settings, as documented, or since it refused it before. */
export function missingAbilities(call: Call, route: Route, memory: FormatMemory): readonly Ability[] {
  const { tools, responseFormat } = call;
  const lacks = (ability: Ability) => route.model.lacks?.includes(ability) === true;
  const noTools = tools.length > 0 && (lacks('tools') || memory.hasRefused(placeOf(route), 'tools'));
  const noForm =
    responseFormat !== null &&
    responseFormat.type !== 'text' &&
    (!takesForm(route, responseFormat.type) || memory.hasRefused(placeOf(route), responseFormat.type));
  return [...(noTools ? (['tools'] as const) : []), ...(noForm ? (['schema'] as const) : [])];
}

/** True where none of the models that a call may go to takes its form of the answer. */
export const isFormatRefused = (call: Call, memory: FormatMemory): boolean =>
  routesOf(call).every((route) => missingAbilities(call, route, memory).includes('schema'));

/** Those of which `route` chooses the first, or the one that was named. */
const routesOf = (call: Call): readonly Route[] => (call.ladder.length > 0 ? call.ladder : [call]);

function takesForm(route: Route, form: 'json_schema' | 'json_object'): boolean {
  const takes = takesOf(route);
  return takes === 'json_schema' || takes === form;
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
    routesOf(call).every((route) => takesOf(route) === 'json_object');
  return {
    ...call,
    messages: withInstruction(messages, instruction),
    responseFormat: takesJson ? { type: 'json_object' } : null,
  };
}

function takesOf({ provider, model }: Route): Takes {
  if (model.lacks?.includes('schema') === true) return 'nothing';
  return provider.simulated ? 'json_schema' : (KNOWN[new URL(provider.baseUrl).hostname] ?? 'json_schema');
}
