import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { Build } from '../../../protocol/version.ts';
import { greetClient, greetDaemon, HandshakeRefused, welcome } from '../../../server/process/handshake.ts';
import { readLine, writeLine } from '../../../server/process/lines.ts';

const SECRET = 'a'.repeat(64);
const build: Build = { version: '1.0.0', hash: 'x', builtAt: 1 };

/** Two ends of one wire. */
function wire(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
      destroy(error, done) {
        if (!other().destroyed) other().destroy();
        done(error);
      },
    });
  const a: Duplex = end(() => b);
  const b: Duplex = end(() => a);
  return [a, b];
}

test('two sides that know the secret find each other and what follows stays on the wire', async () => {
  const [client, daemon] = wire();
  const daemonSide = greetClient(daemon, SECRET, { ...build, version: '2.0.0' }).then((greeted) => {
    welcome(daemon);
    daemon.write('Content-Length: 2\n');
    return greeted;
  });
  const identity = await greetDaemon(client, SECRET, build, () => 'talk');
  assert.equal(identity.build.version, '2.0.0');
  assert.equal(identity.pid, process.pid);
  assert.deepEqual(await daemonSide, { build, intent: 'talk' });
  assert.equal(await readLine(client, 1000), 'Content-Length: 2');
});

test('a client learns who the daemon is before it says what it wants', async () => {
  const [client, daemon] = wire();
  const daemonSide = greetClient(daemon, SECRET, build).then((greeted) => {
    welcome(daemon);
    return greeted;
  });
  await greetDaemon(client, SECRET, build, (found) =>
    found.build.version === '1.0.0' ? 'take over' : 'talk',
  );
  assert.equal((await daemonSide).intent, 'take over');
});

test('a client does not talk to a process that does not know the secret', async () => {
  const [client, impostor] = wire();
  const impostorSide = greetClient(impostor, 'b'.repeat(64), build).catch(() => undefined);
  await assert.rejects(
    greetDaemon(client, SECRET, build, () => 'talk'),
    HandshakeRefused,
  );
  client.destroy();
  await impostorSide;
});

test('a daemon refuses a client that answers its challenge with the challenge', async () => {
  const [client, daemon] = wire();
  const daemonSide = greetClient(daemon, SECRET, build);
  writeLine(client, { type: 'hello', protocol: 1, build, nonce: 'n' });
  const challenge = JSON.parse(await readLine(client, 1000)) as { proof: string };
  writeLine(client, { type: 'proof', proof: challenge.proof, intent: 'talk' });
  await assert.rejects(daemonSide, HandshakeRefused);
});

for (const [what, line] of [
  ['another protocol version', JSON.stringify({ type: 'hello', protocol: 999, build, nonce: 'n' })],
  ['no JSON', 'GET / HTTP/1.1'],
  ['a line without an end', 'x'.repeat(5000)],
] as const) {
  test(`a daemon refuses a client that sends ${what}`, async () => {
    const [client, daemon] = wire();
    const daemonSide = greetClient(daemon, SECRET, build);
    client.write(`${line}\n`);
    await assert.rejects(daemonSide);
  });
}

test('a line arrives whole however it is cut on the way', async () => {
  const [a, b] = wire();
  const line = readLine(b, 1000);
  for (const byte of Buffer.from('{"héllo":1}\nrest')) a.write(Buffer.from([byte]));
  assert.equal(await line, '{"héllo":1}');
  assert.equal((b.read() as Buffer).toString(), 'rest');
});
