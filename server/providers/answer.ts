/**
 * Builds an answer out of the chunks of a stream: text, refusals and reasoning as they come, tool calls whole. What
 * providers add to OpenAI's chunks or leave out of them is dealt with here.
 */
import type { FinishReason } from '../../protocol/receipt.ts';
import type { ReplyEvent } from '../pipeline/stage.ts';
import type { Generated } from './account.ts';
import { normaliseUsage } from './usage.ts';

/** An answer under way. */
export interface Answer {
  /** Takes a chunk, of any shape, and gives the events that it completes. */
  accept(chunk: unknown): ReplyEvent[];
  /** The tool calls, each whole; to be asked for once the model has stopped. */
  toolCalls(): ReplyEvent[];
  /** True once a chunk had part of an answer in it. */
  begun(): boolean;
  /** Why the model stopped; null as long as the stream has not said so. */
  finishReason(): FinishReason | null;
  /** The last usage that the provider sent and that says how much was used; failing that, the last. Undefined for none. */
  usage(): unknown;
  /** The model that the provider says it answers with; null where it did not say. */
  model(): string | null;
  generated(): Generated;
}

interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * How providers say why they stopped, in OpenAI's terms and small letters; any other reason of their own is taken for
 * "stop". Null is how OpenRouter, DeepSeek and vLLM say that a fault of theirs broke the answer off.
 */
const REASONS: Readonly<Record<string, FinishReason | null>> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  refusal: 'content_filter',
  safety: 'content_filter',
  recitation: 'content_filter',
  blocklist: 'content_filter',
  prohibited_content: 'content_filter',
  spii: 'content_filter',
  error: null,
  abort: null,
  insufficient_system_resource: null,
};

/** Starts an answer. */
export function createAnswer(): Answer {
  let text = '';
  let reasoning = '';
  let refused = false;
  let begun = false;
  let reason: FinishReason | null = null;
  let usage: unknown;
  let model: string | null = null;
  const calls: ToolCall[] = [];
  const callByIndex = new Map<unknown, ToolCall>();

  const acceptToolCall = (piece: Fields) => {
    const id = string(piece['id']);
    const index = piece['index'] ?? calls.length - 1;
    const details = fields(piece['function']);
    let call = callByIndex.get(index);
    // Some servers give every call of an answer the same index; a second id tells them apart.
    if (call === undefined || (id !== '' && call.id !== '' && id !== call.id)) {
      call = { id: '', name: '', arguments: '' };
      calls.push(call);
      callByIndex.set(piece['index'] ?? calls.length - 1, call);
    }
    if (id !== '') call.id = id;
    // Some servers say the name again with every piece.
    if (string(details['name']) !== call.name || id === '') call.name += string(details['name']);
    call.arguments += argumentsOf(details['arguments']);
  };

  return {
    accept: (chunk) => {
      const events: ReplyEvent[] = [];
      const { choices, usage: reported, model: named } = fields(chunk);
      if (string(named) !== '') model = string(named);
      if (reported !== null && reported !== undefined && (saysUsage(reported) || !saysUsage(usage)))
        usage = reported;
      if (!Array.isArray(choices) || choices.length === 0) return events;
      begun = true;
      const choice = fields(choices[0]);
      // A whole answer, of a server that knows no streams, has the same in "message".
      const delta = fields(choice['delta'] ?? choice['message']);

      const thought =
        string(delta['reasoning_content']) || string(delta['reasoning']) || thoughtIn(delta['content']);
      if (thought !== '') {
        reasoning += thought;
        events.push({ type: 'reasoning', text: thought });
      }
      const said = textIn(delta['content']);
      if (said !== '') {
        text += said;
        events.push({ type: 'text', text: said });
      }
      const refusal = string(delta['refusal']);
      if (refusal !== '') {
        refused = true;
        text += refusal;
        events.push({ type: 'refusal', text: refusal });
      }
      if (Array.isArray(delta['tool_calls']))
        for (const piece of delta['tool_calls']) acceptToolCall(fields(piece));
      const finish = string(choice['finish_reason']).toLowerCase();
      if (finish !== '') reason = Object.hasOwn(REASONS, finish) ? (REASONS[finish] ?? null) : 'stop';
      return events;
    },
    toolCalls: () => calls.map((call) => ({ type: 'toolCall', ...call })),
    begun: () => begun,
    finishReason: () => (refused && reason === 'stop' ? 'content_filter' : reason),
    usage: () => usage,
    model: () => model,
    generated: () => ({
      visible: text + calls.map((call) => call.name + call.arguments).join(''),
      reasoning,
    }),
  };
}

function fields(value: unknown): Fields & { choices?: unknown; usage?: unknown; model?: unknown } {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Some providers end a stream with an empty usage, or one of zeros, after the one that counts. */
function saysUsage(reported: unknown): boolean {
  const usage = normaliseUsage(reported);
  return usage !== null && usage.inputTokens + usage.outputTokens > 0;
}

/** A text, or the texts of a list of parts, as Mistral's reasoning models write their content. */
function textIn(content: unknown): string {
  return Array.isArray(content)
    ? content.map((part) => string(fields(part)['type'] === 'text' ? fields(part)['text'] : '')).join('')
    : string(content);
}

/** The thoughts in a list of parts. */
const thoughtIn = (content: unknown): string =>
  Array.isArray(content) ? content.map((part) => textIn(fields(part)['thinking'])).join('') : '';

/** Some servers send arguments as the object that they are. */
const argumentsOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : string(value);
