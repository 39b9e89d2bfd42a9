/** Ends a daemon that a test or a demonstration leaves behind; it belongs to no process group of ours. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const END_LIMIT_MILLISECONDS = 5_000;

/** Stops the daemon whose pid is in the state folder, and returns when it has ended. No daemon is no error. */
export async function stopDaemon(state: string): Promise<void> {
  const pid = await daemonPid(state);
  if (pid === null || !signal(pid, 'SIGTERM')) return;
  const limit = performance.now() + END_LIMIT_MILLISECONDS;
  while (signal(pid, 0)) {
    if (performance.now() > limit) signal(pid, 'SIGKILL');
    await delay(20);
  }
}

/** The pid in the state folder's `daemon.pid`; null when there is none. */
export async function daemonPid(state: string): Promise<number | null> {
  const text = await readFile(path.join(state, 'daemon.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** True while the process is there. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}
