/** A provider on loopback that does one thing wrong, until it is told to be well again. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { closingFrames, deltaChunk, errorBody, frame, usageChunk } from '../../simulator/wire.ts';

/** What it does to a request. */
export type Fault = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** A provider under way. */
export interface FaultyProvider extends AsyncDisposable {
  readonly baseUrl: string;
  /** Requests that it has seen. */
  requests(): number;
  /** From now on it answers well. */
  heal(): void;
}

export const MODEL = 'gpt-5-mini';
const USAGE = { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 };

/** Starts it. */
export async function startFaultyProvider(fault: Fault): Promise<FaultyProvider> {
  let requests = 0;
  let well = false;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().once('end', () => void (well ? good(response) : fault(response, request)));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests: () => requests,
    heal: () => {
      well = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const text = (content: string) => frame(deltaChunk(MODEL, { content }));
const closing = (usage: unknown = USAGE): string =>
  closingFrames({ model: MODEL, pieces: [], finishReason: 'stop', usage }).join('');

function stream(response: ServerResponse, body: string | Buffer, type = 'text/event-stream'): void {
  response.writeHead(200, { 'content-type': type }).end(body);
}

const good = (response: ServerResponse) => stream(response, text('All is well.') + closing());

/** Begins a stream with some text. */
function begin(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(body);
}

/** An answer with an error status. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Fault =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(errorBody(null, 'the-words-of-the-provider')));
  };

/** An answer of this body. */
export const answering =
  (body: string | Buffer, type?: string): Fault =>
  (response) =>
    stream(response, body, type);

/** A stream that begins with `body` and is then reset. */
export const resetAfter =
  (body: string): Fault =>
  async (response) => {
    begin(response, body);
    await pause(5);
    response.socket?.resetAndDestroy();
  };

/** A stream that begins with `body` and never goes on. */
export const hangAfter =
  (body: string): Fault =>
  (response) =>
    begin(response, body);

/** A stream that ends, as if it were whole, after `body`. */
export const cutAfter = (body: string): Fault => answering(body);

/** Bytes of a whole answer, one by one. */
export const drip: Fault = async (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const byte of Buffer.from(text('Slow.') + closing())) {
    response.write(Buffer.from([byte]));
    await pause(0);
  }
  response.end();
};

/** Frames of answers, for the table. */
export const frames = {
  text,
  closing,
  usage: (usage: unknown) => frame(usageChunk(MODEL, usage)),
  finish: frame(deltaChunk(MODEL, {}, 'stop')),
  done: frame('[DONE]'),
  error: frame({ error: { message: 'the-words-of-the-provider', type: 'server_error', code: 500 } }),
};
