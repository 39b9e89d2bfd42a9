/** The parts of messages that may be shortened: context that they mark and, where its prompt says so, all of its text. */
import type { Message } from '../../protocol/messages.ts';
import { hasContext } from '../fitting/fit-messages.ts';
import { isCode } from '../fitting/units.ts';
import { contextBlocks } from '../prompts/context-blocks.ts';
import type { Call } from './stage.ts';

/** A part of a message, in UTF-16 code units, without white space around it. */
export interface MarkedPart {
  readonly message: number;
  readonly role: Message['role'];
  readonly start: number;
  readonly end: number;
}

/** Kinds of files whose text is read as it looks; white space may mean something in all others. */
const AS_TEXT = /\.(?:md|markdown|txt|text|log|json|jsonl|csv|tsv)$/i;
const HAS_EXTENSION = /\.[a-z][a-z0-9]{0,9}$/i;
const IS_JSON = /^[[{]/;

/** True where a call has any; nothing is read for that but the marks. */
export const hasMarkedParts = ({ compress = false, messages }: Call): boolean =>
  compress || hasContext(messages);

/**
 * The parts in their order. A model's own words are none, the beginning of an answer that is to be continued least of
 * all, and neither is the source of a program, in which white space may mean something.
 */
export const markedParts = ({ compress = false, messages }: Call): readonly MarkedPart[] =>
  messages.flatMap(({ role, content }, message) => {
    if (role === 'assistant') return [];
    const parts: (MarkedPart | null)[] = [];
    const add = (start: number, end: number) => parts.push(trimmed(content, { message, role, start, end }));
    let at = 0;
    for (const { name, start, textStart, textEnd, end } of contextBlocks(content)) {
      if (compress) add(at, start);
      if (isText(name, content.slice(textStart, textEnd))) add(textStart, textEnd);
      at = end;
    }
    if (compress) add(at, content.length);
    return parts.filter((part) => part !== null);
  });

function isText(name: string, text: string): boolean {
  const file = name.replace(/[\s:#].*$/, '');
  if (HAS_EXTENSION.test(file)) return AS_TEXT.test(file);
  return IS_JSON.test(text.trimStart()) || !isCode(text);
}

/** The text of a part. */
export const textOf = ({ messages }: Pick<Call, 'messages'>, { message, start, end }: MarkedPart): string =>
  (messages[message]?.content ?? '').slice(start, end);

/** The messages with other texts in the place of parts, one for each; nothing else of them changes. */
export function withTexts(
  messages: readonly Message[],
  parts: readonly MarkedPart[],
  texts: readonly string[],
): readonly Message[] {
  return messages.map((message, index) => {
    const written: string[] = [];
    let at = 0;
    for (const [number, part] of parts.entries()) {
      if (part.message !== index) continue;
      written.push(message.content.slice(at, part.start), texts[number] ?? '');
      at = part.end;
    }
    const content = written.join('') + message.content.slice(at);
    return content === message.content ? message : { ...message, content };
  });
}

/** Without white space at both ends, which keeps marks on lines of their own; null for nothing else. */
function trimmed(content: string, part: MarkedPart): MarkedPart | null {
  const text = content.slice(part.start, part.end);
  const start = part.start + text.length - text.trimStart().length;
  const end = start + text.trim().length;
  return end > start ? { ...part, start, end } : null;
}
