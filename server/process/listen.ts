/** The daemon's socket: binding it is the lock that makes a daemon the only one. */
import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import type { Build } from '../../protocol/version.ts';
import { greetClient, welcome } from './handshake.ts';
import { readOrCreateSecret } from './secret.ts';
import type { StatePaths } from './state-folder.ts';

/** What happens on the socket. */
export interface ListenOptions {
  readonly paths: StatePaths;
  readonly build: Build;
  /** A client that has proved itself; LSP follows on its socket. */
  readonly onClient: (socket: net.Socket) => void;
  /** A newer build takes over: resolve once the socket is given up. */
  readonly onTakeOver: (successor: Build) => void;
  /** The socket's name leads to somebody else, or nowhere: this daemon can be found no more. */
  readonly onLost: () => void;
  /** How often to look whether the socket is still this daemon's own, in milliseconds. */
  readonly lookEveryMs: number;
  readonly log: (line: string) => void;
}

/** A bound socket. */
export interface Listener {
  /** Gives up the socket and its name; connections that exist go on. */
  close(): void;
}

/**
 * Binds the daemon's socket. Resolves with null when another daemon already listens there.
 * Rejects with the system's error when it cannot be bound at all.
 */
export async function listen(options: ListenOptions): Promise<Listener | null> {
  const { paths, build, log } = options;
  readOrCreateSecret(paths.secret);
  const server = net.createServer((socket) => void receive(socket));
  const isPipe = paths.socket.startsWith('\\\\');

  const receive = async (socket: net.Socket) => {
    socket.on('error', (error) => log(`a connection failed: ${error.message}`));
    try {
      // Read each time: where the file was deleted, this client has just made a new one.
      const client = await greetClient(socket, readOrCreateSecret(paths.secret), build);
      if (client.intent === 'take over') {
        close();
        options.onTakeOver(client.build);
        welcome(socket);
        socket.end();
        return;
      }
      welcome(socket);
      options.onClient(socket);
    } catch (error) {
      log(`a connection was refused: ${error instanceof Error ? error.message : String(error)}`);
      socket.destroy();
    }
  };

  let bound = await bind(server, paths.socket);
  if (!bound && !isPipe && (await isAbandoned(paths.socket))) {
    rmSync(paths.socket, { force: true });
    bound = await bind(server, paths.socket);
  }
  if (!bound) return null;
  server.on('error', (error) => log(`the socket failed: ${error.message}`));
  if (!isPipe) chmodSync(paths.socket, 0o600);
  try {
    writeFileSync(paths.pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    // It is there for people; a daemon that listens is a daemon without it, too.
    log(`${paths.pidFile} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }

  const own = identity(paths.socket);
  const watch = setInterval(() => {
    if (isPipe || identity(paths.socket) === own) return;
    clearInterval(watch);
    options.onLost();
  }, options.lookEveryMs);
  watch.unref();

  let closed = false;
  function close(): void {
    if (closed) return;
    closed = true;
    clearInterval(watch);
    const stillOwn = !isPipe && identity(paths.socket) === own;
    // Node unlinks the name on close, even when a successor has bound it since; so only our own is let go this way.
    if (isPipe || stillOwn) server.close();
    if (stillOwn) rmSync(paths.socket, { force: true });
    server.unref();
  }
  return { close };
}

/** False when the name is taken. Rejects with the system's error when it cannot be bound at all. */
function bind(server: net.Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(address, () => resolve(true));
  });
}

/** True when the daemon that bound the name is dead. */
function isAbandoned(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

/** Which file the name leads to; null for none. */
function identity(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}:${found.birthtimeMs}`;
}
