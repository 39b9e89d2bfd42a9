import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../../../client/daemon/session.ts';
import { createSupervisor, type Supervisor } from '../../../client/daemon/supervisor.ts';
import { FarthingError, farthingError } from '../../../protocol/errors.ts';
import type { DaemonState } from '../../../protocol/panel-messages.ts';

const UNREACHABLE = () => farthingError('daemonUnreachable', { detail: 'no runtime', log: '/log' });

interface FakeSession extends Session {
  readonly name: string;
  readonly calls: string[];
  /** The connection breaks. */
  crash(): void;
  notify(method: string, params: unknown): void;
  /** Answers of requests that wait, by method; other methods answer at once with the session's name. */
  readonly pending: Map<string, PromiseWithResolvers<unknown>>;
}

function fakeSession(name: string): FakeSession {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const pending = new Map<string, PromiseWithResolvers<unknown>>();
  const calls: string[] = [];
  let isClosed = false;
  let deliver: ((method: string, params: unknown) => void) | null = null;
  const crash = () => {
    isClosed = true;
    for (const { reject } of pending.values()) reject(Object.assign(new Error('gone'), { code: -32097 }));
    close();
  };
  const leave = (how: string) => () => {
    calls.push(how);
    crash();
    return closed;
  };
  return {
    name,
    calls,
    pending,
    closed,
    crash,
    isClosed: () => isClosed,
    request: (method) => {
      calls.push(method);
      return pending.get(method)?.promise ?? Promise.resolve(name);
    },
    onNotification: (handler) => {
      deliver = handler;
    },
    notify: (method, params) => {
      assert.ok(deliver !== null, 'nobody listens to the session');
      deliver(method, params);
    },
    end: leave('end'),
    terminate: (startsAgain) => leave(startsAgain ? 'terminate to start again' : 'terminate')(),
  };
}

