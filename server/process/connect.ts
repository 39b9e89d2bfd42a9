/**
 * Finds the user's daemon or starts it. Whoever needs it calls `openDaemon` and gets a socket on which the
 * handshake is done and LSP begins.
 */
import { rmSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FarthingError, farthingError } from '../../protocol/errors.ts';
import { type Build, compareBuilds } from '../../protocol/version.ts';
import { type DaemonIdentity, greetDaemon, HandshakeRefused, type Intent } from './handshake.ts';
import { readOrCreateSecret } from './secret.ts';
import { type DaemonCommand, type SpawnedDaemon, spawnDaemon } from './spawn-daemon.ts';
import { takeStartLock } from './start-lock.ts';
import { createStateFolder, type StatePaths } from './state-folder.ts';

/** What `openDaemon` needs. */
export interface OpenDaemonOptions {
  readonly paths: StatePaths;
  /** The caller's own build: an older daemon is replaced by it. */
  readonly build: Build;
  readonly command: DaemonCommand;
  /** How long to try, in milliseconds. */
  readonly timeoutMs?: number;
  /** One line for the caller's log. */
  readonly log?: (line: string) => void;
}

/** A connection to the daemon, ready for LSP. */
export interface DaemonConnection extends DaemonIdentity {
  readonly socket: net.Socket;
}

/** Nobody listens there: no socket, or one that a dead daemon left behind. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTSOCK']);

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Connects to the daemon; starts one where none answers; replaces one of an older build. Rejects with
 * `daemonUnreachable`, which names the cause and the log, when that fails within the time.
 */
export async function openDaemon(options: OpenDaemonOptions): Promise<DaemonConnection> {
  const { paths, build, log = () => undefined, timeoutMs = 15_000 } = options;
  const deadline = performance.now() + timeoutMs;
  let spawned: SpawnedDaemon | null = null;
  let releaseLock: (() => void) | null = null;
  let detail = 'nothing answers';
  try {
    createStateFolder(paths);
    const secret = readOrCreateSecret(paths.secret);
    for (
      let pause = FIRST_PAUSE_MS;
      performance.now() < deadline;
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)
    ) {
      // Never replace what was just started: a build that disagrees with its own daemon would start them for ever.
      const found = await (spawned === null
        ? dial(paths.socket, secret, build)
        : dial(paths.socket, secret, build, () => 'talk'));
      if (found.kind === 'connected') return found.connection;
      if (found.kind === 'replaced') {
        log(`daemon ${found.daemon.pid} (${found.daemon.build.version}) gives way to ${build.version}`);
      } else {
        detail = found.detail;
      }
      const failure = spawned?.failure() ?? null;
      if (failure !== null) throw unreachable(failure, paths);
      releaseLock ??= spawned === null ? takeStartLock(paths.startLock) : null;
      if (releaseLock !== null && spawned === null) {
        // Look once more: the daemon may have come up between our look and our lock.
        const again = await dial(paths.socket, secret, build);
        if (again.kind === 'connected') return again.connection;
        if (again.kind === 'nobody' && again.stale) rmSync(paths.socket, { force: true });
        spawned = spawnDaemon(options.command, paths);
        log(`started daemon ${spawned.pid ?? ''}`);
      }
      await sleep(pause);
    }
    throw unreachable(detail, paths);
  } catch (error) {
    throw asUnreachable(error, paths);
  } finally {
    releaseLock?.();
  }
}

/**
 * Connects to a daemon that runs; null when there is none. Never starts or replaces one. Rejects with
 * `daemonUnreachable` where the state folder cannot be used.
 */
export async function findDaemon(paths: StatePaths, build: Build): Promise<DaemonConnection | null> {
  try {
    createStateFolder(paths);
    const found = await dial(paths.socket, readOrCreateSecret(paths.secret), build, () => 'talk');
    return found.kind === 'connected' ? found.connection : null;
  } catch (error) {
    throw asUnreachable(error, paths);
  }
}

type Dialled =
  | { readonly kind: 'connected'; readonly connection: DaemonConnection }
  | { readonly kind: 'replaced'; readonly daemon: DaemonIdentity }
  | { readonly kind: 'nobody'; readonly detail: string; readonly stale: boolean };

async function dial(
  address: string,
  secret: string,
  build: Build,
  decide = (daemon: DaemonIdentity): Intent =>
    compareBuilds(build, daemon.build) > 0 ? 'take over' : 'talk',
): Promise<Dialled> {
  const socket = net.connect(address);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    const { intent, ...daemon } = await greetDaemon(socket, secret, build, decide);
    if (intent === 'talk') return { kind: 'connected', connection: { socket, ...daemon } };
    socket.destroy();
    return { kind: 'replaced', daemon };
  } catch (error) {
    socket.destroy();
    if (error instanceof HandshakeRefused) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && !NOBODY.has(code)) throw error;
    return { kind: 'nobody', detail: message, stale: code === 'ECONNREFUSED' };
  }
}

const asUnreachable = (error: unknown, paths: StatePaths) =>
  error instanceof FarthingError
    ? error
    : unreachable(error instanceof Error ? error.message : String(error), paths);

function unreachable(detail: string, paths: StatePaths) {
  return farthingError('daemonUnreachable', { detail, log: paths.logFile });
}
