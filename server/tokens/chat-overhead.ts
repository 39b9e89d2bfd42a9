/**
 * Tokens that the chat format adds to the messages' own. Source: the OpenAI Cookbook, "How to count tokens with
 * tiktoken", section "Counting tokens for chat completions API calls". For models of other providers, whose formats
 * differ, the common case stands in.
 */
import { bareModelId } from './choose-encoding.ts';

/** What one request carries beside the contents of its messages. */
export interface ChatOverhead {
  /** Tokens around each message. */
  readonly perMessage: number;
  /** Whether a message's role is counted as text. */
  readonly roles: boolean;
  /** Tokens that prime the reply, once a request. */
  readonly perRequest: number;
}

const COMMON: ChatOverhead = { perMessage: 3, roles: true, perRequest: 3 };
const FIRST_CHAT: ChatOverhead = { perMessage: 4, roles: true, perRequest: 3 };
const COMPLETION: ChatOverhead = { perMessage: 0, roles: false, perRequest: 0 };

/** The first line that fits decides; the common overhead where none does. */
const EXCEPTIONS: readonly (readonly [ids: RegExp, overhead: ChatOverhead])[] = [
  [/^gpt-(3\.5|35)-turbo-0301$/, FIRST_CHAT],
  [/^gpt-(3\.5|35)-turbo-instruct/, COMPLETION],
  [/^((text|code)-)?(ada|babbage|curie|davinci|cushman)(-|$)/, COMPLETION],
  [/^gpt-?2$/, COMPLETION],
];

/** The overhead of a model, by its id. */
export function chatOverhead(modelId: string): ChatOverhead {
  const id = bareModelId(modelId);
  return EXCEPTIONS.find(([ids]) => ids.test(id))?.[1] ?? COMMON;
}
