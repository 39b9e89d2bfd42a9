import { ResponseError } from 'vscode-languageserver';
import { toFarthingError } from '../../protocol/errors.ts';
import type { ErrorData } from '../../protocol/messages.ts';

/** JSON-RPC's range for errors of a server's own; which one it is stands in the data. */
const SERVER_ERROR = -32_000;

/** The one door for errors to LSP clients: a sentence for a person and an ErrorData for the client. */
export function toResponseError(
  thrown: unknown,
  { receipt = null, continuable = false }: Partial<Pick<ErrorData, 'receipt' | 'continuable'>> = {},
): ResponseError<ErrorData> {
  const { code, message, retryAfterMs } = toFarthingError(thrown);
  const answer = new ResponseError(SERVER_ERROR, message, { code, retryAfterMs, receipt, continuable });
  // For the log; it is not sent.
  answer.cause = thrown;
  return answer;
}
