/**
 * The contract between the daemon and its clients: standard LSP (documents, CodeLens, cancellation) and these
 * messages on top. Each entry of MESSAGES names its direction and says in one sentence what it is for; the types of
 * its params and result are in the entry's type.
 */
import type { AuditContextParams, ContextAudit } from './audit.ts';
import type { Budget, BudgetState, BudgetThreshold } from './budgets.ts';
import type { Compression, CompressionParams } from './compression.ts';
import type { ErrorCode } from './errors.ts';
import type { ComparedModels, NamedRoute } from './model-comparison.ts';
import type { NanoDollars } from './money.ts';
import type { Baseline, Cost, Decision, Outcome, Preview, Receipt, Usage } from './receipt.ts';
import type { Preference } from './routing.ts';
import type { SelectionSource } from './selection-tasks.ts';
import type { SettingProblem } from './settings.ts';
import type { SwitchableStage } from './switchable-stages.ts';
import type {
  Breakdown,
  BreakdownParams,
  CountTextParams,
  LineTokens,
  LineTokensParams,
  TextCount,
  TokenPieces,
  TokenPiecesParams,
} from './token-counts.ts';
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
  auditContext: request<AuditContextParams, ContextAudit>(
    'auditContext',
    'Adds up what every turn of an agent loads from the files that the client found: tokens, cost, and what is there twice.',
  ),
  compareModels: request<{ readonly source: PromptSource }, ComparedModels>(
    'compareModels',
    'Says what one run of a prompt would use and cost with each configured model; no key is needed and nothing is sent.',
  ),
  estimateWith: request<EstimateWithParams, null>(
    'estimateWith',
    'Estimates an open prompt with another model than a run would use, until it is taken back; runs stay as they are.',
  ),
  modelEdit: request<ModelEditParams, ModelEdit>(
    'modelEdit',
    'The change to an open prompt that writes a model into its front matter as farthing.model.',
  ),
  breakdown: request<BreakdownParams, Breakdown | null>(
    'breakdown',
    'Says where the tokens of an open prompt are; null where it cannot be counted.',
  ),
  countText: request<CountTextParams, TextCount>(
    'countText',
    'Counts a text by itself, such as a selection; what it costs as input, too.',
  ),
  lineTokens: request<LineTokensParams, LineTokens | null>(
    'lineTokens',
    'Tokens of the lines of an open prompt; null where the document is of another version by now.',
  ),
  tokenPieces: request<TokenPiecesParams, TokenPieces | null>(
    'tokenPieces',
    'How the word at a place of an open prompt splits into tokens; null where there is none.',
  ),
  compression: request<CompressionParams, Compression>(
    'compression',
    'Where an open prompt could be shorter, and what carrying some of that out would save.',
  ),
  run: request<RunParams, Receipt>(
    'run',
    'Runs a prompt; its events arrive as farthing/reply while it runs. Cancel it with $/cancelRequest.',
  ),
  summary: request<SummaryParams, Summary>(
    'summary',
    "The ledger's day in aggregates and its last calls, for the panel.",
  ),
  callDetails: request<{ readonly callId: string }, CallDetails | null>(
    'callDetails',
    'Everything the ledger has on one call; null where it has none.',
  ),
  findCall: request<{ readonly beginning: string }, FoundCall>(
    'findCall',
    'How many calls of the ledger have an id that begins so, and one of them.',
  ),
  budgets: request<Record<string, never>, readonly BudgetState[]>(
    'budgets',
    'Every budget and how it stands; one for each workspace, feature and so on that it counts by itself.',
  ),
  saveBudget: request<{ readonly budget: Budget }, null>(
    'saveBudget',
    'Adds a budget, or replaces the one with its id. What its window holds already is counted from the ledger.',
  ),
  deleteBudget: request<{ readonly id: string }, null>('deleteBudget', 'Takes a budget away.'),
  judgeAnswer: request<JudgeAnswerParams, null>(
    'judgeAnswer',
    'Tells what the user did with an answer, which teaches Farthing what its model is good for.',
  ),
  forgetReply: request<{ readonly entry: string }, { readonly forgotten: boolean }>(
    'forgetReply',
    'Takes one answer out of the cache; false where it was not there any more.',
  ),
  invalidateCache: request<InvalidateCacheParams, CacheCount>(
    'invalidateCache',
    'Takes the answers of a scope out of the cache, or only says how many they are.',
  ),
  providers: request<Record<string, never>, readonly ProviderState[]>(
    'providers',
    "This connection's providers: where their keys are from and how their endpoints do.",
  ),
  testConnection: request<{ readonly provider: string }, ConnectionTest>(
    'testConnection',
    "Asks a configured provider for its list of models, which costs nothing, with this connection's key.",
  ),
  probeEndpoint: request<ProbeEndpointParams, ConnectionTest>(
    'probeEndpoint',
    'Asks an endpoint that is not configured yet for its list of models; the key is kept nowhere.',
  ),
  discoverProviders: request<Record<string, never>, readonly DiscoveredProvider[]>(
    'discoverProviders',
    'Looks for local model servers on their usual ports of this machine.',
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
  budgetsChanged: notification<Record<string, never>>(
    'daemon to client',
    'budgetsChanged',
    'A budget was added, changed or used; ask for the budgets again.',
  ),
  budgetThreshold: notification<BudgetThresholdParams>(
    'daemon to client',
    'budgetThreshold',
    'A budget passed one of its thresholds; sent once for each window.',
  ),
  healthChanged: notification<Record<string, never>>(
    'daemon to client',
    'healthChanged',
    'How an endpoint does has changed; ask for the providers again.',
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
  /** True for a run whose answer broke off after its text had begun: it can be run again with `continues`. */
  readonly continuable: boolean;
}

export interface ConfigureParams {
  /** As VS Code's `getConfiguration('farthing')` gives it; parsed by `parseSettings`. */
  readonly settings: unknown;
  readonly trusted: boolean;
  /** False where prompts may be sent and yet no command may be run on the folder; left out: as it is trusted. */
  readonly mayRunCommands?: boolean;
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
  /** Its endpoints in the order in which they are tried. */
  readonly endpoints: readonly EndpointHealth[];
}

/**
 * How an endpoint does, by the calls of this daemon. The circuit is `closed` when calls go there, `open` when none do
 * after failures in a row, `half-open` when one call may try.
 */
export interface EndpointHealth {
  readonly baseUrl: string;
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** When an open circuit lets a call try, in epoch milliseconds; null otherwise. */
  readonly opensAt: number | null;
  readonly failuresInRow: number;
  /** Epoch milliseconds; null for never. */
  readonly lastSuccessAt: number | null;
  readonly lastError: { readonly code: ErrorCode; readonly message: string; readonly at: number } | null;
}

/** What an endpoint said when it was asked for its models. */
export interface ConnectionTest {
  readonly ok: boolean;
  /** One sentence: what was tried and what came of it, with the next step where it failed. */
  readonly message: string;
  /** Ids of its models; empty where it failed or gives no list. */
  readonly models: readonly string[];
  /** Configured models that its list does not have. */
  readonly missing: readonly string[];
  /** Milliseconds to the answer. */
  readonly milliseconds: number;
}

export interface ProbeEndpointParams {
  readonly name: string;
  readonly baseUrl: string;
  readonly key: string | null;
}

/** A local model server that answered. */
export interface DiscoveredProvider {
  /** Name of its preset, such as "Ollama". */
  readonly name: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
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
 * from elsewhere, selected code with what is to be done with it, or ready messages.
 */
export type PromptSource =
  | { readonly kind: 'document'; readonly uri: string }
  | { readonly kind: 'text'; readonly uri: string; readonly text: string }
  | SelectionSource
  | {
      readonly kind: 'messages';
      readonly messages: readonly Message[];
      readonly options?: RequestOptions;
    };

/** What a request of ready messages may ask for besides; what is left out is the provider's default. */
export interface RequestOptions {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly tools?: readonly ToolDefinition[];
  /** "auto", "none", "required", or the name of a tool that must be called. */
  readonly toolChoice?: string;
  readonly responseFormat?: ResponseFormat;
}

/** A function that the model may call. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of its arguments. */
  readonly parameters?: unknown;
}

/** What shape the answer must have. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly name: string;
      readonly schema: unknown;
      readonly strict?: boolean;
    };

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
  /** What is to weigh more in the run that is meant; a note says where that changes nothing. */
  readonly preference?: Preference;
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
  readonly preference?: Preference;
  /** What the run would be for, since budgets may count it; by default what an editor runs such a source for. */
  readonly feature?: string;
}