/** A supervisor over scripted openings: a session, or an error. Opening more often than scripted never ends. */
function supervise(script: readonly (FakeSession | FarthingError)[]) {
  const pauses: number[] = [];
  const states: DaemonState[] = [];
  let opened = 0;
  let now = 0;
  const supervisor = createSupervisor({
    open: () => {
      const next = script[opened++];
      if (next === undefined) return Promise.withResolvers<Session>().promise;
      return next instanceof FarthingError ? Promise.reject(next) : Promise.resolve(next);
    },
    timing: {
      elapsed: () => now,
      sleep: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    },
    logFile: '/log',
    log: () => undefined,
  });
  supervisor.onDidChange(() => states.push(supervisor.state));
  return {
    supervisor,
    pauses,
    states,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

/** Resolves when the supervisor is in the state. */
function reached(supervisor: Supervisor, state: DaemonState): Promise<void> {
  if (supervisor.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const subscription = supervisor.onDidChange(() => {
      if (supervisor.state !== state) return;
      subscription.dispose();
      resolve();
    });
  });
}

const failsWith = (code: string) => (error: unknown) => error instanceof FarthingError && error.code === code;

test('a request that is sent before there is a daemon waits for it', async () => {
  const { supervisor } = supervise([fakeSession('first')]);
  const answer = supervisor.send('ask', {});
  supervisor.start();
  assert.equal(await answer, 'first');
  assert.equal(supervisor.state, 'running');
});

test('the hooks of a connection come before every other request, on each connection', async () => {
  const first = fakeSession('first');
  const second = fakeSession('second');
  const { supervisor } = supervise([first, second]);
  supervisor.onConnect(async (send) => void (await send('configure', {})));
  const asked = supervisor.send('ask', {});
  supervisor.start();
  await asked;
  assert.deepEqual(first.calls, ['configure', 'ask']);
  first.crash();
  await reached(supervisor, 'restarting');
  assert.equal(await supervisor.send('ask', {}), 'second');
  assert.deepEqual(second.calls, ['configure', 'ask']);
});

test('a hook that fails does not keep the daemon from running', async () => {
  const { supervisor } = supervise([fakeSession('first')]);
  supervisor.onConnect(() => Promise.reject(new Error('no keyring')));
  supervisor.start();
  assert.equal(await supervisor.send('ask', {}), 'first');
});

test('what is under way when the daemon ends fails with daemonStopped', async () => {
  const first = fakeSession('first');
  first.pending.set('run', Promise.withResolvers());
  const { supervisor } = supervise([first]);
  supervisor.start();
  await reached(supervisor, 'running');
  const run = supervisor.send('run', {});
  const failed = assert.rejects(run, failsWith('daemonStopped'));
  first.crash();
  await failed;
  assert.equal(supervisor.problem, null);
});

test('handlers stay over a restart, and one that throws stops no other', async () => {
  const first = fakeSession('first');
  const second = fakeSession('second');
  const { supervisor } = supervise([first, second]);
  const seen: unknown[] = [];
  supervisor.on('news', () => {
    throw new Error('a bug');
  });
  supervisor.on('news', (params) => seen.push(params));
  supervisor.start();
  await reached(supervisor, 'running');
  first.notify('news', 1);
  first.crash();
  await reached(supervisor, 'restarting');
  await reached(supervisor, 'running');
  second.notify('news', 2);
  assert.deepEqual(seen, [1, 2]);
});

test('after five failures in a row it is stopped with the reason, and requests say so', async () => {
  const { supervisor, pauses, states } = supervise(Array.from({ length: 5 }, UNREACHABLE));
  const waiting = assert.rejects(supervisor.send('ask', {}), failsWith('daemonUnreachable'));
  supervisor.start();
  await reached(supervisor, 'stopped');
  await waiting;
  assert.deepEqual(pauses, [250, 500, 1000, 2000]);
  assert.deepEqual(states, ['restarting', 'restarting', 'restarting', 'restarting', 'stopped']);
  assert.match(supervisor.problem?.message ?? '', /no runtime/);
  await assert.rejects(supervisor.send('ask', {}), failsWith('daemonUnreachable'));
});

test('a daemon that was well for a minute starts the count of its failures anew', async () => {
  const well = fakeSession('well');
  const { supervisor, pauses, pass } = supervise([UNREACHABLE(), UNREACHABLE(), well, fakeSession('next')]);
  supervisor.start();
  await reached(supervisor, 'running');
  pass(60_000);
  well.crash();
  await reached(supervisor, 'restarting');
  await reached(supervisor, 'running');
  assert.deepEqual(pauses, [250, 500, 250]);
});

test('a superseded daemon is left when the last request has ended, without a pause', async () => {
  const first = fakeSession('first');
  const run = Promise.withResolvers<unknown>();
  first.pending.set('run', run);
  const { supervisor, pauses } = supervise([first, fakeSession('second')]);
  supervisor.start();
  await reached(supervisor, 'running');
  const answer = supervisor.send('run', {});
  first.notify('farthing/superseded', { successor: {} });
  assert.equal(first.isClosed(), false);
  run.resolve('whole');
  assert.equal(await answer, 'whole');
  assert.equal(await supervisor.send('ask', {}), 'second');
  assert.deepEqual(first.calls, ['run', 'end']);
  assert.deepEqual(pauses, []);
});

test('a successor that cannot be reached is tried again with pauses', async () => {
  const first = fakeSession('first');
  const { supervisor, pauses } = supervise([first, UNREACHABLE(), UNREACHABLE(), fakeSession('second')]);
  supervisor.start();
  await reached(supervisor, 'running');
  first.notify('farthing/superseded', { successor: {} });
  assert.equal(await supervisor.send('ask', {}), 'second');
  assert.deepEqual(pauses, [250, 500]);
});

test('two restarts at once make one connection, and a stop after a restart wins', async () => {
  const first = fakeSession('first');
  const second = fakeSession('second');
  const third = fakeSession('third');
  const { supervisor } = supervise([first, second, third]);
  supervisor.start();
  await reached(supervisor, 'running');
  await Promise.all([supervisor.restart(), supervisor.restart()]);
  assert.equal(await supervisor.send('ask', {}), 'second');
  const restarted = supervisor.restart();
  await supervisor.stop();
  await restarted;
  assert.equal(supervisor.state, 'stopped');
  assert.deepEqual(third.calls, []);
});

test('a restart ends the daemon and forgives its failures', async () => {
  const { supervisor, pauses } = supervise([
    ...Array.from({ length: 5 }, UNREACHABLE),
    UNREACHABLE(),
    fakeSession('again'),
  ]);
  supervisor.start();
  await reached(supervisor, 'stopped');
  await supervisor.restart();
  assert.equal(await supervisor.send('ask', {}), 'again');
  assert.deepEqual(pauses.slice(4), [250]);
  assert.equal(supervisor.problem, null);
});

test('a stop ends the daemon, and it stays stopped until a restart', async () => {
  const first = fakeSession('first');
  const { supervisor, pauses } = supervise([first, fakeSession('second')]);
  supervisor.start();
  await reached(supervisor, 'running');
  await supervisor.stop();
  assert.deepEqual(first.calls, ['terminate']);
  await assert.rejects(supervisor.send('ask', {}), failsWith('daemonStoppedByUser'));
  assert.deepEqual(pauses, []);
  await supervisor.restart();
  assert.equal(await supervisor.send('ask', {}), 'second');
});

test('a daemon that the user stopped elsewhere is not started again until a restart', async () => {
  const first = fakeSession('first');
  const { supervisor, pauses } = supervise([first, fakeSession('second')]);
  supervisor.start();
  await reached(supervisor, 'running');
  first.notify('farthing/stopped', {});
  await reached(supervisor, 'stopped');
  assert.deepEqual(first.calls, ['end']);
  await assert.rejects(supervisor.send('ask', {}), failsWith('daemonStoppedByUser'));
  assert.deepEqual(pauses, []);
  await supervisor.restart();
  assert.equal(await supervisor.send('ask', {}), 'second');
});

test('disposing leaves the daemon to others', async () => {
  const first = fakeSession('first');
  const { supervisor } = supervise([first]);
  supervisor.start();
  await reached(supervisor, 'running');
  supervisor.dispose();
  assert.deepEqual(first.calls, ['end']);
});

test('a request that waits for the daemon can be cancelled', async () => {
  const { supervisor } = supervise([]);
  supervisor.start();
  let cancel: (event: unknown) => unknown = () => assert.fail('nobody waits for the cancellation');
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: (event: unknown) => unknown) => {
      cancel = listener;
      return { dispose: () => undefined };
    },
  };
  const refused = assert.rejects(supervisor.send('run', {}, token), failsWith('cancelled'));
  cancel(undefined);
  await refused;
});
