/** What the daemon's refusals become on this side: errors of the catalogue, with the receipt where there is one. */
import { ERRORS, type ErrorCode, FarthingError, farthingError } from '../../protocol/errors.ts';
import type { ErrorData } from '../../protocol/messages.ts';
import type { Receipt } from '../../protocol/receipt.ts';

/** An error that the daemon answered with. */
export class DaemonError extends FarthingError {
  /** Of a run that failed or was cancelled: what was used and charged until then. */
  readonly receipt: Receipt | null;
  /** See `ErrorData`. */
  readonly continuable: boolean;

  constructor(message: string, data: ErrorData) {
    super(data.code, message, data.retryAfterMs === null ? {} : { retryAfterMs: data.retryAfterMs });
    this.receipt = data.receipt;
    this.continuable = data.continuable === true;
  }
}

/** vscode-jsonrpc's codes for a request that got no answer because the connection is closed, disposed or broken. */
const CONNECTION_GONE = new Set([1, 2, -32096, -32097, -32098, -32099]);
/** LSP's code for a request that was cancelled. */
const CANCELLED = -32800;

/** Whatever a request was rejected with, as an error of the catalogue. */
export function fromDaemon(thrown: unknown): FarthingError {
  if (thrown instanceof FarthingError) return thrown;
  const { code, data, message } = (thrown ?? {}) as Readonly<Record<string, unknown>>;
  if (isErrorData(data)) return new DaemonError(String(message), data);
  if (code === CANCELLED) return farthingError('cancelled', {}, { cause: thrown });
  if (typeof code === 'number' && CONNECTION_GONE.has(code)) {
    return farthingError('daemonStopped', {}, { cause: thrown });
  }
  return farthingError('internal', {}, { cause: thrown });
}

/** The receipt that came with an error; null for none. */
export const receiptOf = (error: unknown): Receipt | null =>
  error instanceof DaemonError ? error.receipt : null;

/** True for the end of a run whose answer broke off after its text had begun. */
export const isContinuable = (error: unknown): boolean => error instanceof DaemonError && error.continuable;

function isErrorData(value: unknown): value is ErrorData {
  if (typeof value !== 'object' || value === null) return false;
  const { code } = value as { readonly code?: ErrorCode };
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}
