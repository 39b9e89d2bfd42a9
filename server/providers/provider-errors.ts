/**
 * What providers and the network can do wrong, as errors of the catalogue. A provider's message may quote the prompt
 * and a header the key, so only short identifiers are taken from them. `retryable` says that the same request may
 * succeed if it is sent again; whether that is right once text was shown is for the retry stage to say.
 */
import { type ErrorExtra, type FarthingError, farthingError } from '../../protocol/errors.ts';
import { NO_TOOLS } from '../pipeline/refusal-of-request.ts';

/** Where a request went and how far it came. */
export interface FailureContext {
  readonly provider: string;
  /** "" where none was asked for. */
  readonly model: string;
  readonly baseUrl: string;
  readonly timeoutSeconds: number;
  /** True once the provider has sent part of an answer. */
  readonly begun: boolean;
  /** Epoch milliseconds, for Retry-After dates. */
  readonly now: number;
}

type Fields = Readonly<Record<string, unknown>>;

const NO_CREDIT = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'insufficient_balance']);
/** Too many requests, unavailable, and what Anthropic says when it is overloaded. */
const AT_CAPACITY: ReadonlySet<number> = new Set([429, 503, 529]);
/** Gemini says so with a 400. */
const BAD_KEY = /api[ _-]?key (is )?(not valid|invalid|expired)|(invalid|expired) api[ _-]?key/i;
const TOO_LONG = /context.?(length|window)|maximum context|prompt is too long/i;

/**
 * As Ollama ("does not support tools"), vLLM ("tool choice requires --enable-auto-tool-choice") and OpenAI ("'tools' is not
 * supported with this model") put it. What they say of one tool names its place ("tools[0]"), and is no word about tools
 * as such.
 */
