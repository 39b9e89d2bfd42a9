/**
 * The Demo provider: an OpenAI-compatible endpoint on loopback for whoever has no key. It streams an answer about the
 * request at the pace of a real model and reports the usage of the text that it really received and sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type DemoMessage, demoAnswer } from './demo-answer.ts';
import { listenOnLoopback, readBody } from './loopback.ts';
import { type Count, createPrefixCache, type PrefixCache } from './prefix-cache.ts';
import { isRecord, modelOf } from './script.ts';
import { type Completion, closingFrames, deltaChunk, errorBody, frame, wholeCompletion } from './wire.ts';

/** What a test may replace. */
export interface DemoOptions {
  /** Default: the daemon's own counter, with the encoding o200k_base. */
  readonly count?: Count;
  /** Default: a first chunk after 400 ms, then about 40 tokens a second. */
  readonly pace?: { readonly firstMs: number; readonly chunkMs: number };
}

/** A Demo provider under way. */
export interface Demo {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/** Models that the Demo provider says it has; it answers for any other name too. */
export const DEMO_MODELS = ['demo-model'] as const;

/** OpenAI's chat format: tokens around each message, and those that begin the answer. */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_OF_ANSWER_START = 3;

/** A word has about 1.3 tokens. */
const REALISTIC = { firstMs: 400, chunkMs: 33 };

/** Starts a Demo provider on a free port of 127.0.0.1. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const counter = options.count === undefined ? await ownCounter() : borrowed(options.count);
  const { count } = counter;
  const pace = options.pace ?? REALISTIC;
  const cache = createPrefixCache(count);
  const stopping = new AbortController();
  const loopback = await listenOnLoopback((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping.signal]);
    serve(request, response, { count, pace, cache, signal }).catch((error: unknown) => {
      if (!signal.aborted) console.error('Demo provider:', error);
      response.destroy();
    });
  });
  return {
    baseUrl: loopback.baseUrl,
    stop: async () => {
      stopping.abort();
      await loopback.close();
      await counter.dispose();
    },
  };
}

interface Counter {
  readonly count: Count;
  dispose(): Promise<void>;
}

interface Serving {
  readonly count: Count;
  readonly pace: typeof REALISTIC;
  readonly cache: PrefixCache;
  /** Aborted when the client has gone or the provider stops. */
  readonly signal: AbortSignal;
}

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const what = `${request.method} ${request.url}`;
  const body = await readBody(request);
  if (what === 'GET /v1/models') {
    const data = DEMO_MODELS.map((id) => ({ id, object: 'model', created: 0, owned_by: 'demo' }));
    sendJson(response, 200, { object: 'list', data });
  } else if (what !== 'POST /v1/chat/completions')
    sendJson(response, 404, errorBody('not_found', `The Demo provider has no ${what}.`));
  else if (!isRecord(body) || !Array.isArray(body['messages']))
    sendJson(response, 400, errorBody('invalid_value', 'The request has no messages.'));
  else await answer(body, response, serving);
}

async function answer(
  body: Readonly<Record<string, unknown>>,
  response: ServerResponse,
  { count, pace, cache, signal }: Serving,
): Promise<void> {
  const model = modelOf(body);
  const messages = readMessages(body['messages']);
  const words = demoAnswer(messages).match(/\s*\S+|\s+$/g) ?? [];
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  const said = typeof limit === 'number' ? await cutAt(words, limit, count) : words;
  const completion: Completion = {
    model,
    pieces: said.map((content) => ({ content })),
    finishReason: said.length < words.length ? 'length' : 'stop',
    usage: await usageOf(model, messages, said.join(''), count, cache),
  };
  if (body['stream'] !== true) {
    await pause(pace.firstMs + pace.chunkMs * said.length, undefined, { signal });
    sendJson(response, 200, wholeCompletion(completion));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  await pause(pace.firstMs, undefined, { signal });
  for (const delta of completion.pieces) {
    response.write(frame(deltaChunk(model, delta)));
    await pause(pace.chunkMs, undefined, { signal });
  }
  response.end(closingFrames(completion).join(''));
}

/** As many of the words as have at most `limit` tokens. */
async function cutAt(words: readonly string[], limit: number, count: Count): Promise<readonly string[]> {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await count(words.slice(0, middle).join(''))) <= limit) low = middle;
    else high = middle - 1;
  }
  return words.slice(0, low);
}

async function usageOf(
  model: string,
  messages: readonly DemoMessage[],
  text: string,
  count: Count,
  cache: PrefixCache,
): Promise<object> {
  const ofMessages = await Promise.all(
    messages.map(async ({ role, content }) => (await count(role)) + (await count(content))),
  );
  const input = ofMessages.reduce((sum, tokens) => sum + tokens + TOKENS_PER_MESSAGE, TOKENS_OF_ANSWER_START);
  const output = await count(text);
  const cached = await cache.cachedTokens(model, messages);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: Math.min(cached, input) },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

function readMessages(value: unknown): DemoMessage[] {
  return (Array.isArray(value) ? value : []).map((message: unknown) => {
    const { role, content } = isRecord(message) ? message : {};
    return { role: typeof role === 'string' ? role : 'user', content: textOf(content) };
  });
}

/** Content is a text, or a list of parts of which some are text. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const borrowed = (count: Count): Counter => ({ count, dispose: () => Promise.resolve() });

/** The daemon's own counter, which holds a thread until it is disposed of. */
async function ownCounter(): Promise<Counter> {
  const { createTokenCounter } = await import('../../server/tokens/counter.ts');
  const counter = createTokenCounter();
  const model = { id: DEMO_MODELS[0], contextTokens: null, encoding: 'o200k_base' };
  return {
    count: async (text) => (await counter.countText(model, text)).tokens,
    dispose: () => counter.dispose(),
  };
}
