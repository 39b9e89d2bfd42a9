/**
 * A `fetch` over node:http for what this folder needs: one POST with a text, one answer as a stream of bytes. Node's own
 * gives up after five minutes of silence whatever the setting says, and does not always close the connection of an answer
 * that is no longer wanted. It follows no redirect and asks for no compression.
 */
import http from 'node:http';
import https from 'node:https';

/** The `fetch` that requests go through. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Idle connections kept for each endpoint. */
const KEPT_SOCKETS = 8;

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const NO_BODY = new Set([101, 103, 204, 205, 304]);

/** Makes a fetch with connections of its own. Rejects with the system's error, or the signal's reason on abort. */
export function createKeepAliveFetch(): Fetch {
  const kept = { keepAlive: true, maxFreeSockets: KEPT_SOCKETS };
  const agents = { http: new http.Agent(kept), https: new https.Agent(kept) };

  const send = (url: URL, init: RequestInit, triesLeft: number): Promise<Response> => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const secure = url.protocol === 'https:';
    const request = (secure ? https : http).request(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      agent: secure ? agents.https : agents.http,
      ...(init.signal ? { signal: init.signal } : {}),
    });
    let answered = false;
    request.on('response', (message) => {
      answered = true;
      resolve(toResponse(message));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection that the server closed just now: nothing was read, so the request is sent on a fresh one.
      // A reset in the middle of an answer comes here too, and sending that again would be paid for twice.
      const stale = !answered && request.reusedSocket && error.code === 'ECONNRESET' && !init.signal?.aborted;
      if (stale && triesLeft > 0) resolve(send(url, init, triesLeft - 1));
      else reject(error);
    });
    request.end(init.body);
    return promise;
  };

  return (input, init = {}) => send(new URL(input instanceof Request ? input.url : input), init, 1);
}

function toResponse(message: http.IncomingMessage): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (!NO_BODY.has(status)) return new Response(bytesOf(message), { status, headers });
  message.resume();
  return new Response(null, { status, headers });
}

/** The body as it comes; cancelling it closes the connection. */
function bytesOf(message: http.IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(stream) {
      message.on('data', (chunk: Buffer) => {
        stream.enqueue(chunk);
        if ((stream.desiredSize ?? 0) <= 0) message.pause();
      });
      message.on('end', () => stream.close());
      message.on('error', (error) => stream.error(error));
    },
    pull() {
      message.resume();
    },
    cancel() {
      message.destroy();
    },
  });
}
