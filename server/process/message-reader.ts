/** Reads the protocol's messages from a socket. */
import type net from 'node:net';
import { SocketMessageReader } from 'vscode-languageserver-protocol/node';

/**
 * The package's reader without its timer. It sets one, again and again, while half a message is there, and never takes
 * it back where the other half does not come: a process that has closed such a connection would not end. Nobody here
 * asks for what it tells.
 */
export function createMessageReader(socket: net.Socket): SocketMessageReader {
  const reader = new SocketMessageReader(socket);
  reader.partialMessageTimeout = 0;
  return reader;
}
