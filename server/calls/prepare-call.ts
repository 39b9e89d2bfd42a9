/** Turns what a client asks for into a Call: the one place where prompt, settings and attribution meet. */
import { farthingError } from '../../protocol/errors.ts';
import type { CacheMode, PromptContext, PromptSource, PromptSummary } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { Call } from '../pipeline/stage.ts';
import { explainSelectionMessages } from '../prompts/explain-selection.ts';
import { checkPromptSize } from '../prompts/limits.ts';
import { resolveModel } from '../prompts/models.ts';
import { type PromptDocument, parsePrompt } from '../prompts/prompt-document.ts';
import { fillPrompt, fillPromptWithBlanks, listVariables, writtenVariable } from '../prompts/variables.ts';

/** What the connection knows of itself; the same for every call on it. */
export interface Caller {
  readonly settings: Settings;
  readonly workspace: string | null;
  /** The prompt of an open document as it is now; null when it is not open. */
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
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** A preview takes unknown variables for empty; a run refuses them. */
  readonly purpose: 'run' | 'preview';
}

/**
 * The call for a request. Throws the catalogue's errors for what cannot be run: a closed document, bad front matter,
 * missing variables, an empty or too large prompt, an unknown model, no provider.
 */
export function prepareCall(request: CallRequest, caller: Caller): Call {
  const { settings } = caller;
  const { source, purpose } = request;
  const prompt = readPrompt(source, caller);
  // Also in a preview: what could be estimated would be of another model than the front matter means.
  if (prompt !== null && prompt.problem !== null) throw prompt.problem;
  const own = prompt?.frontMatter;
  const { provider, model } = resolveModel(request.model ?? own?.model ?? null, settings, {
    strict: request.model !== undefined,
  });
  const messages = readMessages(request, prompt);
  if (purpose === 'run') checkPromptSize(messages, settings);
  return {
    id: request.callId,
    messages,
    provider,
    model,
    sampling: {
      ...(own?.temperature == null ? {} : { temperature: own.temperature }),
      ...(own?.maxTokens == null ? {} : { maxTokens: own.maxTokens }),
    },
    attribution: {
      // A client may send anything; what the ledger cannot hold would cost it the line of a call that is paid for.
      feature: textOr(request.feature, 'unknown'),
      user: '',
      job: source.kind === 'document' || source.kind === 'text' ? textOr(source.uri, null) : null,
      workspace: caller.workspace,
    },
    cache: request.cache ?? own?.cache ?? 'use',
    settings,
    signal: request.signal,
    startedAt: request.startedAt,
  };
}

/** What a client should know of a prompt before it runs it. */
export function inspectPrompt(source: PromptSource, caller: Caller): PromptSummary {
  const prompt = readPrompt(source, caller);
  if (prompt === null) return { description: null, requestedModel: null, variables: [], notes: [] };
  if (prompt.problem !== null) throw prompt.problem;
  const { model, description } = prompt.frontMatter;
  const { note } = resolveModel(model, caller.settings, { strict: false });
  return {
    description,
    requestedModel: typeof model === 'string' ? model : (model?.join(', ') ?? null),
    variables: listVariables(prompt),
    notes: note === null ? prompt.notes : [...prompt.notes, { line: 0, message: note }],
  };
}

/** The variables of a prompt that an estimate has no values for, as they are written. */
export function missingVariables(source: PromptSource, caller: Caller): readonly string[] {
  const prompt = readPrompt(source, caller);
  return prompt === null ? [] : listVariables(prompt).map(writtenVariable);
}

/** The prompt document behind a source; null when the source is none. */
export function readPrompt(source: PromptSource, caller: Caller): PromptDocument | null {
  if (source.kind === 'messages' || source.kind === 'selection') return null;
  const prompt = source.kind === 'text' ? parsePrompt(source) : caller.openPrompt(source.uri);
  if (prompt === null) throw farthingError('documentClosed', {});
  return prompt;
}

function readMessages(request: CallRequest, prompt: PromptDocument | null): Call['messages'] {
  const { source, values = {}, context = {} } = request;
  if (source.kind === 'messages') {
    const isEmpty = source.messages.every(({ content }) => content.trim() === '');
    if (isEmpty && request.purpose === 'run') throw farthingError('emptyPrompt', {});
    return source.messages;
  }
  if (source.kind === 'selection') return explainSelectionMessages(source);
  if (prompt === null) throw farthingError('documentClosed', {});
  return request.purpose === 'run'
    ? fillPrompt(prompt, { values, context })
    : fillPromptWithBlanks(prompt, { values, context }).messages;
}

const textOr = <Other>(value: unknown, other: Other): string | Other =>
  typeof value === 'string' ? value : other;
