/** Runs the daemon as the process it is in real life, in a state folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Build } from '../../protocol/version.ts';
import { connectClient, type DaemonClient } from '../../server/cli/daemon-client.ts';
import type { Terminal } from '../../server/cli/terminal.ts';
import { isAlive } from '../../server/process/start-lock.ts';
import { type StatePaths, statePaths } from '../../server/process/state-folder.ts';
import { assertNoKeys } from './secrets.ts';

/** The daemon's program, from its sources. */
export const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** A state folder for one test, with whatever daemons run in it. */
export interface TestState extends AsyncDisposable {
  readonly paths: StatePaths;
  /** Environment for a `farthing` command in this state folder. */
  readonly environment: Record<string, string>;
  /** Connects as the command line does, starting the daemon where none runs. */
  connect(build?: Build): Promise<DaemonClient>;
  /** Starts `farthing` with arguments. */
  spawn(args: readonly string[], environment?: Readonly<Record<string, string>>): ChildProcess;
  /** Process id of the daemon that wrote its pid file last. */
  daemonPid(): number;
  log(): string;
}

/** Makes a state folder; whatever is left of it is ended and removed when the test lets it go. */
export function createTestState(environment: Readonly<Record<string, string>> = {}): TestState {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'farthing-test-'));
  const own = { ...environment, FARTHING_STATE: folder };
  const paths = statePaths({
    environment: own,
    platform: process.platform,
    home: os.homedir(),
    temporary: os.tmpdir(),
  });
  const pids = new Set<number>();
  const children: ChildProcess[] = [];
  const remember = () => {
    try {
      const pid = Number(readFileSync(paths.pidFile, 'utf8'));
      if (pid > 0) pids.add(pid);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  };
  return {
    paths,
    environment: own,
    async connect(build) {
      const played = { ...own, ...(build === undefined ? {} : { FARTHING_BUILD: JSON.stringify(build) }) };
      const client = await withEnvironment(played, () => connectClient(terminalFor(paths, played)));
      pids.add(client.pid);
      return client;
    },
    spawn(args, more = {}) {
      const child = spawn(process.execPath, [MAIN, ...args], {
        env: { PATH: process.env['PATH'] ?? '', HOME: os.homedir(), ...own, ...more },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      children.push(child);
      return child;
    },
    daemonPid: () => Number(readFileSync(paths.pidFile, 'utf8')),
    log: () => readFileSync(paths.logFile, 'utf8'),
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL');
      remember();
      for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      for (const pid of pids) await gone(pid);
      assertNoKeys(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when the process has ended. */
export async function gone(pid: number): Promise<void> {
  await until(() => !isAlive(pid), `process ${pid} to end`);
}

/** Resolves when the condition holds; fails after ten seconds, naming what it waited for. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Longer than any command takes, and shorter than the runner waits for a test. */
const LONGEST_COMMAND_MS = 60_000;

/** What a command printed and how it ended; rejects, and ends it, where it does not end by itself. */
export async function outcome(
  child: ChildProcess,
): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, LONGEST_COMMAND_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (hangs) throw new Error(`${child.spawnargs.join(' ')} did not end. It printed:\n${out}${err}`);
  return { code, out, err };
}

function terminalFor(paths: StatePaths, environment: Readonly<Record<string, string>>): Terminal {
  return {
    paths,
    environment,
    signal: new AbortController().signal,
    out: () => undefined,
    note: () => undefined,
    readInput: () => Promise.reject(new Error('no input was scripted')),
  };
}

/** The daemon inherits what its starter's environment has under FARTHING_. */
async function withEnvironment<Result>(
  environment: Readonly<Record<string, string>>,
  act: () => Promise<Result>,
): Promise<Result> {
  const saved = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    return await act();
  } finally {
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
