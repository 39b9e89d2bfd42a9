/** What the setup offers: providers to choose from, and the models of the one that was chosen. */
import type { DiscoveredProvider, KeyOrigin } from '../../protocol/messages.ts';
import type { ProviderPreset } from '../../protocol/provider-presets.ts';
import type { L10n } from './l10n.ts';

/** A line of a list to choose from. A heading cannot be chosen. */
export type Choice<Value> =
  | { readonly heading: string }
  | {
      readonly label: string;
      readonly description?: string;
      readonly detail?: string;
      /** Id of an icon of VS Code. */
      readonly icon?: string;
      /** Chosen from the start, in a list where several can be. */
      readonly picked?: boolean;
      readonly value: Value;
    };

/** A provider that is set up already. */
export interface Configured {
  readonly name: string;
  readonly needsKey: boolean;
  readonly key: KeyOrigin | null;
}

/** What can be set up: a preset, where it answers, or an endpoint of the user's own. */
export type ProviderChoice =
  | { readonly preset: ProviderPreset; readonly baseUrl: string }
  | { readonly preset: null };

/** The first list: what runs on this machine, then what is elsewhere, then anything else. */
export function providerChoices(
  presets: readonly ProviderPreset[],
  found: readonly DiscoveredProvider[],
  configured: readonly Configured[],
  l10n: L10n,
): readonly Choice<ProviderChoice>[] {
  const choice = (
    preset: ProviderPreset,
    description: string,
    baseUrl = preset.baseUrl,
  ): Choice<ProviderChoice> => {
    const known = configured.find(({ name }) => name.toLowerCase() === preset.name.toLowerCase());
    const state = known === undefined ? null : configuredState(known, l10n);
    return {
      label: preset.name,
      description: [description, state].filter((part) => part !== null && part !== '').join(' · '),
      detail: baseUrl,
      value: { preset, baseUrl },
    };
  };
  const runs = presets.flatMap((preset) => {
    const server = found.find(({ name }) => name === preset.name);
    return server === undefined ? [] : [choice(preset, foundState(server, l10n), server.baseUrl)];
  });
  const rest = presets.filter(({ name }) => !found.some((server) => server.name === name));
  return [
    ...(runs.length === 0 ? [] : [{ heading: l10n.t('On this machine: free, no key') }, ...runs]),
    { heading: l10n.t('Providers') },
    ...rest.filter(({ local }) => !local).map((preset) => choice(preset, '')),
    ...rest.filter(({ local }) => local).map((preset) => choice(preset, l10n.t('not running'))),
    { heading: l10n.t('Anything else') },
    {
      label: l10n.t('Other OpenAI-compatible endpoint…'),
      detail: l10n.t('vLLM, llama.cpp, LiteLLM or a company gateway, by its base URL'),
      value: { preset: null },
    },
  ];
}

/** Ids as requests name them. Gemini lists "models/gemini-…" and is asked for "gemini-…", as price tables know it. */
export const bareIds = (listed: readonly string[]): readonly string[] => [
  ...new Set(listed.map((id) => id.replace(/^models\//, ''))),
];

/** What no prompt can be sent to, by the words in its id. */
const NOT_FOR_CHAT =
  /embed|whisper|(^|[-/])tts|dall-e|image|moderation|audio|realtime|transcribe|rerank|imagen|veo-|sora|babbage|davinci|aqa|lyria/i;

/**
 * The models of an endpoint: those of the preset first, which are picked, then the others by name, and last what its
 * name says is not for chat. A few models of a local server are all picked.
 */
export function modelChoices(
  listed: readonly string[],
  preset: ProviderPreset | null,
  before: readonly string[],
  l10n: L10n,
): readonly Choice<string>[] {
  const wanted = before.length > 0 ? before : (preset?.models ?? []);
  const ids = bareIds(listed);
  const listedAs = (id: string) => (ids.includes(id) ? id : ids.find((candidate) => isDated(candidate, id)));
  const suggested = [...new Set(wanted.flatMap((id) => listedAs(id) ?? []))];
  const others = ids.filter((id) => !suggested.includes(id)).toSorted();
  const chat = others.filter((id) => !NOT_FOR_CHAT.test(id));
  const rest = others.filter((id) => NOT_FOR_CHAT.test(id));
  const all = suggested.length === 0 && preset?.local === true;
  return [
    ...section(l10n.t('Suggested'), suggested, true),
    ...section(suggested.length === 0 ? l10n.t('All models') : l10n.t('All other models'), chat, all),
    ...section(l10n.t('Probably not for prompts'), rest, false),
  ];
}

const section = (heading: string, ids: readonly string[], picked: boolean): readonly Choice<string>[] =>
  ids.length === 0 ? [] : [{ heading }, ...ids.map((id) => ({ label: id, picked, value: id }))];

/** True where a listed id is the dated version of the wanted one: "claude-haiku-4-5-20251001". */
const isDated = (listed: string, wanted: string): boolean =>
  listed.startsWith(`${wanted}-`) && /^\d{8}$/.test(listed.slice(wanted.length + 1));

const foundState = ({ models }: DiscoveredProvider, l10n: L10n): string =>
  models.length === 1 ? l10n.t('running, 1 model') : l10n.t('running, {0} models', models.length);

const configuredState = ({ needsKey, key }: Configured, l10n: L10n): string =>
  needsKey && key === null ? l10n.t('set up, no key yet') : l10n.t('set up already');
