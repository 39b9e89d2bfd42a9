/** Turns what a client asks for into a Call: the one place where prompt, settings and attribution meet. */
import { farthingError } from '../../protocol/errors.ts';
import type {
  CacheMode,
  PromptContext,
  PromptSource,
  PromptSummary,
  RequestOptions,
} from '../../protocol/messages.ts';
import type { Preference } from '../../protocol/routing.ts';
import { taskOf } from '../../protocol/selection-tasks.ts';
import type { Settings } from '../../protocol/settings.ts';
import { SWITCHABLE_STAGES, type SwitchableStage } from '../../protocol/switchable-stages.ts';
import type { TaskKind } from '../../protocol/task-kind.ts';
import { hashText } from '../pipeline/hash.ts';
import type { Keys } from '../pipeline/ports.ts';
import type { Call, Sampling } from '../pipeline/stage.ts';
import { rulesOffIn } from '../prompts/compression/rules-off.ts';
import { continuation } from '../prompts/continuation.ts';
import type { FrontMatter } from '../prompts/front-matter.ts';
import { checkPromptSize } from '../prompts/limits.ts';
import { findModels, resolveModel } from '../prompts/models.ts';
import { type PromptDocument, parsePrompt } from '../prompts/prompt-document.ts';
import { taskExpectation } from '../prompts/tasks/task-expectation.ts';
import { taskMessages } from '../prompts/tasks/task-messages.ts';
import {
  fillPrompt,
  fillPromptForPreview,
  fillPromptWithBlanks,
  writtenVariable,
} from '../prompts/variables.ts';
import { cachePolicy } from './cache-policy.ts';
import { checkRequest } from './check-request.ts';
import { isRouted, ladderOf } from './ladder.ts';

/** What the connection knows of itself; the same for every call on it. */
export interface Caller {
  readonly settings: Settings;
  readonly workspace: string | null;
  /** Its folder, an absolute path; left out or null where there is none. */
  readonly folder?: string | null;
  /** True where its user trusts the folder so far that its programs may be run. */
  readonly mayRunCommands?: boolean;
  /** The branch that the workspace is on now; null where it is none. */
  readonly branch: () => string | null;
  /** The connection's keys; left out where it is not known which there are. */
  readonly keys?: Keys;
  /** The prompt of an open document as it is now; null when it is not open, or is a program without prompts. */
  readonly openPrompt: (uri: string) => PromptDocument | null;
}

/** What to run, and how this once. */
export interface CallRequest {
  readonly callId: string;
  readonly source: PromptSource;
  readonly feature: string;
  readonly model?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly context?: PromptContext;
  readonly cache?: CacheMode;
  readonly tags?: readonly string[];
  readonly continues?: string;
  readonly stagesOff?: readonly SwitchableStage[];
  readonly held?: boolean;
  readonly preference?: Preference;
  readonly betterThan?: string;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** A preview takes unknown variables for empty; a run refuses them. */
  readonly purpose: 'run' | 'preview';
}

/**
 * The call for a request. Throws the catalogue's errors for what cannot be run: a request that is none, a closed
 * document, bad front matter, missing variables, an empty or too large prompt, an unknown model, no provider.
 */