const ABOUT_TOOLS =
  /not support(ed)?\b.{0,40}\btool|\btool(s|[ _-](use|choice|calling|calls))?\b['"`]?.{0,30}\b(not supported|unsupported|requires --)|unsupported.{0,30}\btools\b/i;
const ABOUT_ONE_TOOL = /tools?(\[|\.)\d|function\.parameters/;

const refusesTools = (message: string): boolean => ABOUT_TOOLS.test(message) && !ABOUT_ONE_TOOL.test(message);

/** Status that stands for a code which an `error` object inside a stream may have. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  invalid_api_key: 401,
  authentication_error: 401,
  insufficient_quota: 429,
  model_not_found: 404,
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  context_length_exceeded: 400,
  invalid_request_error: 400,
  server_error: 500,
  internal_error: 500,
  api_error: 500,
  overloaded_error: 503,
  timeout: 408,
};

/** Any value thrown while sending a request or reading its answer, as an error of the catalogue. */
export function toProviderError(thrown: unknown, context: FailureContext): FarthingError {
  const failure = fields(thrown);
  const { provider } = context;
  const cause = safeCause(thrown);
  if (typeof failure['status'] === 'number') return fromStatus(failure['status'], failure, context);
  if (failure['error'] !== undefined && failure['error'] !== null) {
    const status = statusInStream(failure);
    return status === null
      ? farthingError('malformedStream', { provider }, { cause, retryable: true })
      : fromStatus(status, failure, context);
  }
  if (thrown instanceof SyntaxError)
    return farthingError('malformedStream', { provider }, { cause, retryable: true });
  if (context.begun) return farthingError('cutStream', { provider }, { cause, retryable: true });
  const host = URL.canParse(context.baseUrl) ? new URL(context.baseUrl).host : context.baseUrl;
  return farthingError('network', { provider, host }, { cause, retryable: true });
}

function fromStatus(status: number, failure: Fields, context: FailureContext): FarthingError {
  const { provider, model } = context;
  const code = identifier(failure['code']);
  const type = identifier(failure['type']);
  const retryAfterMs = retryAfter(failure['headers'], context.now);
  const cause = safeCause({ status, code, type });
  const transient: ErrorExtra = {
    cause,
    retryable: true,
    atCapacity: AT_CAPACITY.has(status),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
  if (status === 402 || NO_CREDIT.has(code) || NO_CREDIT.has(type))
    return farthingError('quotaExceeded', { provider }, { cause });
  const message = String(fields(failure['error'])['message'] ?? '');
  if (status === 401 || status === 403 || (status === 400 && BAD_KEY.test(message)))
    return farthingError('keyRefused', { provider }, { cause });
  if (code === 'model_not_found') return farthingError('noSuchModel', { provider, model }, { cause });
  if (status === 404)
    // A 404 that speaks of nothing is a wrong path rather than a wrong model.
    return isErrorObject(failure['error']) && model !== ''
      ? farthingError('noSuchModel', { provider, model }, { cause })
      : farthingError('malformedStream', { provider }, { cause });
  if (status === 429) {
    const retryAfterSeconds = retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000);
    return farthingError('rateLimited', { provider, retryAfterSeconds }, transient);
  }
  if (status === 408)
    return farthingError('timeout', { provider, seconds: context.timeoutSeconds }, transient);
  if (status === 409 || status >= 500) return farthingError('providerDown', { provider, status }, transient);
  if (status < 400) return farthingError('malformedStream', { provider }, { cause });
  if (code === 'context_length_exceeded' || ((status === 400 || status === 413) && TOO_LONG.test(message)))
    return farthingError('contextTooLong', { model }, { cause });
  // Servers that name no field often speak of this one.
  const parameter =
    identifier(failure['param']) || (/response_format|json_schema|json_object/.exec(message)?.[0] ?? '');
  const about = refusesTools(message) ? NO_TOOLS : parameter;
  const detail = [code || type, about].filter((part) => part !== '').join(', ');
  return farthingError('badRequest', { provider, status, detail }, { cause });
}

/** Some providers put the status into the stream as the error's code, others a code of OpenAI's. */
function statusInStream(failure: Fields): number | null {
  for (const name of [failure['code'], failure['type']]) {
    const status = typeof name === 'string' ? (STATUS_OF_CODE[name] ?? Number(name)) : Number(name);
    if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  return null;
}

/** Milliseconds to wait, from `retry-after-ms` or `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3). */
function retryAfter(headers: unknown, now: number): number | null {
  if (!(headers instanceof Headers)) return null;
  const milliseconds = headers.get('retry-after-ms');
  if (milliseconds !== null && isAmount(milliseconds)) return Math.ceil(Number(milliseconds));
  const value = headers.get('retry-after');
  if (value === null) return null;
  if (isAmount(value)) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

const isAmount = (text: string): boolean => /^\s*\d+(\.\d+)?\s*$/.test(text);

/** The error for the log: its class, its status and its codes, without any message. */
function safeCause(thrown: unknown): Error {
  const { status, code, type } = fields(thrown);
  const name = thrown instanceof Error ? thrown.constructor.name : 'provider error';
  const parts = [name, status, identifier(code), identifier(type), innermostCode(thrown)];
  return new Error(parts.filter((part) => part !== undefined && part !== '').join(' '));
}

/** The `code` of the error at the root of `thrown`, such as ECONNREFUSED; "" for none. */
function innermostCode(thrown: unknown): string {
  let code = '';
  for (let error = fields(thrown)['cause'], depth = 0; error !== undefined && depth < 8; depth++) {
    code = identifier(fields(error)['code']) || code;
    error = fields(error)['cause'];
  }
  return code;
}

/** A provider's word if it is one, such as "invalid_value" or "messages[0].content"; "" for anything longer. */
function identifier(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z][\w.[\]]{0,59}$/.test(value) ? value : '';
}

const isErrorObject = (error: unknown): boolean =>
  ['message', 'code', 'type'].some((key) => typeof fields(error)[key] === 'string');

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
