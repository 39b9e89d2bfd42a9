/**
 * The lock under which a daemon is started, so that windows that open at one instant start one daemon. It only
 * spares work: the true lock is the daemon's socket, which only one process can bind.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';

/** A start takes well under this, and whoever waits for one waits longer; an older lock was left behind. */
const STALE_AFTER_MS = 10_000;
/** A lock without its holder's number, which is written at once: the holder died, or it is no lock of ours. */
const NAMELESS_AFTER_MS = 1000;

/** Takes the lock; null when another live process holds it. The returned function gives it back. */
export function takeStartLock(file: string): (() => void) | null {
  for (const attempt of ['first', 'after removing a stale lock'] as const) {
    try {
      write(file);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt !== 'first' || !isStale(file)) return null;
      rmSync(file, { force: true });
    }
  }
  return null;
}

/** Makes the file; on a full disk it stays without a number, which locks for a second and is enough. */
function write(file: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, String(process.pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(handle);
  }
}

function isStale(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    // The distance, not the age: the clock may have been set back.
    const age = Math.abs(Date.now() - statSync(file).mtimeMs);
    return isPid(holder) ? age > STALE_AFTER_MS || !isAlive(holder) : age > NAMELESS_AFTER_MS;
  } catch (error) {
    // The holder gave it back between our two looks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

const isPid = (value: number): boolean => Number.isInteger(value) && value > 0 && value < 2 ** 31;

/** True when a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