export function prepareCall(request: CallRequest, caller: Caller): Call {
  const { settings } = caller;
  const { source, purpose } = request;
  checkRequest(request);
  const prompt = readPrompt(source, caller);
  // Also in a preview: what could be estimated would be of another model than the front matter means.
  if (prompt !== null && prompt.problem !== null) throw prompt.problem;
  const own = prompt?.frontMatter;
  const preference = request.preference ?? null;
  const ladder = ladderOf({
    asked: request.model ?? null,
    betterThan: request.betterThan ?? null,
    preference,
    own: own ?? null,
    settings,
    canSend: ({ name, needsKey }) => !needsKey || (caller.keys?.get(name) ?? null) !== null || !caller.keys,
  });
  const { provider, model } =
    ladder.at(-1) ??
    resolveModel(request.model ?? own?.model ?? null, settings, { strict: request.model !== undefined });
  const messages = readMessages(request, prompt);
  if (purpose === 'run') checkPromptSize(messages, settings);
  const options = source.kind === 'messages' ? (source.options ?? {}) : {};
  const kind = own?.kind ?? kindOf(source, options);
  const sampling = samplingOf(options, own);
  const off = own?.off ?? [];
  return {
    id: request.callId,
    messages,
    provider,
    model,
    sampling,
    tools: options.tools ?? [],
    toolChoice: options.toolChoice ?? null,
    responseFormat: options.responseFormat ?? null,
    expect: source.kind === 'selection' ? taskExpectation(source) : (own?.expect ?? null),
    kind,
    attribution: {
      // A client may send anything; what the ledger cannot hold would cost it the line of a call that is paid for.
      feature: textOr(request.feature, 'unknown'),
      user: '',
      job: source.kind === 'document' || source.kind === 'text' ? textOr(source.uri, null) : null,
      workspace: caller.workspace,
      branch: caller.branch(),
      tags: [...new Set([...(own?.tags ?? []), ...settings.tags, ...textsOf(request.tags)])],
    },
    cache: cachePolicy({
      asked: request.cache ?? null,
      own: own ?? null,
      kind,
      temperature: sampling.temperature ?? null,
      workspace: caller.workspace,
      promptHash: prompt === null || purpose === 'preview' ? null : hashText(prompt.text),
      settings,
    }),
    ladder,
    preference: preference ?? own?.preference ?? settings.preference,
    baseline: findModels([settings.baseline], settings)[0] ?? { provider, model },
    chain: findModels(own?.fallback ?? settings.fallbackChain, settings),
    downgradeTo: findModels([settings.budgetDowngradeTo], settings)[0] ?? null,
    off: new Set([
      ...settings.stagesOff,
      ...off.filter((one) => one !== 'budget'),
      ...textsOf(request.stagesOff).filter(isSwitchable),
    ]),
    onlyRefusingBudgets: off.includes('budget'),
    part: null,
    prefix: null,
    hasAlternative: false,
    endsBy: null,
    settings: settingsOf(request, settings, prompt === null ? [] : rulesOffIn(prompt)),
    signal: request.signal,
    startedAt: request.startedAt,
    ...(own?.compress ? { compress: true } : {}),
    ...(own?.check
      ? { check: { folder: caller.folder ?? null, trusted: caller.mayRunCommands === true } }
      : {}),
  };
}

/** The settings of this one call: those that were given, unless the call or its prompt says otherwise. */
function settingsOf({ held }: CallRequest, settings: Settings, rulesOff: readonly string[]): Settings {
  const shown = held === true ? { ...settings, cascadeShow: 'held' as const } : settings;
  return rulesOff.length === 0
    ? shown
    : { ...shown, compressionRulesOff: [...settings.compressionRulesOff, ...rulesOff] };
}

