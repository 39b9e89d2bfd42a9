/** A call as the body of a streaming chat completion: what the call does not set is the provider's default and not sent. */
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions';
import type { ResponseFormat, ToolDefinition } from '../../protocol/messages.ts';
import { placeOf } from '../pipeline/place.ts';
import { takesBreakpoints, takesCacheKey } from '../pipeline/prompt-caching.ts';
import type { Call, Sampling } from '../pipeline/stage.ts';

type Body = ChatCompletionCreateParamsStreaming;

/** Fields of which those that are undefined are not sent. */
type Optional<Value> = { readonly [Field in keyof Value]?: Value[Field] | undefined };

type Defined<Value> = { [Field in keyof Value]: Exclude<Value[Field], undefined> };

/** The body of the request for `call`. */
export function requestBody(call: Call): Body {
  const { model, sampling, tools, toolChoice, responseFormat, prefix } = call;
  const optional: Optional<Body> = {
    ...samplingOf(sampling, call),
    tools: tools.length === 0 ? undefined : tools.map(toolOf),
    // Without tools there is nothing to choose, and servers refuse the field.
    tool_choice: tools.length === 0 || toolChoice === null ? undefined : choiceOf(toolChoice),
    response_format: responseFormat === null ? undefined : formatOf(responseFormat),
    prompt_cache_key: takesCacheKey(call) ? (prefix?.cacheKey ?? undefined) : undefined,
  };
  return {
    model: model.id,
    messages: messagesOf(call),
    stream: true,
    stream_options: { include_usage: true },
    ...withoutUndefined(optional),
  };
}

/** Marks for a prefix cache are on the parts of a message, so that one that is marked is written as a list of one part. */
function messagesOf(call: Call): Body['messages'] {
  const { messages, prefix } = call;
  const marked =
    prefix?.at.includes(placeOf(call)) === true && takesBreakpoints(call) ? prefix.breakpoints : [];
  return messages.map(({ role, content }, index) => {
    if (!marked.includes(index)) return { role, content };
    // Not one of OpenAI's own fields.
    const part = { type: 'text' as const, text: content, cache_control: { type: 'ephemeral' } };
    return { role, content: [part] };
  });
}

function samplingOf(sampling: Sampling, { provider }: Call): Optional<Body> {
  const { temperature, topP, maxTokens, seed, stop, presencePenalty, frequencyPenalty } = sampling;
  // OpenAI's newer models refuse max_tokens, and most other servers do not know its successor.
  const isOpenAI = new URL(provider.baseUrl).hostname === 'api.openai.com';
  return {
    temperature,
    top_p: topP,
    [isOpenAI ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
    seed,
    stop: stop === undefined || stop.length === 0 ? undefined : [...stop],
    presence_penalty: presencePenalty,
    frequency_penalty: frequencyPenalty,
  };
}

const toolOf = ({ name, description, parameters }: ToolDefinition): ChatCompletionTool => ({
  type: 'function',
  function: withoutUndefined({ name, description, parameters: parameters as Record<string, unknown> }),
});

const choiceOf = (choice: string): ChatCompletionToolChoiceOption =>
  choice === 'auto' || choice === 'none' || choice === 'required'
    ? choice
    : { type: 'function', function: { name: choice } };

const formatOf = (format: ResponseFormat): NonNullable<Body['response_format']> =>
  format.type !== 'json_schema'
    ? { type: format.type }
    : {
        type: 'json_schema',
        json_schema: withoutUndefined({
          name: format.name,
          schema: format.schema as Record<string, unknown>,
          strict: format.strict,
        }),
      };

/** The same without the fields that are undefined. */
const withoutUndefined = <Value extends object>(value: Value): Defined<Value> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<Value>;
