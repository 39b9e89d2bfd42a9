/**
 * The contract between the daemon and its clients: standard LSP (documents, CodeLens, cancellation) and these
 * messages on top. Each entry of MESSAGES names its direction and says in one sentence what it is for; the types of
 * its params and result are in the entry's type.
 */
import type { ErrorCode } from './errors.ts';
import type { NanoDollars } from './money.ts';
import type { Decision, Outcome, Preview, Receipt } from './receipt.ts';
import type { SettingProblem } from './settings.ts';
import type { Build } from './version.ts';

/** A request: the sender gets `Result`, or an LSP error whose data is an `ErrorData`. */
export interface RequestMessage<Params, Result> {
  readonly method: string;
  readonly kind: 'request';
  readonly direction: 'client to daemon';
  readonly purpose: string;
  /** Never set; carries the types. */
  readonly types?: { readonly params: Params; readonly result: Result };
}

/** A notification: nobody answers. */
export interface NotificationMessage<Params> {
  readonly method: string;
  readonly kind: 'notification';
  readonly direction: 'client to daemon' | 'daemon to client';
  readonly purpose: string;
  readonly types?: { readonly params: Params };
}

/** Params of the message `M`. */
export type ParamsOf<M> = M extends { readonly types?: { readonly params: infer P } } ? P : never;
/** Result of the request `M`. */
export type ResultOf<M> = M extends { readonly types?: { readonly result: infer R } } ? R : never;

const request = <Params, Result>(method: string, purpose: string): RequestMessage<Params, Result> => ({
  method: `farthing/${method}`,
  kind: 'request',
  direction: 'client to daemon',
  purpose,
});

const notification = <Params>(
  direction: NotificationMessage<Params>['direction'],
  method: string,
  purpose: string,
): NotificationMessage<Params> => ({
  method: `farthing/${method}`,
  kind: 'notification',
  direction,
  purpose,
});

/** Every custom message. */
export const MESSAGES = {
  configure: request<ConfigureParams, ConfigureResult>(
    'configure',
    'Gives this connection its settings, trust and workspace; sent after start and on every change.',
  ),
  setKey: request<SetKeyParams, null>(
    'setKey',
    'Gives this connection the key of a provider, or takes it away; kept in memory only.',
  ),
  inspectPrompt: request<InspectPromptParams, PromptSummary>(
    'inspectPrompt',
    'Says which variables a prompt needs, which model it names, and what was noticed in it.',
  ),
  preview: request<PreviewParams, Preview>(
    'preview',
    'Says what one run of a prompt would use and cost, with nothing sent.',
  ),
  run: request<RunParams, Receipt>(
    'run',
    'Runs a prompt; its events arrive as farthing/reply while it runs. Cancel it with $/cancelRequest.',
  ),
  summary: request<SummaryParams, Summary>(
    'summary',
    "The ledger's day in aggregates and its last calls, for the panel.",
  ),
  status: request<Record<string, never>, DaemonStatus>('status', 'Says how the daemon is.'),
  stop: request<StopParams, null>(
    'stop',
    'Ends the daemon: calls under way are cancelled and recorded first.',
  ),
  reply: notification<ReplyParams>(
    'daemon to client',
    'reply',
    'The next events of a running call, in order.',
  ),
  estimate: notification<EstimateParams>(
    'daemon to client',
    'estimate',
    'The preview of an open prompt changed, after an edit or a run.',
  ),
  ledgerChanged: notification<Record<string, never>>(
    'daemon to client',
    'ledgerChanged',
    'A call began or ended in any window or tool; ask for a new summary.',
  ),
  superseded: notification<{ readonly successor: Build }>(
    'daemon to client',
    'superseded',
    'This daemon is being replaced; connect again when your calls have ended.',
  ),
  stopped: notification<Record<string, never>>(
    'daemon to client',
    'stopped',
    'The user stopped the daemon: start none until the user asks for it.',
  ),
  notice: notification<Notice>('daemon to client', 'notice', 'Something the user should know, once.'),
} as const;

/** Name of a custom message. */
export type MessageName = keyof typeof MESSAGES;

/** `data` of every LSP error that the daemon answers with. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | null;
  /** Of a run that failed or was cancelled: what was used and charged until then. */
  readonly receipt: Receipt | null;
}

export interface ConfigureParams {
  /** As VS Code's `getConfiguration('farthing')` gives it; parsed by `parseSettings`. */
  readonly settings: unknown;
  readonly trusted: boolean;
  readonly workspace: { readonly name: string | null; readonly folder: string | null };
}

export interface ConfigureResult {
  readonly problems: readonly SettingProblem[];
  /** Providers with what is known of their key, for setup and the panel's empty state. */
  readonly providers: readonly ProviderState[];
}

/** One configured provider and where its key comes from. */
export interface ProviderState {
  readonly name: string;
  readonly models: readonly string[];
  readonly needsKey: boolean;
  readonly key: KeyOrigin | null;
  readonly simulated: boolean;
}

/** Where a key came from. */
export type KeyOrigin = 'secret storage' | 'environment';

export interface SetKeyParams {
  readonly provider: string;
  /** Null takes the key away. */
  readonly key: string | null;
  readonly origin: KeyOrigin;
}

