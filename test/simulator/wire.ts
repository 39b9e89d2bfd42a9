/** Chat completions as OpenAI sends them: the chunks of a stream, and the whole answer of a request for no stream. */

/** A tool call as an answer has it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** What an answer says, before it is put on the wire. */
export interface Completion {
  readonly model: string;
  readonly pieces: readonly Delta[];
  /** Null: the stream ends without one. */
  readonly finishReason: string | null;
  /** Null: the provider sends no usage. */
  readonly usage: unknown;
}

/** `delta` of a chunk: content, reasoning_content, refusal, tool_calls. */
export type Delta = Readonly<Record<string, unknown>>;

const head = (model: string, object: string) => ({ id: 'chatcmpl-simulated', object, created: 0, model });

/** One event of the stream. */
export const frame = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** A chunk with one piece of the answer. */
export const deltaChunk = (model: string, delta: Delta, finishReason: string | null = null) => ({
  ...head(model, 'chat.completion.chunk'),
  choices: [{ index: 0, delta, finish_reason: finishReason }],
});

/** The chunk that OpenAI sends last when asked to include usage. */
export const usageChunk = (model: string, usage: unknown) => ({
  ...head(model, 'chat.completion.chunk'),
  choices: [],
  usage,
});

/** What follows the pieces of a stream: the reason, the usage and the sentinel. */
export function closingFrames({ model, finishReason, usage }: Completion): string[] {
  const frames: string[] = [];
  if (finishReason !== null) frames.push(frame(deltaChunk(model, {}, finishReason)));
  if (usage !== null) frames.push(frame(usageChunk(model, usage)));
  return [...frames, frame('[DONE]')];
}

/** The answer to a request with `stream: false`. */
export function wholeCompletion({ model, pieces, finishReason, usage }: Completion): object {
  const joined = (key: string) => {
    const text = pieces.map((piece) => piece[key]).filter((value) => typeof value === 'string');
    return text.length === 0 ? null : text.join('');
  };
  const toolCalls = pieces.flatMap((piece) => piece['tool_calls'] ?? []);
  const message = {
    role: 'assistant',
    content: joined('content'),
    refusal: joined('refusal'),
    ...(joined('reasoning_content') === null ? {} : { reasoning_content: joined('reasoning_content') }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
  };
  return {
    ...head(model, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finishReason }],
    ...(usage === null ? {} : { usage }),
  };
}

/** An error body in OpenAI's form. */
export const errorBody = (code: string | null, message: string, type = 'simulated_error') => ({
  error: { message, type, param: null, code },
});
