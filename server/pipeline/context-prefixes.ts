/** Where a provider can find the beginning of a prompt with context again in its prefix cache. */
import { createHash } from 'node:crypto';
import type { Message } from '../../protocol/messages.ts';
import { contextBlocks } from '../prompts/context-blocks.ts';
import type { Call } from './stage.ts';

/** The end of a message or of a block of context. */
export interface PrefixEnd {
  /** Of all that stands before it. */
  readonly hash: string;
  /** UTF-16 code units before it. */
  readonly length: number;
}

/** A prompt as a prefix cache sees it. */
export interface ContextPrefixes {
  /** In their order; the last one ends the prompt. */
  readonly ends: readonly PrefixEnd[];
  /** The end of the last block of context, which is the part that may come again; the end of all where there is none. */
  readonly context: PrefixEnd;
}

/** So many blocks of a message are told apart, and the last one. */
const MOST_BLOCKS = 64;

/** Reads `messages`, which are sent with the tools of `call`. */
export function prefixesOf({ tools }: Pick<Call, 'tools'>, messages: readonly Message[]): ContextPrefixes {
  const hash = createHash('sha256').update(JSON.stringify(tools));
  const ends: PrefixEnd[] = [];
  let length = 0;
  let context: PrefixEnd | null = null;
  const end = (text: string): PrefixEnd => {
    length += text.length;
    const one = { hash: hash.update(text).copy().digest('base64'), length };
    ends.push(one);
    return one;
  };
  for (const { role, content } of messages) {
    hash.update(`\n${role}\n`);
    const blocks = role === 'assistant' ? [] : contextBlocks(content);
    let at = 0;
    for (const [index, block] of blocks.entries()) {
      if (index >= MOST_BLOCKS && index < blocks.length - 1) continue;
      context = end(content.slice(at, block.end));
      at = block.end;
    }
    end(content.slice(at));
  }
  return { ends, context: context ?? ends.at(-1) ?? { hash: '', length: 0 } };
}
