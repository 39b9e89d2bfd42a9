import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { compareBuilds } from '../../../protocol/version.ts';
import { readOrCreateSecret } from '../../../server/process/secret.ts';
import { daemonEnvironment } from '../../../server/process/spawn-daemon.ts';
import { takeStartLock } from '../../../server/process/start-lock.ts';
import { type Surroundings, statePaths } from '../../../server/process/state-folder.ts';

const linux: Surroundings = { environment: {}, platform: 'linux', home: '/home/ada', temporary: '/tmp' };

for (const [what, surroundings, folder] of [
  ['Linux', linux, '/home/ada/.local/state/farthing'],
  ['Linux with XDG_STATE_HOME', { ...linux, environment: { XDG_STATE_HOME: '/s' } }, '/s/farthing'],
  [
    'Linux with a relative XDG_STATE_HOME',
    { ...linux, environment: { XDG_STATE_HOME: 's' } },
    '/home/ada/.local/state/farthing',
  ],
  ['macOS', { ...linux, platform: 'darwin' }, '/home/ada/Library/Application Support/Farthing'],
  ['a folder of the user', { ...linux, environment: { FARTHING_STATE: '/x/y' } }, '/x/y'],
] as const) {
  test(`the state folder on ${what} is where its platform wants it`, () => {
    const paths = statePaths(surroundings as Surroundings);
    assert.equal(paths.folder, folder);
    assert.equal(paths.socket, path.join(folder, 'daemon-v1.sock'));
  });
}

test('on Windows the socket is a named pipe of this user', () => {
  const { socket } = statePaths({ ...linux, platform: 'win32' });
  assert.match(socket, /^\\\\\.\\pipe\\farthing-[0-9a-f]{12}-daemon-v1$/);
});

test('a state folder too deep for a socket has its socket in the temporary folder', () => {
  const deep = `/${'very-long-name/'.repeat(12)}`;
  const { socket } = statePaths({ ...linux, environment: { FARTHING_STATE: deep } });
  assert.match(socket, /^\/tmp\/farthing-[0-9a-f]{8}\/[0-9a-f]{12}-daemon-v1\.sock$/);
  assert.ok(Buffer.byteLength(socket) <= 103);
});

function inFolder(act: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'farthing-test-'));
  try {
    act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the secret is made once, kept, and readable by its user alone', () => {
  inFolder((folder) => {
    const file = path.join(folder, 'secret');
    const secret = readOrCreateSecret(file);
    assert.match(secret, /^[0-9a-f]{64}$/);
    assert.equal(readOrCreateSecret(file), secret);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});

test('a secret file that holds something else is named, not overwritten', () => {
  inFolder((folder) => {
    const file = path.join(folder, 'secret');
    writeFileSync(file, 'mine');
    assert.throws(() => readOrCreateSecret(file), /holds no secret; delete it/);
    assert.equal(readFileSync(file, 'utf8'), 'mine');
  });
});

test('the start lock is held by one at a time and outlives no process', () => {
  inFolder((folder) => {
    const file = path.join(folder, 'start.lock');
    const release = takeStartLock(file);
    assert.ok(release);
    assert.equal(takeStartLock(file), null);
    release();
    // A process id that no process has: the largest that Linux gives is 4,194,304.
    writeFileSync(file, '99999999');
    const again = takeStartLock(file);
    assert.ok(again, 'the lock of a dead process is taken over');
    again();
  });
});

test('a start lock without its holder is taken over after a second, and not before', () => {
  inFolder((folder) => {
    const file = path.join(folder, 'start.lock');
    for (const content of ['', 'garbage', '-1', '1e300']) {
      writeFileSync(file, content);
      assert.equal(takeStartLock(file), null, content);
      const earlier = Date.now() / 1000 - 2;
      utimesSync(file, earlier, earlier);
      const release = takeStartLock(file);
      assert.ok(release, content);
      release();
    }
  });
});

test('the daemon inherits no key, proxy, editor variable or Node option', () => {
  const environment = daemonEnvironment(
    {
      HOME: '/home/ada',
      PATH: '/bin',
      LC_ALL: 'C',
      FARTHING_STATE: '/x',
      OPENAI_API_KEY: 'sk-secret',
      https_proxy: 'http://proxy',
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--inspect',
    },
    false,
  );
  assert.deepEqual(environment, {
    HOME: '/home/ada',
    PATH: '/bin',
    LC_ALL: 'C',
    FARTHING_STATE: '/x',
    MALLOC_ARENA_MAX: '1',
    MALLOC_TRIM_THRESHOLD_: '131072',
  });
  assert.equal(daemonEnvironment({}, true)['ELECTRON_RUN_AS_NODE'], '1');
});

test('of two builds the higher version is newer, and of one version the later build', () => {
  const build = (version: string, hash: string, builtAt: number) => ({ version, hash, builtAt });
  assert.ok(compareBuilds(build('1.2.0', 'a', 9), build('1.10.0', 'b', 1)) < 0);
  assert.ok(compareBuilds(build('1.2.0', 'a', 9), build('1.2.0', 'b', 1)) > 0);
  assert.equal(compareBuilds(build('1.2.0', 'a', 9), build('1.2.0', 'a', 1)), 0);
});
