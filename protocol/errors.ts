/**
 * The catalogue of everything that can go wrong for a person. Each entry is one sentence about what happened and
 * one about what to do next. Errors leave Farthing through this door only: the LSP edge sends `{ code, message }`,
 * the command line prints the message, and no message contains a prompt, an answer or a key.
 */
export const ERRORS = {
  noKey: (d: { provider: string; environment: string | null }) =>
    `No API key for ${d.provider}. Run "Farthing: Set API Key"${
      d.environment === null ? '' : ` or set ${d.environment} in the environment`
    }.`,
  keyRefused: (d: { provider: string }) =>
    `${d.provider} refused the API key. Check that it is current and may use this model, then run "Farthing: Set API Key".`,
  noSuchModel: (d: { provider: string; model: string }) =>
    `${d.provider} has no model "${d.model}". Choose another in the prompt's front matter or in the setting farthing.model.`,
  unknownModel: (d: { model: string; known: string }) =>
    `No configured provider has a model "${d.model}". Add it to farthing.providers, or choose one of: ${d.known}.`,
  unknownProvider: (d: { provider: string; known: string }) =>
    `No provider "${d.provider}" is configured. Add it to farthing.providers, or choose one of: ${d.known}.`,
  noProvider: (_: object) =>
    'No provider is configured. Run "Farthing: Set Up Provider", or add one to the setting farthing.providers.',
  rateLimited: (d: { provider: string; retryAfterSeconds: number | null }) =>
    `${d.provider} limits your rate. Try again ${
      d.retryAfterSeconds === null ? 'in a minute' : `in ${d.retryAfterSeconds} s`
    }, or choose another model.`,
  quotaExceeded: (d: { provider: string }) =>
    `Your ${d.provider} account has no credit left. Add credit in the provider's console, or choose another provider.`,
  contextTooLong: (d: { model: string }) =>
    `The prompt is longer than the context window of ${d.model}. Shorten it, or choose a model with a larger window.`,
  badRequest: (d: { provider: string; status: number; detail: string }) =>
    `${d.provider} refused the request (${d.status}${d.detail === '' ? '' : `: ${d.detail}`}). Check the model's settings in the prompt's front matter.`,
  providerDown: (d: { provider: string; status: number }) =>
    `${d.provider} has a fault of its own (${d.status}). Try again in a moment, or choose another provider.`,
  network: (d: { provider: string; host: string }) =>
    `${d.provider} cannot be reached at ${d.host}. Check the network, a proxy, and the provider's base URL.`,
  timeout: (d: { provider: string; seconds: number }) =>
    `${d.provider} sent nothing for ${d.seconds} s. Try again, or raise farthing.request.timeoutSeconds.`,
  slowStart: (d: { provider: string; seconds: number }) =>
    `${d.provider} showed nothing within ${d.seconds} s, and nothing else could answer. Try again, or raise firstTokenSeconds of ${d.provider} in farthing.providers.`,
  malformedStream: (d: { provider: string }) =>
    `${d.provider} sent an answer that cannot be read. Try again; if it stays, check that the base URL is an OpenAI-compatible endpoint.`,
  cutStream: (d: { provider: string }) =>
    `The answer of ${d.provider} broke off before its end. What came is shown and recorded; choose Continue for the rest, or run the prompt again.`,
  deadline: (d: { seconds: number }) =>
    `The call took longer than ${d.seconds} s, retries included. Try again, or raise farthing.request.deadlineSeconds.`,
  endpointPaused: (d: { provider: string; host: string; until: string }) =>
    `${d.provider} at ${d.host} failed again and again, so nothing is sent there until ${d.until}. Try again then, or test it in the Providers view.`,
  overBudget: (d: { budget: string; used: string; limit: string; until: string } & WorstWords) =>
    d.alone
      ? `The budget "${d.budget}" has no room for this call, which alone may take ${d.worst} of ${d.limit}${ofOutput(d)}. Raise or pause it in the Budgets view, ${lessOutput(d)}or choose a cheaper model.`
      : `The budget "${d.budget}" has no room for this call, which may take ${d.worst}${ofOutput(d)}: ${d.used} of ${d.limit} used or held until ${d.until}. Raise or pause it in the Budgets view, ${lessOutput(d)}or wait.`,
  overRate: (d: { budget: string; limit: string; window: string; seconds: number } & WorstWords) =>
    d.alone
      ? `The limit "${d.budget}" of ${d.limit} a ${d.window} has no room for this call, which alone may take ${d.worst}${ofOutput(d)}. Raise it in the Budgets view, ${lessOutput(d)}or shorten the prompt.`
      : `The limit "${d.budget}" of ${d.limit} a ${d.window} has no room for this call, which may take ${d.worst}${ofOutput(d)}. Try again in ${d.seconds} s, ${lessOutput(d)}or raise it in the Budgets view.`,
  unpricedBudget: (d: { budget: string; model: string }) =>
    `The price of ${d.model} is unknown, so the budget "${d.budget}" cannot be kept. Give its price in farthing.prices, set "free" for its provider, or choose another model.`,
  budgetUnkept: (d: { budget: string }) =>
    `The budget "${d.budget}" cannot be kept while the ledger cannot be read and written, so nothing is sent. Free its file or its disk and try again, or switch off farthing.budgets.enabled.`,
  badBudget: (d: { detail: string }) =>
    `This budget cannot be used: ${d.detail}. Correct it in the Budgets view.`,
  notCached: (_: object) =>
    'The cache has no answer to this request, and only the cache was asked. Choose Run Prompt to ask the model; on the command line, leave out "--cache only".',
  cancelled: (_: object) => 'Cancelled. What was generated until then is recorded.',
  badCall: (d: { detail: string }) =>
    `This call cannot be run: ${d.detail}. Correct it where the call is made, then run it again.`,
  emptyPrompt: (_: object) =>
    'The prompt is empty. Write something below the front matter, then run it again.',
  promptTooLarge: (d: { megabytes: string; limit: number }) =>
    `The prompt has ${d.megabytes} MB, more than the ${d.limit} MB that are sent. Shorten it, or split it into several prompts.`,
  tooLongToCompress: (_: object) =>
    'This prompt is too long to be read for suggestions. Split it into files that it links, then compress each.',
  noPrompt: (_: object) => 'No prompt is open here. Open a prompt file, then try again.',
  notUtf8: (d: { file: string }) =>
    `${d.file} is not UTF-8 text. Save it with the encoding UTF-8, then try again.`,
  fileUnreadable: (d: { file: string; detail: string }) =>
    `${d.file} cannot be read (${d.detail}). Check the path and its permissions.`,
  fileUnwritable: (d: { file: string; detail: string }) =>
    `${d.file} cannot be written (${d.detail}). Check its permissions and the space on its disk.`,
  missingVariables: (d: { names: string }) =>
    `The prompt needs a value for ${d.names}. Give it when asked, or on the command line with --set NAME=VALUE.`,
  badFrontMatter: (d: { line: number; detail: string }) =>
    `The front matter is not valid YAML (line ${d.line}: ${d.detail}). Mend it, then run the prompt again.`,
  untrusted: (_: object) =>
    'This workspace is not trusted, so nothing is sent. Trust the workspace to run prompts; counts and prices work without.',
  documentClosed: (_: object) => 'The document is not open any more. Open it, then run it again.',
  daemonStopped: (_: object) =>
    'The Farthing daemon ended during this call. It starts again by itself; run the prompt again. The provider may have billed what it had generated.',
  daemonUnreachable: (d: { detail: string; log: string }) =>
    `The Farthing daemon does not start (${d.detail}). Run "Farthing: Restart Daemon"; its log is ${d.log}.`,
  daemonStoppedByUser: (_: object) =>
    'You stopped the Farthing daemon. Run "Farthing: Restart Daemon" to start it again.',
  daemonDraining: (_: object) =>
    'This Farthing daemon is being replaced by a newer one and takes no new calls. Try again in a moment.',
  runtimeTooOld: (d: { version: string }) =>
    `Farthing needs Node 22 or later and found ${d.version}. In the repository use "npm exec farthing"; elsewhere install a newer Node.`,
  storageUnavailable: (d: { file: string; detail: string }) =>
    `The ledger ${d.file} cannot be written (${d.detail}). Calls still work, and their lines are kept in memory while the daemon runs; free the file or its disk, then run "Farthing: Restart Daemon".`,
  storageSetAside: (d: { file: string; aside: string }) =>
    `The ledger ${d.file} was damaged. It is kept as ${d.aside}, and a new one was started.`,
  internal: (_: object) =>
    'Farthing has a fault of its own. Run it again; if it stays, send the log ("Farthing: Open Daemon Log"), which has no prompts in it.',
} as const satisfies Record<string, (details: never) => string>;

