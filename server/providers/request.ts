/** Sends a call to an OpenAI-compatible endpoint and gives the chunks that come back. */
import type { OpenAI } from 'openai';
import type { Call } from '../pipeline/stage.ts';
import { createEventLines } from './event-lines.ts';
import { requestBody } from './request-body.ts';
import type { SilenceWatch } from './silence.ts';

/** The package's own timeout must never come before ours. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** How long a server may take to end a stream whose last event has come. */
const LETTING_GO_MS = 1000;

/** In bytes. A longer line is no event of any provider, and one without an end would fill the memory. */
const LONGEST_LINE = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

type Bytes = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * Sends `call`, says when the provider has `accepted` it, and gives the chunks of the answer, parsed but not checked.
 * Throws what the package throws; aborting the watch closes the connection, and the chunks then end as if the answer
 * did. Leaving early aborts it too.
 */
export async function* streamChunks(
  call: Call,
  client: OpenAI,
  watch: SilenceWatch,
  accepted: () => void,
): AsyncGenerator<unknown, void, undefined> {
  const { controller } = watch;
  const options = { signal: controller.signal, maxRetries: 0, timeout: NO_TIMEOUT_MS };
  const response = await watch.during(
    client.chat.completions.create(requestBody(call), options).asResponse(),
  );
  accepted();
  // An answer that is none, such as "204 No Content"; the package would take it for a fault of the network.
  if (response.body === null) throw new SyntaxError('an answer without a body');
  const source = response.body.getReader();
  // The signal alone does not always reach the connection of an answer that has begun; cancelling its body does.
  controller.signal.addEventListener('abort', () => void source.cancel().catch(() => undefined), {
    once: true,
  });
  const body = listenTo(source, watch);
  const chunks = chunksOf({ headers: response.headers, body }, client, controller);
  let whole = false;
  try {
    for (;;) {
      const step = await watch.during(chunks.next());
      if (step.done === true) break;
      yield step.value;
    }
    whole = !controller.signal.aborted;
  } finally {
    if (whole) void letGo(source, controller);
    else controller.abort();
  }
}

/** What the package asks of a response whose events it reads. A `Response` around each body would cost more than the reading. */
interface Heard {
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The parsed chunks of an answer. A server that knows no streams gives the whole answer at once: it is one chunk. */
async function* chunksOf({ headers, body }: Heard, client: OpenAI, controller: AbortController) {
  const { Stream } = await loadStreaming();
  const isJson = /^application\/json\b/i.test(headers.get('content-type') ?? '');
  const events = isJson ? asEvents(body) : body;
  const heard = { headers, body: events } as unknown as Response;
  yield* Stream.fromSSEResponse<unknown>(heard, controller, client);
}

/** Loaded once: an import that is asked for again still takes its way through Node's loader. */
let streaming: Promise<typeof import('openai/streaming')> | null = null;
const loadStreaming = () => {
  streaming ??= import('openai/streaming');
  return streaming;
};

/** A JSON object as the one event of a stream; a text that is a stream already, under a wrong name, as it is. */
async function* asEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const text = new TextDecoder().decode(bytes);
  yield text.trimStart().startsWith('{')
    ? Buffer.from(`data: ${JSON.stringify(JSON.parse(text))}\n\n`)
    : bytes;
}

/**
 * The bytes of `source`, telling `watch` of each arrival: some providers send comments while a model thinks, which
 * the package drops, so silence has to be heard below it. Events without data are left out. Only an abort cancels the
 * source; see `letGo`.
 */
function listenTo(source: Bytes, watch: SilenceWatch): AsyncIterableIterator<Uint8Array> {
  let line = 0;
  const stay = createEventLines();
  const heard: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => heard,
    async next() {
      const { done, value } = await source.read();
      watch.heard();
      if (done) return { done, value: undefined };
      const end = value.lastIndexOf(LINE_FEED);
      line = end < 0 ? line + value.length : value.length - end - 1;
      if (line > LONGEST_LINE) throw new SyntaxError('a line without an end');
      return { done: false, value: stay(value) };
    },
    async return() {
      if (watch.controller.signal.aborted) await source.cancel();
      return { done: true, value: undefined };
    },
  };
  return heard;
}

/**
 * Reads the few bytes after the last event, so that the connection can be used again: the package would close it,
 * and the next call would pay for a new one.
 */
async function letGo(source: Bytes, controller: AbortController): Promise<void> {
  const timer = setTimeout(() => controller.abort(), LETTING_GO_MS).unref();
  try {
    while (!(await source.read()).done);
  } catch {
    controller.abort();
  } finally {
    clearTimeout(timer);
  }
}
