/**
 * The handshake at the start of every connection, before LSP: four short lines of JSON in which each side proves
 * that it knows the user's secret without showing it (HMAC-SHA-256 over both sides' nonces, RFC 2104).
 *
 *   client  hello      its protocol, build and nonce
 *   daemon  challenge  its protocol, build, process id and nonce, and its proof
 *   client  proof      its proof, and whether it comes to talk or to take over
 *   daemon  welcome    LSP follows; after a take-over the daemon has given up its socket
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type Build, PROTOCOL_VERSION } from '../../protocol/version.ts';
import { readLine, writeLine } from './lines.ts';

/** How long each side waits for the other's next line, in milliseconds. */
const PATIENCE_MS = 3000;

/** Talk to the daemon, or take its place because the client's build is newer. */
export type Intent = 'talk' | 'take over';

/** The other side does not know the secret, or speaks another protocol. Trying again does not help. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
}

/** Who the daemon says it is, before anything is proved to it. */
export interface DaemonIdentity {
  readonly build: Build;
  readonly pid: number;
}

/**
 * The client's side. `decide` sees who the daemon is and says what the client wants of it.
 * Rejects with HandshakeRefused when the daemon does not know the secret.
 */
export async function greetDaemon(
  socket: Duplex,
  secret: string,
  build: Build,
  decide: (daemon: DaemonIdentity) => Intent,
): Promise<DaemonIdentity & { readonly intent: Intent }> {
  const nonce = randomBytes(16).toString('hex');
  writeLine(socket, { type: 'hello', protocol: PROTOCOL_VERSION, build, nonce });
  const challenge = parseLine(await readLine(socket, PATIENCE_MS), 'challenge');
  const theirs = field(challenge, 'nonce');
  if (!proves(field(challenge, 'proof'), secret, 'daemon', nonce, theirs)) {
    throw new HandshakeRefused('the process on the daemon socket does not know the secret of this user');
  }
  const daemon: DaemonIdentity = { build: parseBuild(challenge['build']), pid: Number(challenge['pid']) };
  const intent = decide(daemon);
  writeLine(socket, { type: 'proof', proof: prove(secret, 'client', nonce, theirs), intent });
  parseLine(await readLine(socket, PATIENCE_MS), 'welcome');
  return { ...daemon, intent };
}

/**
 * The daemon's side, up to the point where the client is known. The caller then answers with `welcome`.
 * Rejects with HandshakeRefused when the client does not know the secret.
 */
export async function greetClient(
  socket: Duplex,
  secret: string,
  build: Build,
): Promise<{ readonly build: Build; readonly intent: Intent }> {
  const hello = parseLine(await readLine(socket, PATIENCE_MS), 'hello');
  if (hello['protocol'] !== PROTOCOL_VERSION) {
    throw new HandshakeRefused(`the client speaks protocol ${String(hello['protocol'])}`);
  }
  const theirs = field(hello, 'nonce');
  const nonce = randomBytes(16).toString('hex');
  const proof = prove(secret, 'daemon', theirs, nonce);
  writeLine(socket, { type: 'challenge', protocol: PROTOCOL_VERSION, build, pid: process.pid, nonce, proof });
  const answer = parseLine(await readLine(socket, PATIENCE_MS), 'proof');
  if (!proves(field(answer, 'proof'), secret, 'client', theirs, nonce)) {
    throw new HandshakeRefused('the client does not know the secret of this user');
  }
  return {
    build: parseBuild(hello['build']),
    intent: answer['intent'] === 'take over' ? 'take over' : 'talk',
  };
}

/** Tells the client that the handshake is done. */
export function welcome(socket: Duplex): void {
  writeLine(socket, { type: 'welcome' });
}

type Line = Readonly<Record<string, unknown>>;

/** The side's name is part of the proof, so that nobody can answer a challenge by sending it back. */
function prove(secret: string, side: 'client' | 'daemon', clientNonce: string, daemonNonce: string): string {
  return createHmac('sha256', secret).update(`${side}\n${clientNonce}\n${daemonNonce}`).digest('hex');
}

function proves(proof: string, ...rest: Parameters<typeof prove>): boolean {
  const expected = Buffer.from(prove(...rest));
  const given = Buffer.from(proof);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parseLine(line: string, type: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new HandshakeRefused('the other side does not speak the handshake', { cause });
  }
  if (typeof value !== 'object' || value === null || (value as Line)['type'] !== type) {
    throw new HandshakeRefused(`the other side did not send "${type}"`);
  }
  return value as Line;
}

function field(line: Line, name: string): string {
  const value = line[name];
  if (typeof value !== 'string' || value === '') throw new HandshakeRefused(`the handshake lacks "${name}"`);
  return value;
}

function parseBuild(value: unknown): Build {
  const { version, hash, builtAt } = (typeof value === 'object' && value !== null ? value : {}) as Line;
  return { version: String(version), hash: String(hash), builtAt: Number(builtAt) || 0 };
}
