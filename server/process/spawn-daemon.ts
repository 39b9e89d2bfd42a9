/** Starts a daemon that outlives whoever starts it. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import type { StatePaths } from './state-folder.ts';

/** How to run the daemon's program. */
export interface DaemonCommand {
  /** A Node 22 or later, or the editor's own runtime. */
  readonly runtime: string;
  readonly arguments: readonly string[];
}

/**
 * What the daemon inherits. A list of what may pass, since it must depend on no window: not on its PATH, proxy or
 * editor variables, and no API key may reach it this way.
 */
const INHERITED =
  /^(HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|SystemRoot|SystemDrive|windir|APPDATA|LOCALAPPDATA|USERPROFILE|FARTHING_\w+)$/i;

/**
 * glibc gives each thread a heap of its own and keeps what they freed; V8's compiler threads leave 10 MB that way that
 * nobody uses again. Other allocators know neither variable. The threshold is in bytes.
 */
const FRUGAL_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

/** The daemon's environment, from its starter's. */
export function daemonEnvironment(environment: NodeJS.ProcessEnv, electron: boolean): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && INHERITED.test(name),
  );
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: environment['PATH'] ?? '',
    ...FRUGAL_ALLOCATOR,
    ...(electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
  };
}

/**
 * On a large machine V8 gives its young generation 100 MB before it collects anything; a program that runs all day in
 * the background has no right to that. In MB; it must be set before V8 starts.
 */
const RUNTIME_FLAGS = ['--max-semi-space-size=1'];

/** A daemon that was started and may still fail before it listens. */
export interface SpawnedDaemon {
  readonly pid: number | null;
  /** Why it ended early; null while it runs. */
  failure(): string | null;
}

/** Starts the daemon detached, in the home folder, with what it prints appended to its log file. */
export function spawnDaemon(command: DaemonCommand, paths: StatePaths): SpawnedDaemon {
  const output = openSync(paths.logFile, 'a', 0o600);
  let failure: string | null = null;
  try {
    const child = spawn(command.runtime, [...RUNTIME_FLAGS, ...command.arguments], {
      detached: true,
      stdio: ['ignore', output, output],
      cwd: os.homedir(),
      env: {
        ...daemonEnvironment(process.env, process.versions['electron'] !== undefined),
        FARTHING_STATE: paths.folder,
      },
      windowsHide: true,
    });
    child.on('error', (error) => {
      failure = error.message;
    });
    child.on('exit', (code, signal) => {
      failure = `it ended with ${signal ?? `code ${code}`}`;
    });
    child.unref();
    return { pid: child.pid ?? null, failure: () => failure };
  } finally {
    closeSync(output);
  }
}