/** The most that a call may take of a budget, in words. */
interface WorstWords {
  readonly worst: string;
  /** True where that is more than the whole limit, so that whoever waits would wait in vain. */
  readonly alone: boolean;
  /** The output that it rests on; null where output does not count. */
  readonly output: { readonly tokens: string; readonly isAssumed: boolean } | null;
}

function ofOutput({ output }: WorstWords): string {
  if (output === null) return '';
  return output.isAssumed ? ` (${output.tokens} output tokens assumed)` : ` (${output.tokens} output tokens)`;
}

function lessOutput({ output }: WorstWords): string {
  if (output === null) return '';
  return output.isAssumed
    ? 'set maxTokens in the front matter, lower farthing.budgets.outputTokens, '
    : 'set a lower maxTokens, ';
}

/** Name of an entry of the catalogue. */
export type ErrorCode = keyof typeof ERRORS;

type Details<Code extends ErrorCode> = Parameters<(typeof ERRORS)[Code]>[0];

/** What else an edge may need to know of an error. */
export interface ErrorExtra {
  /** The fault is one of transport: the same request may succeed if it is sent again. */
  readonly retryable?: boolean;
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The endpoint has no room now; another one may have. */
  readonly atCapacity?: boolean;
  /** The underlying error, for the log; its message may quote a provider, never a prompt. */
  readonly cause?: unknown;
}

/** An error of the catalogue. Its message is fit for a person and says what to do next. */
export class FarthingError extends Error {
  override readonly name = 'FarthingError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly atCapacity: boolean;

  constructor(code: ErrorCode, message: string, extra: ErrorExtra = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.retryable = extra.retryable ?? false;
    this.retryAfterMs = extra.retryAfterMs ?? null;
    this.atCapacity = extra.atCapacity ?? false;
  }
}

/** Makes the catalogue's error `code` with its sentence filled in. */
export function farthingError<Code extends ErrorCode>(
  code: Code,
  details: Details<Code>,
  extra: ErrorExtra = {},
): FarthingError {
  const sentence = ERRORS[code] as (details: Details<Code>) => string;
  return new FarthingError(code, sentence(details), extra);
}

/** Any thrown value as an error of the catalogue; what is not one already becomes "internal" with its cause. */
export function toFarthingError(thrown: unknown): FarthingError {
  return thrown instanceof FarthingError ? thrown : farthingError('internal', {}, { cause: thrown });
}
