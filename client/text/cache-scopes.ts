/** What can be taken out of the cache, in words: the first list, and the lists behind three of its lines. */
import type { CacheScope } from '../../protocol/messages.ts';
import { SELECTION_TASK_NAMES, SELECTION_TASKS } from '../../protocol/selection-tasks.ts';
import type { L10n } from './l10n.ts';
import { taskTitle } from './snippet-words.ts';

/** A scope as a person reads it. */
export interface NamedScope {
  readonly label: string;
  readonly scope: CacheScope;
}

/** Scopes behind one line of the first list. */
export interface ScopeList {
  readonly label: string;
  readonly scopes: readonly NamedScope[];
}

/** A prompt file that is open. */
export interface OpenPrompt {
  readonly name: string;
  readonly uri: string;
}

/** A provider, as far as the cache tells its answers apart. */
export interface ProviderModels {
  readonly name: string;
  readonly models: readonly { readonly id: string }[];
}

/** The prompt's own scopes first: they are meant most often, and are the smallest. */
export function firstScopes(prompt: OpenPrompt | null, l10n: L10n): readonly NamedScope[] {
  return [
    ...(prompt === null ? [] : promptScopes(prompt, l10n)),
    { label: l10n.t('Answers given in this workspace'), scope: { kind: 'workspace' } },
    { label: l10n.t('Everything'), scope: { kind: 'everything' } },
  ];
}

function promptScopes({ name, uri }: OpenPrompt, l10n: L10n): readonly NamedScope[] {
  return [
    { label: l10n.t('Answers to "{0}"', name), scope: { kind: 'prompt', uri, olderOnly: false } },
    {
      label: l10n.t('Answers to older versions of "{0}"', name),
      scope: { kind: 'prompt', uri, olderOnly: true },
    },
    { label: l10n.t('Answers under the system prompt of "{0}"', name), scope: { kind: 'systemPrompt', uri } },
  ];
}

/** The lists behind lines of the first one; a list without a scope is left out. */
export function scopeLists(providers: readonly ProviderModels[], l10n: L10n): readonly ScopeList[] {
  const lists: readonly ScopeList[] = [
    { label: l10n.t('Answers of a feature…'), scopes: features(l10n) },
    {
      label: l10n.t('Answers of a provider…'),
      scopes: providers.map(({ name }) => ({ label: name, scope: { kind: 'provider', provider: name } })),
    },
    { label: l10n.t('Answers of a model…'), scopes: models(providers, (name) => name, false) },
    {
      label: l10n.t('Answers of older versions of a model…'),
      scopes: models(providers, (name) => l10n.t('Older versions of {0}', name), true),
    },
  ];
  return lists.filter(({ scopes }) => scopes.length > 0);
}

/** Features of this extension and of the command line, by the names that the ledger has. */
const features = (l10n: L10n): readonly NamedScope[] => [
  { label: l10n.t('Prompt files'), scope: { kind: 'feature', feature: 'prompt file' } },
  ...SELECTION_TASK_NAMES.map((task) => ({
    label: taskTitle(task, l10n),
    scope: { kind: 'feature', feature: SELECTION_TASKS[task].feature } as const,
  })),
  { label: l10n.t('The command line'), scope: { kind: 'feature', feature: 'command line' } },
];

const models = (
  providers: readonly ProviderModels[],
  labelOf: (name: string) => string,
  olderOnly: boolean,
): readonly NamedScope[] =>
  providers.flatMap(({ name, models: known }) =>
    known.map(({ id }) => ({
      label: labelOf(`${name}/${id}`),
      scope: { kind: 'model', provider: name, model: id, olderOnly },
    })),
  );
