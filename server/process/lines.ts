/** Reads single lines from a socket and leaves everything after them on it, for the protocol that follows. */
import type { Duplex } from 'node:stream';

/** A handshake line is short; a longer one comes from something that is not Farthing. */
const LONGEST_LINE = 4096;

/**
 * The next line without its end. Rejects when the socket closes first, when nothing whole comes within
 * `timeoutMs`, or when the line is longer than a handshake line can be.
 */
export function readLine(socket: Duplex, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('close', onClose).off('error', onError);
      // The stream leaves its paused mode in the next tick; only then may another reader attach.
      setImmediate(settle);
    };
    const onReadable = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        received = Buffer.concat([received, chunk]);
        const end = received.indexOf(0x0a);
        if (end >= 0) {
          const rest = received.subarray(end + 1);
          if (rest.length > 0) socket.unshift(rest);
          const line = received.subarray(0, end).toString('utf8');
          finish(() => resolve(line));
          return;
        }
        if (received.length > LONGEST_LINE) {
          finish(() => reject(new Error('the other side does not speak the handshake')));
          return;
        }
      }
    };
    const onClose = () => finish(() => reject(new Error('the connection closed during the handshake')));
    const onError = (error: Error) => finish(() => reject(error));
    const timer = setTimeout(
      () => finish(() => reject(new Error(`no handshake within ${timeoutMs} ms`))),
      timeoutMs,
    );
    socket.on('readable', onReadable).on('close', onClose).on('error', onError);
    onReadable();
  });
}

/** Writes a value as one line. */
export function writeLine(socket: Duplex, value: unknown): void {
  socket.write(`${JSON.stringify(value)}\n`);
}
