/** What a test tells the simulator to answer, and that answer in the provider's form. */
import { countWords } from '../support/pipeline-fakes.ts';
import type { RecordedRequest } from './simulator.ts';
import type { Completion, Delta, ToolCall } from './wire.ts';

/** One scripted answer. Counts of chunks are of the answer's own chunks, before its finish reason and usage. */
export interface Answer {
  /** Default: any POST to /v1/chat/completions. */
  readonly match?: (request: RecordedRequest) => boolean;
  /** The answer in one chunk; `chunks` gives it in several. */
  readonly text?: string;
  readonly chunks?: readonly string[];
  /** Sent before the text, as `reasoning_content`. */
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly toolCalls?: readonly ToolCall[];
  /** The stream's events themselves, instead of everything above; nothing is added at their end. */
  readonly frames?: readonly unknown[];
  /** Default: what was said, in words. "missing": none. Anything else is sent as it is. */
  readonly usage?: unknown;
  /** Default "stop", or "tool_calls" with tool calls; null: none is sent. */
  readonly finishReason?: string | null;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of an answer with an error status. A string is sent as it is, anything else as JSON. */
  readonly errorBody?: unknown;
  /** A page of HTML instead of an answer. */
  readonly html?: boolean;
  readonly delayMs?: number;
  readonly chunkDelayMs?: number;
  /** What to wait for: 0 before the headers, n before the n-th chunk, one more before the end. */
  readonly gates?: Readonly<Record<number, Promise<unknown>>>;
  readonly hangBeforeHeaders?: boolean;
  readonly cutBeforeHeaders?: boolean;
  readonly hangAfter?: number;
  readonly cutAfter?: number;
  readonly malformedAfter?: number;
}

/** A scripted answer to the request with `body`, ready for the wire. */
export function completionOf(answer: Answer, body: unknown): Completion {
  const texts = answer.chunks ?? (answer.text === undefined ? [] : [answer.text]);
  const pieces: Delta[] = [
    ...(answer.reasoning === undefined ? [] : [{ reasoning_content: answer.reasoning }]),
    ...texts.map((content) => ({ content })),
    ...(answer.refusal === undefined ? [] : [{ refusal: answer.refusal }]),
    ...(answer.toolCalls ?? []).map((call, index) => ({
      tool_calls: [
        { index, id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } },
      ],
    })),
  ];
  const input = messagesOf(body).reduce((sum, content) => sum + countWords(content), 0);
  const output = countWords(texts.join('')) + countWords(answer.reasoning ?? '');
  return {
    model: modelOf(body),
    pieces,
    finishReason: answer.finishReason === undefined ? defaultReason(answer) : answer.finishReason,
    usage:
      answer.usage === 'missing'
        ? null
        : (answer.usage ?? {
            prompt_tokens: input,
            completion_tokens: output,
            total_tokens: input + output,
            prompt_tokens_details: { cached_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: countWords(answer.reasoning ?? '') },
          }),
  };
}

const defaultReason = (answer: Answer): string =>
  (answer.toolCalls?.length ?? 0) > 0 ? 'tool_calls' : 'stop';

/** Contents of a chat request's messages; none where the body is no chat request. */
export function messagesOf(body: unknown): string[] {
  if (!isRecord(body) || !Array.isArray(body['messages'])) return [];
  return body['messages'].map((message: unknown) =>
    isRecord(message) && typeof message['content'] === 'string' ? message['content'] : '',
  );
}

/** The model a chat request asks for; "" for none. */
export function modelOf(body: unknown): string {
  return isRecord(body) && typeof body['model'] === 'string' ? body['model'] : '';
}

/** True for a plain JSON object. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
