/**
 * The lock under which a daemon is started, so that windows that open at one instant start one daemon. It only
 * spares work: the true lock is the daemon's socket, which only one process can bind.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** A start takes well under this; an older lock was left behind. */
const STALE_AFTER_MS = 20_000;

/** Takes the lock; null when another live process holds it. The returned function gives it back. */
export function takeStartLock(file: string): (() => void) | null {
  for (const attempt of ['first', 'after removing a stale lock'] as const) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt !== 'first' || !isStale(file)) return null;
      rmSync(file, { force: true });
    }
  }
  return null;
}

function isStale(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    return Math.abs(Date.now() - statSync(file).mtimeMs) > STALE_AFTER_MS || (holder > 0 && !isAlive(holder));
  } catch (error) {
    // The holder gave it back between our two looks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

/** True when a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
