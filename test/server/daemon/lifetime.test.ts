/** One daemon per user: found, started once, replaced, ended, and missed when it dies. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { MESSAGES } from '../../../protocol/messages.ts';
import { createStateFolder } from '../../../server/process/state-folder.ts';
import { createTestState, gone, outcome, until } from '../../support/daemon-process.ts';
import { setScene } from './harness.ts';

test('windows that open at the same instant get one daemon', async () => {
  await using state = createTestState();
  const clients = await Promise.all(Array.from({ length: 6 }, () => state.connect()));
  assert.equal(new Set(clients.map((client) => client.pid)).size, 1);
  const [first] = clients;
  assert.equal((await first?.request(MESSAGES.status, {}))?.clients, 6);
  for (const client of clients) await client[Symbol.asyncDispose]();
});

test('two daemons that race for one socket leave one, and the other says so and ends well', async () => {
  await using state = createTestState();
  createStateFolder(state.paths);
  const racers = [state.spawn(['daemon', 'serve']), state.spawn(['daemon', 'serve'])];
  const ends = racers.map((racer) => outcome(racer));
  const loser = await Promise.race(ends);
  assert.equal(loser.code, 0);
  assert.match(loser.err, /Another daemon already serves/);
  await using client = await state.connect();
  assert.ok(racers.some((racer) => racer.pid === client.pid));
  for (const racer of racers) racer.kill();
  await Promise.all(ends);
});

test('a socket that a dead daemon left behind is put aside', async () => {
  await using state = createTestState();
  createStateFolder(state.paths);
  const dead = state.spawn(['daemon', 'serve']);
  await until(() => existsSync(state.paths.pidFile), 'the first daemon');
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  assert.ok(existsSync(state.paths.socket), 'the socket is left behind');
  await using client = await state.connect();
  assert.notEqual(client.pid, dead.pid);
});

test('the start lock of a process that died does not keep a daemon from starting', async () => {
  await using state = createTestState();
  createStateFolder(state.paths);
  writeFileSync(state.paths.startLock, '99999999');
  await using client = await state.connect();
  assert.ok(client.pid > 0);
});

test('the state folder, the socket, the secret, the ledger and the log are for their user alone', async () => {
  await using state = createTestState();
  await using _client = await state.connect();
  const mode = (file: string) => statSync(file).mode & 0o777;
  assert.equal(mode(state.paths.folder), 0o700);
  for (const file of [state.paths.socket, state.paths.secret, state.paths.database, state.paths.logFile]) {
    assert.equal(mode(file), 0o600, file);
  }
});

test('a stranger on the socket who does not know the secret is turned away', async () => {
  await using state = createTestState();
  await using client = await state.connect();
  const stranger = net.connect(state.paths.socket);
  stranger.write('{"type":"hello","protocol":1,"build":{},"nonce":"n"}\n{"type":"proof","proof":"guess"}\n');
  stranger.resume();
  await once(stranger, 'close');
  assert.equal((await client.request(MESSAGES.status, {})).clients, 1);
});

test('a client that leaves without a word leaves the others as they were', async () => {
  await using state = createTestState();
  await using stays = await state.connect();
  const leaves = await state.connect();
  assert.equal((await stays.request(MESSAGES.status, {})).clients, 2);
  await leaves[Symbol.asyncDispose]();
  // The daemon hears of the closed socket in its own time.
  let { clients } = await stays.request(MESSAGES.status, {});
  while (clients > 1) ({ clients } = await stays.request(MESSAGES.status, {}));
  assert.equal(clients, 1);
});

test('a daemon nobody needs ends by itself and leaves no socket', async () => {
  await using state = createTestState({ FARTHING_IDLE_MS: '50' });
  const client = await state.connect();
  await client[Symbol.asyncDispose]();
  await gone(client.pid);
  assert.ok(!existsSync(state.paths.socket));
  assert.match(state.log(), /daemon ends: idle/);
});

test('a daemon whose socket was taken away drains and ends', {
  skip: process.platform === 'win32',
}, async () => {
  await using state = createTestState({ FARTHING_IDLE_MS: '100' });
  const client = await state.connect();
  rmSync(state.paths.socket);
  // Another one can start at once; nobody finds the first one any more.
  await using second = await state.connect();
  assert.notEqual(second.pid, client.pid);
  await client.closed;
  await gone(client.pid);
});

test('a newer build takes over, and the older one finishes its call first', async () => {
  await using scene = await setScene();
  const answerIt = Promise.withResolvers<void>();
  scene.simulator.script({ chunks: ['slow', ' answer'], gates: { 2: answerIt.promise } });
  const old = await scene.open();
  const running = old.run('What is slow?');
  await until(() => old.deltas.some((delta) => delta.type === 'text'), 'the first text');

  const newer = await scene.state.connect({ version: '99.0.0', hash: 'newer', builtAt: 1 });
  assert.notEqual(newer.pid, old.client.pid);
  assert.equal((await newer.request(MESSAGES.status, {})).build.version, '99.0.0');
  assert.ok(old.heard.includes('farthing/superseded'), 'the older window is told');
  await assert.rejects(old.run('One more?'), /being replaced by a newer one/);

  answerIt.resolve();
  assert.equal((await running).outcome, 'answered');
  await gone(old.client.pid);
  const { recent } = await newer.request(MESSAGES.summary, { since: 0, recent: 5 });
  assert.deepEqual(
    recent.map((line) => line.outcome),
    ['answered'],
  );
  await newer[Symbol.asyncDispose]();
});

test('an older build uses the newer daemon that runs', async () => {
  await using state = createTestState();
  await using newer = await state.connect({ version: '99.0.0', hash: 'newer', builtAt: 1 });
  await using older = await state.connect({ version: '0.0.1', hash: 'older', builtAt: 0 });
  assert.equal(older.pid, newer.pid);
});

test('a daemon killed during a call fails the call clearly, and the ledger keeps its line', async () => {
  await using scene = await setScene();
  scene.simulator.script({ chunks: ['some', ' text'], hangAfter: 1 });
  const window = await scene.open();
  const running = window.run('What hangs?');
  await until(() => window.deltas.some((delta) => delta.type === 'text'), 'the first text');
  process.kill(window.client.pid, 'SIGKILL');
  await assert.rejects(running, /daemon ended during this call.*run the prompt again/);

  await using next = await scene.state.connect();
  const { recent } = await next.request(MESSAGES.summary, { since: 0, recent: 5 });
  assert.deepEqual(
    recent.map(({ outcome: how, costNano }) => ({ how, costNano })),
    [{ how: 'interrupted', costNano: null }],
  );
});

test('a daemon killed while it writes loses no line that it had written', async () => {
  await using scene = await setScene();
  const window = await scene.open();
  let answered = 0;
  scene.simulator.script(...Array.from({ length: 200 }, (_, turn) => ({ text: `answer ${turn}` })));
  const runs = Array.from({ length: 200 }, (_, turn) =>
    window.run(`Question ${turn}?`).then(
      () => {
        answered += 1;
        if (answered === 40) process.kill(window.client.pid, 'SIGKILL');
      },
      () => undefined,
    ),
  );
  await Promise.all(runs);
  await using next = await scene.state.connect();
  const { real } = await next.request(MESSAGES.summary, { since: 0, recent: 0 });
  assert.ok(real.calls >= 40, `40 answers were seen, ${real.calls} lines are there`);
  assert.doesNotMatch(scene.state.log(), /damaged/);
  // What was scripted for calls that never came is of no interest here.
  while (scene.simulator.requests.length < 200) {
    await fetch(`${scene.simulator.baseUrl}/chat/completions`, { method: 'POST', body: '{}' }).then((r) =>
      r.text(),
    );
  }
});

test('stopping the daemon cancels its calls and records them', async () => {
  await using scene = await setScene();
  scene.simulator.script({ chunks: ['some', ' text'], hangAfter: 1 });
  const window = await scene.open();
  const running = window.run('What hangs?');
  await until(() => window.deltas.some((delta) => delta.type === 'text'), 'the first text');
  const stopped = outcome(scene.state.spawn(['daemon', 'stop']));
  await assert.rejects(running, /Cancelled/);
  assert.ok(window.heard.includes('farthing/stopped'), 'the window is told not to start another');
  assert.match((await stopped).out, /has stopped/);
  assert.equal(await (await scene.simulator.request(0)).closedEarly, true);
  await gone(window.client.pid);

  await using next = await scene.state.connect();
  const { recent } = await next.request(MESSAGES.summary, { since: 0, recent: 5 });
  assert.deepEqual(
    recent.map((line) => line.outcome),
    ['aborted'],
  );
});

test('a daemon whose secret was deleted takes the new one', async () => {
  await using state = createTestState();
  await using first = await state.connect();
  rmSync(state.paths.secret);
  await using second = await state.connect();
  assert.equal(second.pid, first.pid);
});

test('a daemon in the foreground puts the socket of a dead one aside', async () => {
  await using state = createTestState();
  createStateFolder(state.paths);
  for (const attempt of ['first', 'second']) {
    const daemon = state.spawn(['daemon', 'serve']);
    // The file is there a moment before its content.
    const named = () => existsSync(state.paths.pidFile) && state.daemonPid() === daemon.pid;
    await until(named, `the ${attempt} daemon`);
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
    rmSync(state.paths.pidFile);
    assert.ok(existsSync(state.paths.socket));
  }
});

test('a daemon that cannot write its process id works and ends all the same', async () => {
  await using state = createTestState();
  createStateFolder(state.paths);
  mkdirSync(state.paths.pidFile);
  const client = await state.connect();
  await client.request(MESSAGES.stop, { startsAgain: false });
  await client[Symbol.asyncDispose]();
  await gone(client.pid);
  rmdirSync(state.paths.pidFile);
  assert.match(state.log(), /daemon\.pid cannot be written/);
});
