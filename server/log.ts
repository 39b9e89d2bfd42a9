/** The daemon's log: a file that rotates, and whoever listens. It is given events, never prompts, answers or keys. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { LogLevel } from '../protocol/settings.ts';

/** Bytes after which a new file begins; one older file is kept. */
const ROTATE_AT_BYTES = 1_000_000;

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** Writes lines of one level each. */
export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
  /** How much is written from now on. */
  setLevel(level: LogLevel): void;
  /** Calls `listener` with every line that is written; the returned function ends it. */
  listen(listener: (level: LogLevel, message: string) => void): () => void;
}

/** A log that appends to `file` and rotates it to `file`.1. A full disk costs log lines, never a call. */
export function createLog(file: string): Log {
  const listeners = new Set<(level: LogLevel, message: string) => void>();
  let threshold = LEVELS.indexOf('info');
  let size = sizeOf(file);

  const write = (level: LogLevel, message: string) => {
    if (LEVELS.indexOf(level) > threshold) return;
    const line = `${new Date().toISOString()} ${process.pid} ${level.padEnd(5)} ${message.replaceAll('\n', '\\n')}\n`;
    try {
      if (size > ROTATE_AT_BYTES) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, line, { mode: 0o600 });
      size += Buffer.byteLength(line);
    } catch {
      // There is no better place to say that the log cannot be written; listeners still get the line.
      size = 0;
    }
    for (const listener of listeners) listener(level, message);
  };

  return {
    error: (message) => write('error', message),
    warn: (message) => write('warn', message),
    info: (message) => write('info', message),
    debug: (message) => write('debug', message),
    setLevel(level) {
      threshold = LEVELS.indexOf(level);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
