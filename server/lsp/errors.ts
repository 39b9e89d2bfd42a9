import { ResponseError } from 'vscode-languageserver';
import { toFarthingError } from '../../protocol/errors.ts';
import type { ErrorData } from '../../protocol/messages.ts';
import type { Receipt } from '../../protocol/receipt.ts';

/** JSON-RPC's range for errors of a server's own; which one it is stands in the data. */
const SERVER_ERROR = -32_000;

/** The one door for errors to LSP clients: a sentence for a person and an ErrorData for the client. */
export function toResponseError(thrown: unknown, receipt: Receipt | null = null): ResponseError<ErrorData> {
  const { code, message, retryAfterMs } = toFarthingError(thrown);
  const answer = new ResponseError(SERVER_ERROR, message, { code, retryAfterMs, receipt });
  // For the log; it is not sent.
  answer.cause = thrown;
  return answer;
}
