/** One connection to the daemon, from its handshake to its end. */
import type { Disposable } from '../emitter.ts';

/** VS Code's and JSON-RPC's cancellation token. */
export interface CancelToken {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: (event: unknown) => unknown) => Disposable;
}

/** Sends a request and gives its result; rejects with a FarthingError. */
export type Send = (method: string, params: unknown, token?: CancelToken) => Promise<unknown>;

/** A connection on which LSP is initialized. */
export interface Session {
  /** Rejects with whatever JSON-RPC rejects with. */
  request(method: string, params: unknown, token?: CancelToken): Promise<unknown>;
  /** Hands over every custom notification, in order. */
  onNotification(handler: (method: string, params: unknown) => void): void;
  /** Resolves when the connection is gone, however that came. */
  readonly closed: Promise<void>;
  isClosed(): boolean;
  /** Leaves the daemon, which goes on for others. Never rejects. */
  end(): Promise<void>;
  /**
   * Ends the daemon: asks it to, and where it does not answer, stops its process. Other windows start none unless this
   * one `startsAgain`. Never rejects.
   */
  terminate(startsAgain: boolean): Promise<void>;
}
