import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { createKeepAliveFetch } from '../../../server/providers/keep-alive-fetch.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-two: a\r\nx-two: b\r\n\r\nhi';

/** A server below HTTP: `onRequest` gets each socket's whole requests and writes what it likes. */
async function listen(onRequest: (socket: net.Socket, text: string, connection: number) => void) {
  let connections = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => onRequest(socket, bytes.toString(), connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    connections: () => connections,
    reset() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a request arrives as it was given and its answer comes back with all its headers', async () => {
  let seen = '';
  await using server = await listen((socket, text) => {
    seen = text;
    socket.write(OK);
  });
  const fetch = createKeepAliveFetch();
  const response = await fetch(server.url, { method: 'POST', headers: { 'x-one': '1' }, body: 'héllo' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('x-two'), 'a, b');
  assert.equal(await response.text(), 'hi');
  assert.match(seen, /^POST \/v1 HTTP\/1\.1\r\n/);
  assert.match(seen, /x-one: 1\r\n/i);
  assert.match(seen, /content-length: 6\r\n/i);
  assert.ok(seen.endsWith('héllo'));
});

test('a connection is kept for the next request', async () => {
  await using server = await listen((socket) => socket.write(OK));
  const fetch = createKeepAliveFetch();
  for (let turn = 0; turn < 3; turn++) await (await fetch(server.url, { method: 'POST', body: 'x' })).text();
  assert.equal(server.connections(), 1);
});

test('a kept connection that the server has closed costs the request nothing', async () => {
  await using server = await listen((socket, _text, connection) => {
    if (connection === 1 && socket.bytesWritten > 0) socket.resetAndDestroy();
    else socket.write(OK);
  });
  const fetch = createKeepAliveFetch();
  await (await fetch(server.url, { method: 'POST', body: 'x' })).text();
  assert.equal(await (await fetch(server.url, { method: 'POST', body: 'y' })).text(), 'hi');
  assert.equal(server.connections(), 2);
});

test('a fresh connection that breaks is an error, and nothing is sent twice', async () => {
  await using server = await listen((socket) => socket.resetAndDestroy());
  const fetch = createKeepAliveFetch();
  await assert.rejects(fetch(server.url, { method: 'POST', body: 'x' }), { code: 'ECONNRESET' });
  assert.equal(server.connections(), 1);
});

test('aborting before the answer and cancelling its body both close the connection', async () => {
  const closed: Promise<unknown>[] = [];
  const arrived = Promise.withResolvers<void>();
  await using server = await listen((socket, _text, connection) => {
    closed.push(once(socket, 'close'));
    if (connection === 1) arrived.resolve();
    else socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n');
  });
  const fetch = createKeepAliveFetch();
  const controller = new AbortController();
  const waiting = fetch(server.url, { method: 'POST', body: 'x', signal: controller.signal });
  await arrived.promise;
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  await closed[0];

  const response = await fetch(server.url, { method: 'POST', body: 'x' });
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await closed[1];
});

test('an answer that breaks off is an error of its body', async () => {
  await using server = await listen((socket) => {
    socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n');
  });
  const response = await createKeepAliveFetch()(server.url, { method: 'POST', body: 'x' });
  await assert.rejects(response.text());
});

test('an answer without a body has none, and a redirect is given back as it is', async () => {
  await using server = await listen((socket, text) => {
    socket.write(
      text.includes('empty')
        ? 'HTTP/1.1 204 No Content\r\n\r\n'
        : 'HTTP/1.1 307 Away\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n',
    );
  });
  const fetch = createKeepAliveFetch();
  assert.equal((await fetch(server.url, { method: 'POST', body: 'empty' })).body, null);
  assert.equal((await fetch(server.url, { method: 'POST', body: 'x' })).status, 307);
});

test('a reader that is slow holds the server back and still gets every byte', async () => {
  const size = 5_000_000;
  await using server = await listen((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size, 120));
  });
  const response = await createKeepAliveFetch()(server.url, { method: 'POST', body: 'x' });
  let received = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.byteLength;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(received, size);
});

test('an answer that is reset in its middle, on a connection that was kept, is not asked for again', async () => {
  let requests = 0;
  await using server = await listen((socket) => {
    requests += 1;
    socket.write(requests !== 2 ? OK : 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
  });
  const fetch = createKeepAliveFetch();
  const send = () => fetch(server.url, { method: 'POST', body: '{}' });
  await (await send()).text();
  const reader = (await send()).body?.getReader();
  assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'half');
  server.reset();
  await assert.rejects(async () => reader?.read(), { code: 'ECONNRESET' });
  // Whatever was sent again would be there before this one.
  await (await send()).text();
  assert.equal(requests, 3);
});
