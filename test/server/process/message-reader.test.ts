import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { createMessageReader } from '../../../server/process/message-reader.ts';
import { until } from '../../support/daemon-process.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('half a message keeps no process alive once its connection is gone', async () => {
  const server = net
    .createServer((socket) => socket.end('Content-Length: 1000\r\n\r\n{"half'))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const before = timers();
  let heard = 0;
  const reader = createMessageReader(socket);
  reader.listen(() => undefined);
  socket.on('data', ({ length }) => {
    heard += length;
  });
  await once(socket, 'close');
  await until(() => heard > 0, 'half a message');
  server.close();
  const left = timers();
  // Else this very test would not end where it fails.
  reader.partialMessageTimeout = 0;
  assert.equal(left, before);
});