function samplingOf(options: RequestOptions, own: FrontMatter | undefined): Sampling {
  const { temperature, topP, maxTokens, seed, stop, presencePenalty, frequencyPenalty } = options;
  const all = {
    temperature: temperature ?? own?.temperature,
    topP,
    maxTokens: maxTokens ?? own?.maxTokens,
    seed,
    stop,
    presencePenalty,
    frequencyPenalty,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

/** What is asked for, as far as the request itself shows it. */
function kindOf(source: PromptSource, { responseFormat }: RequestOptions): TaskKind {
  if (source.kind === 'selection') return taskOf(source).kind;
  return responseFormat === undefined || responseFormat.type === 'text' ? 'answer' : 'extract';
}

/** What a client should know of a prompt before it runs it. */
export function inspectPrompt(source: PromptSource, caller: Caller, preference?: Preference): PromptSummary {
  const prompt = readPrompt(source, caller);
  if (prompt === null) return { description: null, requestedModel: null, variables: [], notes: [] };
  if (prompt.problem !== null) throw prompt.problem;
  const { model, description } = prompt.frontMatter;
  const wishes = {
    asked: null,
    own: prompt.frontMatter,
    preference: preference ?? null,
    settings: caller.settings,
  };
  const { note } = isRouted(wishes)
    ? { note: null }
    : resolveModel(model, caller.settings, { strict: false });
  return {
    description,
    requestedModel: typeof model === 'string' ? model : (model?.join(', ') ?? null),
    variables: askedVariables(prompt),
    notes: [
      ...prompt.notes,
      ...[note, ineffective(wishes), ...unknownFallbacks(prompt.frontMatter, caller.settings)]
        .filter((message) => message !== null)
        .map((message) => ({ line: 0, message })),
    ],
  };
}

/** A preference beside a model that is named, which is then the one that answers. */
const ineffective = (wishes: Parameters<typeof isRouted>[0]): string | null =>
  wishes.preference === null || isRouted(wishes)
    ? null
    : `The preference "${wishes.preference}" changes nothing, since the prompt names its model; choose the model "auto" for this run, or take it out of the front matter.`;

/** Models of a prompt's own `fallback` that it can never go on to. */
const unknownFallbacks = ({ fallback }: FrontMatter, settings: Settings): readonly string[] =>
  (fallback ?? [])
    .filter((name) => findModels([name], settings).length === 0)
    .map(
      (name) =>
        `"${name}" of "farthing.fallback" is in no configured provider, so it is left out; name a model that is.`,
    );

/** The variables of a prompt that an estimate has no values for, as they are written. */
export function missingVariables(source: PromptSource, caller: Caller): readonly string[] {
  const prompt = readPrompt(source, caller);
  if (prompt === null) return [];
  const { missing } = fillPromptWithBlanks(prompt, {});
  return [...missing.map(writtenVariable), ...prompt.unresolved];
}

/** What a user is asked for: all but what is filled by a default, with the example values to go by. */
const askedVariables = (prompt: PromptDocument): PromptSummary['variables'] =>
  fillPromptForPreview(prompt, {}).missing.map((variable) => ({
    ...variable,
    placeholder: variable.placeholder ?? prompt.samples[variable.name] ?? null,
  }));

/** The prompt document behind a source; null when the source is none. */
export function readPrompt(source: PromptSource, caller: Caller): PromptDocument | null {
  if (source.kind === 'messages' || source.kind === 'selection') return null;
  const prompt = source.kind === 'text' ? parsePrompt(source) : caller.openPrompt(source.uri);
  if (prompt === null) throw farthingError('documentClosed', {});
  return prompt;
}

function readMessages(request: CallRequest, prompt: PromptDocument | null): Call['messages'] {
  const messages = askedMessages(request, prompt);
  return request.continues === undefined ? messages : [...messages, ...continuation(request.continues)];
}

function askedMessages(request: CallRequest, prompt: PromptDocument | null): Call['messages'] {
  const { source, values = {}, context = {} } = request;
  if (source.kind === 'messages') {
    const isEmpty = source.messages.every(({ content }) => content.trim() === '');
    if (isEmpty && request.purpose === 'run') throw farthingError('emptyPrompt', {});
    return source.messages;
  }
  if (source.kind === 'selection') return taskMessages(source);
  if (prompt === null) throw farthingError('documentClosed', {});
  return request.purpose === 'run'
    ? fillPrompt(prompt, { values, context })
    : fillPromptWithBlanks(prompt, { values, context }).messages;
}

const isSwitchable = (stage: string): stage is SwitchableStage => Object.hasOwn(SWITCHABLE_STAGES, stage);

const textOr = <Other>(value: unknown, other: Other): string | Other =>
  typeof value === 'string' ? value : other;

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : [];
