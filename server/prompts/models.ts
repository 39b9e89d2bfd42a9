/** Which configured model a prompt means. */
import { farthingError } from '../../protocol/errors.ts';
import { matchModel } from '../../protocol/model-names.ts';
import { isAutoName } from '../../protocol/routing.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../../protocol/settings.ts';
import type { RequestedModel } from './front-matter.ts';
import { isBlank } from './lines.ts';

/** A model of a configured provider. */
export interface ResolvedModel {
  readonly provider: ProviderSettings;
  readonly model: ModelSettings;
  /** A sentence for the user when it is not what was asked for; null otherwise. */
  readonly note: string | null;
}

/**
 * The model for `requested`: a model's id, "provider/model", or a name as VS Code's model picker shows it
 * ("GPT-4.1 (copilot)"); of a list, the first that is configured. Null stands for the setting `model`, and where that
 * is empty for the first model of the first provider.
 *
 * A request that no provider has falls back to the same, with a note, because a prompt file is often another
 * person's; with `strict`, for what the user chose now, it throws unknownModel instead. A setting that no provider
 * has always throws unknownModel. Throws noProvider when no provider has a model.
 */
export function resolveModel(
  requested: RequestedModel | null,
  settings: Settings,
  { strict = false }: { readonly strict?: boolean } = {},
): ResolvedModel {
  const candidates = candidatesOf(settings);
  const names = [requested ?? []].flat().filter((name) => !isBlank(name));
  const found = firstMatch(names, candidates);
  if (found !== null) return { ...found, note: null };
  if (names.length > 0 && strict) throw unknownModel(names.join(', '), candidates);

  const fallback = defaultModel(settings, candidates);
  if (names.length === 0) return { ...fallback, note: null };
  const [subject, verb] =
    names.length === 1 ? [names[0], 'is in no'] : [`None of ${names.join(', ')}`, 'is in a'];
  return { ...fallback, note: `${subject} ${verb} configured provider, so ${fallback.model.id} is used.` };
}

/** The configured models among `names`, in their order; the others are left out. */
export const findModels = (names: readonly string[], { providers }: Settings): readonly Candidate[] => {
  const candidates = providers.flatMap((provider) => provider.models.map((model) => ({ provider, model })));
  return names.map((name) => matchModel(name.trim(), candidates)).filter((found) => found !== null);
};

/** The configured model of exactly these names; null where it is not configured any more. */
export function configuredModel(
  named: { readonly provider: string; readonly model: string },
  { providers }: Settings,
): Candidate | null {
  const provider = providers.find(({ name }) => name === named.provider);
  const model = provider?.models.find(({ id }) => id === named.model);
  return provider === undefined || model === undefined ? null : { provider, model };
}

interface Candidate {
  readonly provider: ProviderSettings;
  readonly model: ModelSettings;
}

function candidatesOf({ providers }: Settings): readonly Candidate[] {
  const candidates = providers.flatMap((provider) => provider.models.map((model) => ({ provider, model })));
  if (candidates.length === 0) throw farthingError('noProvider', {});
  return candidates;
}

function defaultModel({ model }: Settings, candidates: readonly Candidate[]): Candidate {
  const [first] = candidates;
  // Whoever named a model that is not there, and leaves the others to us, is given the first.
  const chosen = isBlank(model) || isAutoName(model) ? first : firstMatch([model], candidates);
  if (chosen === undefined || chosen === null) throw unknownModel(model, candidates);
  return chosen;
}

function firstMatch(names: readonly string[], candidates: readonly Candidate[]): Candidate | null {
  for (const name of names) {
    const found = matchModel(name.trim(), candidates);
    if (found !== null) return found;
  }
  return null;
}

const unknownModel = (model: string, candidates: readonly Candidate[]) =>
  farthingError('unknownModel', {
    model,
    known: [...new Set(candidates.map((candidate) => candidate.model.id))].join(', '),
  });