export interface RunParams {
  /** Chosen by the client (a UUID), so that events can be matched before the request is answered. */
  readonly callId: string;
  readonly source: PromptSource;
  /** "provider/model", "model", or "auto" for one of all; before the prompt's own and the setting's. */
  readonly model?: string;
  /** What weighs more where no model is named; left out: the prompt's own, or else the setting's. */
  readonly preference?: Preference;
  /** "provider/model" of an answer that was not good enough: a more capable one is to answer. */
  readonly betterThan?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly context?: PromptContext;
  /** What asked for it: "prompt file", a task on selected code such as "explain selection", "command line". Stored in the ledger. */
  readonly feature: string;
  /** Left out: the prompt's own, or else "use". */
  readonly cache?: CacheMode;
  /** Free words that the ledger and budgets know the call by, besides those of the prompt and the settings. */
  readonly tags?: readonly string[];
  /** The beginning of an answer that broke off: the model is asked for the rest of it. */
  readonly continues?: string;
  /** True for a client that cannot take back what it has shown: it gets no answer that may be withdrawn. */
  readonly held?: boolean;
  /** Steps that this run leaves out, besides those of the settings and of the prompt. */
  readonly stagesOff?: readonly SwitchableStage[];
}

/** use: read and write; refresh: write only; bypass: neither; only: read, and send nothing. */
export const CACHE_MODES = ['use', 'refresh', 'bypass', 'only'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

/** Which answers of the cache are meant. */
export type CacheScope =
  | { readonly kind: 'everything' }
  /** Answers given in this connection's workspace. */
  | { readonly kind: 'workspace' }
  | { readonly kind: 'feature'; readonly feature: string }
  /** Answers to a prompt file; with `olderOnly` those to other versions of it than the one that is open. */
  | { readonly kind: 'prompt'; readonly uri: string; readonly olderOnly: boolean }
  /** Answers under the system prompt that this open prompt file has now. */
  | { readonly kind: 'systemPrompt'; readonly uri: string }
  | { readonly kind: 'provider'; readonly provider: string }
  /** Answers of a model; with `olderOnly` those of other versions of it than the one that answered last. */
  | {
      readonly kind: 'model';
      /** Null: of whichever provider, old and new alike. */
      readonly provider: string | null;
      readonly model: string;
      readonly olderOnly: boolean;
    };

/** What a person did with an answer. */
export interface JudgeAnswerParams {
  readonly callId: string;
  /** Provider and model that answered, as the receipt names them. */
  readonly provider: string;
  readonly model: string;
  /** kept: copied or used; regenerated: asked again; undone: said to be wrong. */
  readonly outcome: (typeof ANSWER_JUDGEMENTS)[number];
}

export const ANSWER_JUDGEMENTS = ['kept', 'regenerated', 'undone'] as const;

export interface InvalidateCacheParams {
  readonly scope: CacheScope;
  /** True: nothing is taken out, only counted. */
  readonly dryRun: boolean;
}

/** Answers in the cache. */
export interface CacheCount {
  readonly entries: number;
  /** As they are stored, compressed. */
  readonly bytes: number;
}

export interface BudgetThresholdParams {
  readonly state: BudgetState;
  /** The highest that was passed. */
  readonly threshold: BudgetThreshold;
}

/** What a client sees of a reply while it runs. */
export type ReplyDelta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | {
      readonly type: 'start';
      readonly provider: string;
      readonly model: string;
      readonly simulated: boolean;
      /** Set where its answer comes before its checks, and may be withdrawn after them. */
      readonly provisional?: true;
    }
  /** All that the call showed so far is void; `why` says what was wrong and who is asked now. */
  | { readonly type: 'withdrawn'; readonly why: string }
  | { readonly type: 'decision'; readonly decision: Decision };

export interface ReplyParams {
  readonly callId: string;
  readonly deltas: readonly ReplyDelta[];
}

export interface EstimateWithParams {
  readonly uri: string;
  /** Null for the model that a run would use. */
  readonly model: NamedRoute | null;
}

export interface ModelEditParams {
  readonly uri: string;
  readonly model: NamedRoute;
}

/** A replacement in a document; lines and characters (UTF-16 units) count from 0. */
export interface ModelEdit {
  /** The document's version that it is for. */
  readonly version: number;
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly newText: string;
}

export interface EstimateParams {
  readonly uri: string;
  readonly version: number;
  /** The model that was chosen for the estimate alone; left out where it is that of a run. */
  readonly estimatedWith?: NamedRoute;
  /** Null with `problem` when the prompt cannot be estimated as it stands, and without one when there is nothing in it. */
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
  /** Sum of what receipts say was saved; see `Receipt.savedNano`. */
  readonly saved: NanoDollars | null;
  /** The same without the calls of which it is unknown, and how many these are. */
  readonly knownSaved: NanoDollars;
  readonly unknownSavedCalls: number;
  /** Paid for requests whose answer was not used; part of `spend`. */
  readonly waste: NanoDollars | null;
  readonly knownWaste: NanoDollars;
  /** Answers from the cache. */
  readonly cacheHits: number;
  /** Answers shared with an identical call under way. */
  readonly coalesced: number;
  /** Cache hits and shared answers among all answers, 0 to 1; null when there are none. */
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
  /** See `Receipt`. */
  readonly wasteNano: NanoDollars | null;
  readonly cacheEntry: string | null;
  readonly totalMs: number | null;
  readonly errorMessage: string | null;
}

/** One request that a call sent, as the ledger has it. */
export interface AttemptLine {
  readonly provider: string;
  readonly model: string;
  /** The model that the provider said it answered with; null where it did not say. */
  readonly servedModel: string | null;
  readonly outcome: 'answered' | 'failed' | 'aborted';
  readonly usage: Usage;
  readonly cost: Cost;
  readonly firstTextMs: number | null;
  readonly totalMs: number;
  readonly errorCode: string | null;
}

/** A call with its requests and what each stage did to it. */
export interface CallDetails {
  readonly line: CallLine;
  readonly user: string;
  readonly branch: string | null;
  readonly tags: readonly string[];
  readonly baseline: Baseline | null;
  /** Null where none was made: the call got no answer of its own, or its price is unknown. */
  readonly estimate: CallEstimate | null;
  readonly attempts: readonly AttemptLine[];
  readonly decisions: readonly Decision[];
}

/** Calls by the beginning of their ids. */
export interface FoundCall {
  readonly calls: number;
  /** One of them; null where there is none. */
  readonly callId: string | null;
}

/** What a call was expected to cost, and how far such estimates are off. */
export interface CallEstimate {
  readonly nano: NanoDollars;
  /** The last answered calls that cost something and had an estimate, at most 50; simulated ones by themselves. */
  readonly calls: number;
  /** Median of their absolute errors, each as a share of the true cost; null where there are none. */
  readonly medianError: number | null;
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
  /** What the cache holds, and the most that it may. */
  readonly cache: CacheCount & { readonly limitBytes: number };
}

export interface StopParams {
  /** True when the client starts another daemon at once, so that other clients just connect again. */
  readonly startsAgain: boolean;
}

export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
}
