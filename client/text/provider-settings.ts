/**
 * The entries of `farthing.providers` as the user wrote them: what Farthing does not know in them is kept, and every
 * other entry stays as it is.
 */
import type { ProviderPreset } from '../../protocol/provider-presets.ts';
import { isLoopback } from '../../protocol/settings.ts';

/** An entry that the setup writes. Keys are never part of it. */
export interface ProviderEntry {
  readonly name: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly keyEnvironment?: string;
  readonly needsKey?: boolean;
  readonly free?: boolean;
}

/** What the user decided in the setup. */
export interface ChosenProvider {
  readonly preset: ProviderPreset | null;
  readonly name: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly hasKey: boolean;
}

type Raw = Readonly<Record<string, unknown>>;

/** The entry for a choice; it says only what differs from the defaults of the setting. */
export function entryOf({ preset, name, baseUrl, models, hasKey }: ChosenProvider): ProviderEntry {
  if (preset !== null)
    return {
      name,
      baseUrl,
      models,
      ...(preset.keyEnvironment === null ? {} : { keyEnvironment: preset.keyEnvironment }),
      ...(preset.local ? { free: true } : {}),
    };
  const byDefault = !isLoopback(baseUrl);
  return { name, baseUrl, models, ...(hasKey === byDefault ? {} : { needsKey: hasKey }) };
}

/** `entries` with `entry` in the place of the one of its name, or at the end. */
export function withProvider(entries: readonly unknown[], entry: ProviderEntry): readonly unknown[] {
  const index = entries.findIndex((candidate) => isNamed(candidate, entry.name));
  const before = entries[index];
  return before === undefined ? [...entries, entry] : entries.with(index, merged(before as Raw, entry));
}

/** `entries` without the one of this name. */
export const withoutProvider = (entries: readonly unknown[], name: string): readonly unknown[] =>
  entries.filter((entry) => !isNamed(entry, name));

/** True for the entry of this name; names are the same in any case, as the settings are read. */
export const isNamed = (entry: unknown, name: string): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  'name' in entry &&
  typeof entry.name === 'string' &&
  entry.name.trim().toLowerCase() === name.trim().toLowerCase();

/** What the user added by hand stays, as far as it is about the same endpoint and models. */
function merged(before: Raw, entry: ProviderEntry): Raw {
  const own = new Map(
    (Array.isArray(before['models']) ? before['models'] : []).map((model: unknown) => [idOf(model), model]),
  );
  const models = entry.models.map((id) => own.get(id) ?? id);
  const sameEndpoint = before['baseUrl'] === entry.baseUrl;
  return { ...(sameEndpoint ? before : {}), ...entry, models };
}

const idOf = (model: unknown): unknown =>
  typeof model === 'object' && model !== null && 'id' in model ? model.id : model;
