/** Where a user's daemon keeps its state: one folder per user, found alike by the editor, the command and the daemon. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

/** Absolute paths of everything in the state folder. */
export interface StatePaths {
  readonly folder: string;
  readonly database: string;
  /** The secret that both sides of a connection prove to know; mode 0600. */
  readonly secret: string;
  /** Unix socket, or named pipe on Windows. */
  readonly socket: string;
  /** Exists while somebody starts a daemon. */
  readonly startLock: string;
  readonly pidFile: string;
  readonly logFile: string;
}

/** What decides where the state folder is. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly temporary: string;
}

/** macOS limits a socket's path to 103 bytes; Linux to 107. */
const LONGEST_SOCKET_PATH = 103;

/**
 * The paths for these surroundings. FARTHING_STATE names the folder outright; else it is the platform's place for
 * a program's state (the XDG base directory specification on Linux).
 */
export function statePaths(surroundings: Surroundings): StatePaths {
  const folder = stateFolder(surroundings);
  return {
    folder,
    database: path.join(folder, 'farthing.db'),
    secret: path.join(folder, 'secret'),
    socket: socketPath(folder, surroundings),
    startLock: path.join(folder, 'start.lock'),
    pidFile: path.join(folder, 'daemon.pid'),
    logFile: path.join(folder, 'daemon.log'),
  };
}

/** Creates the folders that the paths lie in, for their owner alone. */
export function createStateFolder(paths: StatePaths): void {
  const folders = new Set([paths.folder]);
  if (!paths.socket.startsWith('\\\\')) folders.add(path.dirname(paths.socket));
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
}

function stateFolder({ environment, platform, home }: Surroundings): string {
  const chosen = environment['FARTHING_STATE'];
  if (chosen) return path.resolve(chosen);
  if (platform === 'win32') {
    return path.join(environment['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), 'Farthing');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Farthing');
  // By the specification a relative path is none; it would be another folder in each place.
  const state = environment['XDG_STATE_HOME'] ?? '';
  return path.join(path.isAbsolute(state) ? state : path.join(home, '.local', 'state'), 'farthing');
}

function socketPath(folder: string, { platform, home, temporary }: Surroundings): string {
  const name = `daemon-v${PROTOCOL_VERSION}`;
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  if (platform === 'win32') return `\\\\.\\pipe\\farthing-${hash}-${name}`;
  const inFolder = path.join(folder, `${name}.sock`);
  if (Buffer.byteLength(inFolder) <= LONGEST_SOCKET_PATH) return inFolder;
  const user = createHash('sha256').update(home).digest('hex').slice(0, 8);
  return path.join(temporary, `farthing-${user}`, `${hash}-${name}.sock`);
}
