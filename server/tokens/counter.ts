/**
 * The token counter of the pipeline: it chooses a model's encoding, counts messages with the chat format's overhead,
 * keeps the counts of documents that are being edited, and leaves large texts to a thread of their own.
 */
import { setImmediate } from 'node:timers/promises';
import type { Message } from '../../protocol/messages.ts';
import type { ModelSettings } from '../../protocol/settings.ts';
import type { MeterOf, TokenCounter } from '../pipeline/ports.ts';
import { chatOverhead } from './chat-overhead.ts';
import { chooseEncoding } from './choose-encoding.ts';
import { type CountThread, createCountThread } from './count-thread.ts';
import { createDocumentMemory } from './document-memory.ts';
import { createEncodings, type EncodingName } from './encodings.ts';
import { createModelMeters } from './model-meter.ts';
import { CHUNK_LENGTH, createTokenDocument } from './token-document.ts';
import { createTokenMeasure, type TokenMeasure } from './token-measure.ts';
import { toolText } from './tool-text.ts';

/** Texts longer than this are counted in the thread; in UTF-16 units. Shorter ones take less than 20 ms here. */
export const LARGE_TEXT = 256 * 1024;

const MOST_MEMOS = 32;
const MOST_MEMO_BYTES = 16 * 1024 * 1024;
/** Between pauses for others, when a large text has to be counted on this thread; in chunks, about 5 ms. */
const CHUNKS_AT_ONCE = 64;

/** A counter that holds a thread and memory until it is disposed of. */
export interface DisposableTokenCounter extends TokenCounter {
  /** Counts at once, on this thread. */
  readonly meter: MeterOf;
  /** Measures changes of texts at once, on this thread. */
  measure(model: ModelSettings): Promise<TokenMeasure>;
  /** Ends the thread and forgets every document. Counting afterwards works, on this thread. */
  dispose(): Promise<void>;
}

/**
 * A token counter. Nothing is loaded and no thread runs until the first count needs it. It throws an Error where a
 * model's settings name an encoding that there is not.
 */
export function createTokenCounter(thread: CountThread = createCountThread()): DisposableTokenCounter {
  const encodings = createEncodings();
  const meters = createModelMeters(encodings.seams);
  const memory = createDocumentMemory(MOST_MEMOS, MOST_MEMO_BYTES);

  async function countFresh(name: EncodingName, text: string): Promise<number> {
    if (text.length > LARGE_TEXT) return total(await countLarge(name, text));
    const encoding = await encodings.load(name);
    return encoding.count(text);
  }

  /** The tokens of each part of a large text: from the thread or, where that fails, counted here with pauses. */
  async function countLarge(name: EncodingName, text: string): Promise<ArrayLike<number>> {
    try {
      return await thread.count(name, text);
    } catch {
      // A thread that cannot be had costs time, not exactness; what is wrong with the encoding itself shows below.
      const encoding = await encodings.load(name);
      const counts: number[] = [];
      let start = 0;
      for (const end of encodings.seams.cut(text, CHUNK_LENGTH)) {
        if (counts.length % CHUNKS_AT_ONCE === CHUNKS_AT_ONCE - 1) await setImmediate();
        counts.push(encoding.count(text.slice(start, end)));
        start = end;
      }
      return counts;
    }
  }

  async function countKept(name: EncodingName, text: string, memo: string, index: number): Promise<number> {
    const encoding = await encodings.load(name);
    const known = memory.get(memo, index);
    if (known !== undefined && known.changedLength(text) <= LARGE_TEXT) return known.update(text);
    const counts = text.length > LARGE_TEXT ? await countLarge(name, text) : undefined;
    const document = createTokenDocument(encoding, encodings.seams, text, { counts });
    memory.put(memo, index, document);
    return document.tokens;
  }

  async function countContents(
    name: EncodingName,
    messages: readonly Message[],
    memo: string | undefined,
  ): Promise<number> {
    if (memo === undefined) {
      return total(await Promise.all(messages.map(({ content }) => countFresh(name, content))));
    }
    // A document that is counted for several models keeps its counts in each of their encodings.
    const kept = `${name} ${memo}`;
    const counts = await Promise.all(
      messages.map(({ content }, index) => countKept(name, content, kept, index)),
    );
    memory.keepFirst(kept, messages.length);
    return total(counts);
  }

  return {
    async countMessages(model, messages, memo) {
      const { encoding: name, approximate } = chooseEncoding(model.id, model.encoding);
      const { perMessage, perRequest, roles } = chatOverhead(model.id);
      const contents = await countContents(name, messages, memo);
      const encoding = await encodings.load(name);
      const roleTokens = roles ? total(messages.map(({ role }) => encoding.count(role))) : 0;
      return {
        tokens: perRequest + perMessage * messages.length + roleTokens + contents,
        approximate,
      };
    },
    async countTools(model, tools, schema) {
      const text = toolText(tools, schema);
      if (text === '') return { tokens: 0, approximate: false };
      return {
        tokens: await countFresh(chooseEncoding(model.id, model.encoding).encoding, text),
        approximate: true,
      };
    },
    async countText(model, text) {
      const { encoding, approximate } = chooseEncoding(model.id, model.encoding);
      return { tokens: await countFresh(encoding, text), approximate };
    },
    async meter({ id, encoding: named }) {
      const { encoding, approximate } = chooseEncoding(id, named);
      return meters(await encodings.load(encoding), id, approximate);
    },
    async measure(model) {
      const { encoding } = chooseEncoding(model.id, model.encoding);
      return createTokenMeasure(await encodings.load(encoding), encodings.seams);
    },
    async dispose() {
      memory.clear();
      await thread.dispose();
    },
  };
}

function total(counts: ArrayLike<number>): number {
  return Array.from(counts).reduce((sum, count) => sum + count, 0);
}
