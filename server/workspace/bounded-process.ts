/** A process with a limit on everything: its time, its output, and what it leaves running. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../pipeline/ports.ts';

/** What to run, and how much it may take. */
export interface ProcessRequest {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Of its output the end is kept. */
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
}

/** How it ended. */
export interface ProcessEnding {
  readonly kind: 'exited' | 'timedOut' | 'cancelled';
  readonly code: number | null;
  readonly signal: string | null;
  readonly milliseconds: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** It could not be started: the system's code, such as ENOENT. */
export interface NotStarted {
  readonly kind: 'notStarted';
  readonly code: string;
}

/** How long output is waited for that a process outside of the group holds back, in milliseconds. */
const LINGER_MS = 1000;

/**
 * Runs a command without input to its end, to its time limit or to the signal, and then ends every process of its
 * group, so that none outlives it. Never rejects.
 */
export function runBounded(request: ProcessRequest): Promise<ProcessEnding | NotStarted> {
  const { clock, signal } = request;
  const begun = clock.elapsed();
  const output = createTail(request.maxOutputBytes);
  if (signal.aborted)
    return Promise.resolve({ kind: 'cancelled', code: null, signal: null, milliseconds: 0, output: '' });
  return new Promise((resolve) => {
    const child = start(request);
    if ('kind' in child) return resolve(child);
    const settled = new AbortController();
    let kind: ProcessEnding['kind'] = 'exited';
    const stop = (why: 'timedOut' | 'cancelled') => {
      // What ended by itself was not stopped.
      if (kind === 'exited' && child.exitCode === null && child.signalCode === null) kind = why;
      endGroup(child);
    };
    const cancel = () => stop('cancelled');
    signal.addEventListener('abort', cancel, { once: true });
    clock.sleep(request.timeoutMs, settled.signal).then(
      () => stop('timedOut'),
      // It ended in time.
      () => undefined,
    );
    const settle = (ending: ProcessEnding | NotStarted) => {
      signal.removeEventListener('abort', cancel);
      settled.abort('settled');
      resolve(ending);
    };
    child.stdout?.on('data', output.push);
    child.stderr?.on('data', output.push);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) settle({ kind: 'notStarted', code: error.code ?? 'unknown' });
    });
    child.on('exit', () => {
      endGroup(child);
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LINGER_MS).unref();
    });
    child.on('close', (code, ended) => {
      if (child.pid === undefined) return;
      const milliseconds = clock.elapsed() - begun;
      settle({ kind, code, signal: ended, milliseconds, output: output.text() });
    });
  });
}

function start({ command, folder, environment }: ProcessRequest): ChildProcess | NotStarted {
  const [program = '', ...rest] = command;
  try {
    return spawn(program, rest, {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, by which it is ended with all that it started.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    // Some systems refuse at once, such as Windows a batch file without a shell.
    return { kind: 'notStarted', code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

/** Ends a process and those that it started. It works on a copy that goes, so that nothing asks it kindly. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    // Windows has no groups: those of a process that has ended cannot be found any more.
    if (exitCode !== null || signalCode !== null) return;
    const options = { stdio: 'ignore', windowsHide: true } as const;
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], options).on('error', () => process.kill(pid));
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left; macOS says EPERM where only those are that have ended.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Keeps the last `most` bytes. */
function createTail(most: number) {
  let chunks: Buffer[] = [];
  let bytes = 0;
  const joined = () => {
    const all = Buffer.concat(chunks);
    return all.subarray(Math.max(0, all.length - most));
  };
  return {
    push(chunk: Buffer): void {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= 2 * most) return;
      chunks = [Buffer.from(joined())];
      bytes = chunks[0]?.length ?? 0;
    },
    text: () => joined().toString('utf8'),
  };
}
