/** Which calls of a program are calls of a model, by their names: careful, since a false one costs trust. */
import type { Message } from '../../../../protocol/messages.ts';

/** Names of properties and keyword arguments whose texts are prompts, where they are part of such a call. */
export const PROMPT_KEYS: ReadonlySet<string> = new Set([
  'content',
  'system',
  'instructions',
  'input',
  'prompt',
]);

/** What a text must have to be parsed at all; most programs have no prompt in them. */
const MAY_HAVE_PROMPTS = /\b(?:content|system|instructions|input|prompt)\b["']?\s{0,20}[:=]/;
const NAMES_A_MODEL =
  /generate|complet|chat|stream|invoke|messages?|responses|assistant|agent|\brole\b|openai|anthropic|llm/i;

/** Programs above this many UTF-16 units are generated, and are not read. */
const MOST_CHARACTERS = 1_000_000;

/** False for a program that has no prompt in it for sure: the cheap question before it is parsed. */
export const mayHavePrompts = (text: string): boolean =>
  text.length <= MOST_CHARACTERS && MAY_HAVE_PROMPTS.test(text) && NAMES_A_MODEL.test(text);

const ASKS = /generate|complete|chat|invoke|stream|messages/i;
const ASKS_NO_MODEL =
  /(?:Read|Write|File|Key|Token|Id|Metadata|StaticParams|Element)s?$|^create[A-Z].*Stream$/;
const CREATES = /^a?(?:create|parse|run|send|send_message|sendMessage)$/i;
const OF_A_MODEL =
  /(?:^|\.)_?\w*(?:messages|completions?|responses|chat|assistants|threads|runs|agents?|conversations|openai|anthropic|llm|gemini|mistral|genai)\w*$/i;
const AGENT = /(?:^|[a-z])(?:Agent|Assistant)$/;
const MESSAGE = /^(?:Chat)?(System|Developer|Human|User|AI|Assistant)Message(?:Prompt)?$/;

/** True for the names of a callee, such as ["client", "messages", "create"], that ask a model. */
export function asksModel(names: readonly string[]): boolean {
  const last = names.at(-1) ?? '';
  if (AGENT.test(last) || MESSAGE.test(last)) return true;
  if (ASKS.test(last) && !ASKS_NO_MODEL.test(last)) return true;
  return CREATES.test(last) && OF_A_MODEL.test(names.slice(0, -1).join('.'));
}

/** The role that the name of a message's class says, as LangChain's do; null for none. */
export function roleOfCallee(names: readonly string[]): Message['role'] | null {
  const kind = MESSAGE.exec(names.at(-1) ?? '')?.[1];
  return kind === undefined ? null : knownRole(kind.toLowerCase());
}

/** The role that a text names; null for a text that names none, such as an ARIA role. */
export function knownRole(role: string): Message['role'] | null {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'assistant' || role === 'model' || role === 'ai') return 'assistant';
  return role === 'user' || role === 'human' || role === 'tool' ? 'user' : null;
}

/** The role of a text by the name of its property, where nothing else says it. */
export const roleOfKey = (key: string): Message['role'] =>
  key === 'system' || key === 'instructions' ? 'system' : 'user';