/** A chat message in the one normal form. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * What to run: an open document (its text is taken from the connection, edits included), a prompt file's text
 * from elsewhere, selected code to explain, or ready messages.
 */
export type PromptSource =
  | { readonly kind: 'document'; readonly uri: string }
  | { readonly kind: 'text'; readonly uri: string; readonly text: string }
  | {
      readonly kind: 'selection';
      readonly code: string;
      readonly languageId: string;
      readonly fileName: string;
    }
  | { readonly kind: 'messages'; readonly messages: readonly Message[] };

/** What fills VS Code's own placeholders such as ${file}; a key that is missing stays unresolved. */
export type PromptContext = Readonly<Partial<Record<ContextVariable, string>>>;

/** VS Code's placeholders that an editor fills by itself. */
export type ContextVariable =
  | 'workspaceFolder'
  | 'workspaceFolderBasename'
  | 'file'
  | 'fileBasename'
  | 'fileDirname'
  | 'fileBasenameNoExtension'
  | 'selection'
  | 'selectedText';

export interface InspectPromptParams {
  readonly source: PromptSource;
}

/** A value that the user is asked for before a run. */
export interface PromptVariable {
  readonly name: string;
  /** How it is written: `{{name}}`, `${input:name}`, or one of VS Code's own. */
  readonly kind: 'template' | 'input' | 'context';
  /** The placeholder that `${input:name:placeholder}` gives; null for none. */
  readonly placeholder: string | null;
}

/** Something noticed in a prompt that does not keep it from running. Lines count from 0. */
export interface PromptNote {
  readonly line: number;
  readonly message: string;
}

export interface PromptSummary {
  readonly description: string | null;
  /** As the front matter names it; null for none. */
  readonly requestedModel: string | null;
  readonly variables: readonly PromptVariable[];
  readonly notes: readonly PromptNote[];
}

export interface PreviewParams {
  readonly source: PromptSource;
  readonly model?: string;
}

export interface RunParams {
  /** Chosen by the client (a UUID), so that events can be matched before the request is answered. */
  readonly callId: string;
  readonly source: PromptSource;
  /** "provider/model" or "model"; before the prompt's own and the setting's. */
  readonly model?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly context?: PromptContext;
  /** What asked for it: "prompt file", "explain selection", "command line". Stored in the ledger. */
  readonly feature: string;
  readonly cache?: CacheMode;
}

/** use: read and write; refresh: write only; bypass: neither. */
export type CacheMode = 'use' | 'refresh' | 'bypass';

/** What a client sees of a reply while it runs. */
export type ReplyDelta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'start'; readonly provider: string; readonly model: string; readonly simulated: boolean }
  | { readonly type: 'decision'; readonly decision: Decision };

export interface ReplyParams {
  readonly callId: string;
  readonly deltas: readonly ReplyDelta[];
}

export interface EstimateParams {
  readonly uri: string;
  readonly version: number;
  /** Null with `problem` when the prompt cannot be estimated as it stands. */
  readonly preview: Preview | null;
  readonly problem: string | null;
}

export interface SummaryParams {
  /** Start of the user's day, epoch milliseconds: the client knows the time zone of its user. */
  readonly since: number;
  /** How many of the last calls; 50 at most. */
  readonly recent: number;
}

/** Sums over calls. Real money and the simulator's are never added together. */
export interface Totals {
  readonly calls: number;
  /** Null when a call in it has an unknown price; `knownSpend` then says what is known. */
  readonly spend: NanoDollars | null;
  readonly knownSpend: NanoDollars;
  readonly unknownPriceCalls: number;
  readonly saved: NanoDollars | null;
  readonly cacheHits: number;
  /** Cache hits among answered calls, 0 to 1; null when there are none. */
  readonly hitRate: number | null;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** Spend of one model. */
export interface ModelSpend {
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly calls: number;
  readonly spend: NanoDollars | null;
  readonly knownSpend: NanoDollars;
}

/** One line of the ledger, as a list shows it. */
export interface CallLine {
  readonly callId: string;
  readonly startedAt: number;
  readonly feature: string;
  /** Name of the prompt: the file's, without its folders; null for none. */
  readonly prompt: string | null;
  readonly workspace: string | null;
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly outcome: Outcome;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly approximate: boolean;
  readonly counted: boolean;
  readonly costNano: NanoDollars | null;
  readonly savedNano: NanoDollars | null;
  readonly totalMs: number | null;
  readonly errorMessage: string | null;
}

export interface Summary {
  readonly since: number;
  readonly real: Totals;
  readonly simulated: Totals;
  readonly byModel: readonly ModelSpend[];
  readonly recent: readonly CallLine[];
}

export interface DaemonStatus {
  readonly pid: number;
  readonly build: Build;
  readonly protocol: number;
  readonly clients: number;
  readonly callsRunning: number;
  readonly uptimeMs: number;
  /** Resident memory in bytes. */
  readonly memoryBytes: number;
  readonly stateFolder: string;
  readonly logFile: string;
  readonly runtime: string;
  /** What is wrong with the ledger; null when it is well. */
  readonly storageProblem: string | null;
}

export interface StopParams {
  /** True when the client starts another daemon at once, so that other clients just connect again. */
  readonly startsAgain: boolean;
}

export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
}
