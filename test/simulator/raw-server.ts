/**
 * A loopback provider that answers with bytes instead of messages, for what no HTTP server would send: resets, nonsense,
 * letters one by one. It answers what was scripted and nothing else.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** What to do with a connection once its request has come in whole; it says when it will never say more. */
export type RawAnswer = (socket: Socket, silent: () => void) => void | Promise<void>;

/** A raw server under way. */
export interface RawServer {
  readonly baseUrl: string;
  /** How many requests came in whole. */
  requests(): number;
  /** How many of its answers have fallen silent. */
  silences(): number;
  /** Adds answers to the queue; each request takes the first. */
  script(...answers: readonly RawAnswer[]): void;
  /** Ends every connection, and throws when a request came that no test scripted, or a script was never asked for. */
  stop(): Promise<void>;
}

/** Listens on `port`, or else on a free one, of 127.0.0.1. */
export async function startRawServer(port = 0): Promise<RawServer> {
  const queue: RawAnswer[] = [];
  const sockets = new Set<Socket>();
  const problems: unknown[] = [];
  let requests = 0;
  let silences = 0;
  const silent = () => {
    silences++;
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Who is cut off hears of it here; it is part of the script.
    socket.on('error', () => sockets.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const length = requestLength(received);
      if (length === null || received.length < length) return;
      received = received.subarray(length);
      requests++;
      const answer = queue.shift();
      if (answer === undefined) {
        problems.push(new Error('the raw server was not told of a request'));
        socket.destroy();
      } else Promise.resolve(answer(socket, silent)).catch((problem: unknown) => problems.push(problem));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    silences: () => silences,
    script: (...answers) => {
      queue.push(...answers);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (problems.length > 0) throw problems[0];
      if (queue.length > 0) throw new Error(`${queue.length} raw answer(s) were never asked for`);
    },
  };
}

/** Bytes of the request that `received` begins with; null as long as its head is not there. */
function requestLength(received: Buffer): number | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, end))?.[1] ?? '0';
  return end + 4 + Number(length);
}

/** The head of an answer that ends with its connection. */
export const head = (contentType: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\nconnection: close\r\n${more}\r\n`;

/** An answer of these bytes, whose connection then ends as it should. */
export const bytes =
  (...parts: readonly (string | Uint8Array)[]): RawAnswer =>
  (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };

/** An answer of these bytes, whose connection is then reset. */
export const bytesThenReset =
  (...parts: readonly (string | Uint8Array)[]): RawAnswer =>
  async (socket) => {
    for (const part of parts)
      await new Promise<void>((resolve, reject) =>
        socket.write(part, (error) => (error ? reject(error) : resolve())),
      );
    // A reset overtakes what the other side has not read yet.
    for (let turns = 0; parts.length > 0 && turns < 50; turns++) await turn();
    socket.resetAndDestroy();
  };

/** An answer that begins with these bytes and never goes on. */
export const bytesThenSilence =
  (...parts: readonly string[]): RawAnswer =>
  (socket, silent) => {
    for (const part of parts) socket.write(part);
    silent();
  };

/** An answer that begins with `start` and goes on for as long as somebody reads it. */
export const bytesWithoutEnd =
  (start: string): RawAnswer =>
  async (socket) => {
    socket.write(start);
    const more = 'x'.repeat(1 << 20);
    while (!socket.destroyed) await new Promise((resolve) => socket.write(more, resolve));
  };

/** An answer byte by byte. */
export const drip =
  (text: string): RawAnswer =>
  async (socket) => {
    socket.setNoDelay(true);
    for (const byte of Buffer.from(text)) {
      socket.write(Uint8Array.of(byte));
      await turn();
    }
    socket.end();
  };
