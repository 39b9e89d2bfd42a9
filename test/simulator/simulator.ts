/**
 * A loopback OpenAI-compatible provider that answers what a test scripted and nothing else: with text, tool calls,
 * usage, errors, silence, cuts and rubbish. Tests move it on with gates instead of waiting.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { listenOnLoopback, readBody } from './loopback.ts';
import { type Answer, completionOf } from './script.ts';
import { closingFrames, deltaChunk, errorBody, frame, wholeCompletion } from './wire.ts';

export type { Answer } from './script.ts';

/** A request as it came in. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; text where it is not JSON. */
  readonly body: unknown;
  /** True when the client closed the connection before the answer had ended; false when the answer ended. */
  readonly closedEarly: Promise<boolean>;
}

/** A simulator under way. */
export interface Simulator extends AsyncDisposable {
  readonly baseUrl: string;
  /** Every request so far, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Adds answers to the queue; a request takes the first one that matches it. */
  script(...answers: readonly Answer[]): void;
  /** Resolves with request number `index` (from 0), now or when it comes; rejects where none comes in 30 seconds. */
  request(index: number): Promise<RecordedRequest>;
  /** Throws when a request came that no test scripted, or a scripted answer was never asked for. */
  assertDone(): void;
  /** Ends every connection and then asserts that it is done. */
  stop(): Promise<void>;
}

/** A request that has not come by then was never sent; a test says so instead of waiting for ever. */
const LONGEST_WAIT_MS = 30_000;

/** Starts a simulator on a free port. */
export async function startSimulator(): Promise<Simulator> {
  const queue: Answer[] = [];
  const requests: RecordedRequest[] = [];
  const unscripted: string[] = [];
  const waiting = new Map<number, PromiseWithResolvers<RecordedRequest>>();
  const stopping = new AbortController();

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const gone = new AbortController();
    const closed = Promise.withResolvers<boolean>();
    response.once('close', () => {
      closed.resolve(!response.writableFinished && response.errored === null && !cutByUs.has(response));
      gone.abort();
    });
    const request: RecordedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: await readBody(incoming),
      closedEarly: closed.promise,
    };
    waiting.get(requests.push(request) - 1)?.resolve(request);
    const index = queue.findIndex((candidate) => matches(candidate, request));
    const [answer] = index < 0 ? [] : queue.splice(index, 1);
    if (answer === undefined) {
      const what = `${request.method} ${request.path}`;
      unscripted.push(what);
      sendJson(response, 500, {}, errorBody('unscripted', `unscripted ${what}`));
    } else await give(answer, request, response, AbortSignal.any([gone.signal, stopping.signal]));
  };

  const cutByUs = new WeakSet<ServerResponse>();
  const give = async (
    answer: Answer,
    request: RecordedRequest,
    response: ServerResponse,
    gone: AbortSignal,
  ) => {
    const cut = () => {
      cutByUs.add(response);
      response.destroy();
    };
    await answer.gates?.[0];
    if (answer.delayMs !== undefined) await pause(answer.delayMs, undefined, { signal: gone });
    if (answer.hangBeforeHeaders === true) return;
    if (answer.cutBeforeHeaders === true) return cut();
    const headers = answer.headers ?? {};
    if (answer.html === true) {
      response.writeHead(answer.status ?? 200, { 'content-type': 'text/html', ...headers });
      response.end('<!doctype html><title>Sign in</title>');
      return;
    }
    if (answer.status !== undefined && answer.status !== 200) {
      const body = answer.errorBody ?? errorBody(null, `simulated status ${answer.status}`);
      sendJson(response, answer.status, headers, body);
      return;
    }
    const completion = completionOf(answer, request.body);
    if (!asksForStream(request.body)) {
      sendJson(response, 200, headers, wholeCompletion(completion));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
    response.flushHeaders();
    const frames =
      answer.frames?.map(frame) ??
      completion.pieces.map((piece) => frame(deltaChunk(completion.model, piece)));
    for (let sent = 0; sent <= frames.length; sent++) {
      if (answer.hangAfter === sent) return;
      if (answer.cutAfter === sent) return cut();
      if (answer.malformedAfter === sent) {
        response.end('data: {"choices": [\n\n');
        return;
      }
      await answer.gates?.[sent + 1];
      const next = frames[sent];
      if (next === undefined) break;
      if (answer.chunkDelayMs !== undefined) await pause(answer.chunkDelayMs, undefined, { signal: gone });
      if (gone.aborted) return;
      await new Promise<void>((resolve) => response.write(next, () => resolve()));
    }
    response.end(answer.frames === undefined ? closingFrames(completion).join('') : '');
  };

  const loopback = await listenOnLoopback((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // A delay ends early when its client leaves; anything else is a mistake in the test's script.
      if (error instanceof Error && error.name === 'AbortError') return;
      unscripted.push(`${incoming.method} ${incoming.url} (the script failed: ${error})`);
      response.destroy();
    });
  });

  const simulator: Simulator = {
    baseUrl: loopback.baseUrl,
    requests,
    script: (...answers) => {
      queue.push(...answers);
    },
    request: (index) => {
      const already = requests[index];
      if (already !== undefined) return Promise.resolve(already);
      const entry = waiting.get(index) ?? Promise.withResolvers<RecordedRequest>();
      waiting.set(index, entry);
      const timer = setTimeout(
        () => entry.reject(new Error(`the simulator waited in vain for request ${index}`)),
        LONGEST_WAIT_MS,
      );
      entry.promise.finally(() => clearTimeout(timer)).catch(() => undefined);
      return entry.promise;
    },
    assertDone: () => {
      if (unscripted.length > 0) throw new Error(`the simulator was not told of: ${unscripted.join(', ')}`);
      if (queue.length > 0) throw new Error(`${queue.length} scripted answer(s) were never asked for`);
    },
    stop: async () => {
      stopping.abort();
      await loopback.close();
      simulator.assertDone();
    },
    [Symbol.asyncDispose]: () => simulator.stop(),
  };
  return simulator;
}

function matches(answer: Answer, request: RecordedRequest): boolean {
  if (answer.match !== undefined) return answer.match(request);
  return request.method === 'POST' && request.path === '/v1/chat/completions';
}

const asksForStream = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;

function sendJson(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
