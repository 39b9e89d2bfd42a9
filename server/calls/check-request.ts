/** What clients send is checked at the door and not by the compiler. */
import { farthingError } from '../../protocol/errors.ts';
import {
  CACHE_MODES,
  type CacheMode,
  type PromptSource,
  type RequestOptions,
} from '../../protocol/messages.ts';
import { isObject } from '../../protocol/read-value.ts';
import { PREFERENCES, type Preference } from '../../protocol/routing.ts';
import { SELECTION_TASK_NAMES, type SelectionSource } from '../../protocol/selection-tasks.ts';

/** The parts of a request that nothing behind the door makes sure of. */
export interface CheckedRequest {
  readonly source: PromptSource;
  readonly cache?: CacheMode;
  readonly preference?: Preference;
}

/**
 * Refuses a request that is none: a limit that is no number would make room in a budget, a cache mode that nobody knows
 * would be taken for another one, and what cannot be written as a request would count as a fault of its endpoint.
 * Throws badCall.
 */
export function checkRequest({ source, cache, preference }: CheckedRequest): void {
  if (!CACHE_MODES.includes(cache ?? 'use')) refuse(`its cache mode is none of ${CACHE_MODES.join(', ')}`);
  if (!PREFERENCES.includes(preference ?? 'balanced'))
    refuse(`its preference is none of ${PREFERENCES.join(', ')}`);
  if (source.kind === 'selection') checkSelection(source);
  if (source.kind !== 'messages') return;
  if (!isListOf(source.messages, (one) => isObject(one) && typeof one['content'] === 'string'))
    refuse('its messages are not a list whose contents are texts');
  checkOptions(source.options ?? {});
}

function checkSelection({ code, languageId, fileName, task, diagnostics, around }: SelectionSource): void {
  if (!isListOf([code, languageId, fileName], isText)) refuse('its selection is not made of texts');
  if (!SELECTION_TASK_NAMES.includes(task ?? 'explain'))
    refuse(`its task is none of ${SELECTION_TASK_NAMES.join(', ')}`);
  const isDiagnostic = (one: unknown) =>
    isObject(one) && isText(one['message']) && isText(one['severity']) && Number.isSafeInteger(one['line']);
  if (!isListOf(diagnostics ?? [], isDiagnostic))
    refuse('its diagnostics are not a list of messages with lines');
  if (!isListOf([around?.before ?? '', around?.after ?? ''], isText))
    refuse('what stands around its selection is not made of texts');
}

function checkOptions({ maxTokens, stop, tools, ...rest }: RequestOptions): void {
  const { temperature, topP, seed, presencePenalty, frequencyPenalty } = rest;
  for (const [name, value] of Object.entries({ temperature, topP, seed, presencePenalty, frequencyPenalty }))
    if (!Number.isFinite(value ?? 1)) refuse(`its ${name} is not a number`);
  if (!Number.isSafeInteger(maxTokens ?? 1) || (maxTokens ?? 1) < 1)
    refuse('its maxTokens is not a whole number of 1 or more');
  if (!isListOf(stop ?? [], (one) => typeof one === 'string')) refuse('its stop is not a list of texts');
  if (!isListOf(tools ?? [], (one) => isObject(one) && typeof one['name'] === 'string'))
    refuse('its tools are not a list of functions with names');
}

function refuse(detail: string): never {
  throw farthingError('badCall', { detail });
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isListOf = (value: unknown, holds: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds);
