/**
 * The guided setup of a provider: which provider, its key, its models, and whether it becomes the default. It asks and
 * decides and changes nothing: what is to be done comes back when every question is answered.
 */
import type { ConnectionTest, DiscoveredProvider, KeyOrigin } from '../../protocol/messages.ts';
import { PROVIDER_PRESETS, type ProviderPreset } from '../../protocol/provider-presets.ts';
import { type Answer, BACK, CANCELLED, type Dialogs, type Question } from './dialogs.ts';
import { keyProblem } from './key-text.ts';
import type { L10n } from './l10n.ts';
import {
  type Choice,
  type Configured,
  modelChoices,
  type ProviderChoice,
  providerChoices,
} from './provider-choices.ts';
import { baseUrlProblem, cleanBaseUrl, modelIds, modelsProblem, nameProblem } from './provider-problems.ts';
import { entryOf, type ProviderEntry } from './provider-settings.ts';
import { hostOf } from './provider-state.ts';

/** A key that is there already. */
export interface KnownKey {
  readonly key: string;
  readonly origin: KeyOrigin;
}

/** What the setup needs to know and to ask. */
export interface SetupWorld {
  readonly l10n: L10n;
  readonly dialogs: Dialogs;
  readonly configured: readonly Configured[];
  /** Models of the user's own entry of this name; none where there is none. */
  modelsOf(name: string): readonly string[];
  /** What answers prompts that name no model when this provider is left out; null for nothing. */
  defaultWithout(name: string): string | null;
  knownKey(name: string, variable: string | null): Promise<KnownKey | null>;
  /** Never rejects; a failure is one sentence with the next step. */
  probe(
    endpoint: { readonly name: string; readonly baseUrl: string; readonly key: string | null },
    signal: AbortSignal,
  ): Promise<ConnectionTest>;
  /** Never rejects. */
  discover(signal: AbortSignal): Promise<readonly DiscoveredProvider[]>;
}

/** What is to be done. */
export interface ProviderSetup {
  readonly entry: ProviderEntry;
  /** To be stored; null where one is there already or none is needed. */
  readonly key: string | null;
  /** "provider/model" for the setting farthing.model; null to leave it. */
  readonly defaultModel: string | null;
}

/** What is known so far. It survives going back, so that nothing is typed twice. */
interface Draft {
  readonly preset: ProviderPreset | null;
  readonly name: string;
  readonly baseUrl: string;
  readonly known: KnownKey | null;
  readonly typedKey: string;
  /** The key that is there was refused, so another is asked for. */
  readonly asksForKey: boolean;
  readonly models: readonly string[];
  readonly defaultModel: string | null;
  /** The question that comes next, where it is not the next in order. */
  readonly next: StepName | null;
}

type StepName = 'provider' | 'url' | 'name' | 'key' | 'models' | 'default';
type Step = (draft: Draft, place: Place, world: SetupWorld) => Promise<Answer<Draft>>;
type Place = Pick<Question, 'step' | 'steps' | 'canGoBack'>;

const EMPTY: Draft = {
  preset: PROVIDER_PRESETS[0] ?? null,
  name: '',
  baseUrl: '',
  known: null,
  typedKey: '',
  asksForKey: false,
  models: [],
  defaultModel: null,
  next: null,
};

/** Asks until everything is known; null when the user cancelled. */
export async function setUpProvider(world: SetupWorld): Promise<ProviderSetup | null> {
  let draft = EMPTY;
  let at: StepName = 'provider';
  for (;;) {
    const names = stepsOf(draft, world);
    const index = names.indexOf(at);
    const place = { step: index + 1, steps: names.length, canGoBack: index > 0 };
    const answer: Answer<Draft> = await STEPS[at](draft, place, world);
    if (answer === CANCELLED) return null;
    if (answer === BACK) {
      at = names[index - 1] ?? 'provider';
      continue;
    }
    draft = { ...answer, next: null };
    const after = stepsOf(draft, world);
    const next: StepName | undefined = answer.next ?? after[after.indexOf(at) + 1];
    if (next === undefined) return setupOf(draft);
    at = next;
  }
}

/** The questions for a draft: a server on this machine needs no key, and a key that is there is not asked for. */
function stepsOf(draft: Draft, world: SetupWorld): readonly StepName[] {
  const { preset, known, asksForKey, name } = draft;
  const asks: readonly (readonly [StepName, boolean])[] = [
    ['provider', true],
    ['url', preset === null],
    ['name', preset === null],
    ['key', preset === null || (!preset.local && (known === null || asksForKey))],
    ['models', true],
    ['default', draft.models.length !== 1 || world.defaultWithout(name) !== null],
  ];
  return asks.filter(([, asked]) => asked).map(([step]) => step);
}

const setupOf = ({ preset, name, baseUrl, models, typedKey, known, defaultModel }: Draft): ProviderSetup => ({
  entry: entryOf({ preset, name, baseUrl, models, hasKey: typedKey !== '' || known !== null }),
  key: typedKey === '' ? null : typedKey,
  defaultModel,
});

const STEPS: Readonly<Record<StepName, Step>> = {
  async provider(draft, place, { l10n, dialogs, configured, discover, knownKey }) {
    const title = l10n.t('Set Up Provider');
    const looking = { ...place, title, placeholder: l10n.t('Looking for model servers on this machine…') };
    const found = await dialogs.wait(looking, discover);
    if (found === BACK || found === CANCELLED) return found;
    const choices = providerChoices(PROVIDER_PRESETS, found, configured, l10n);
    const question = { ...place, title, placeholder: l10n.t('Where do your models run?') };
    const chosen = await dialogs.choose<ProviderChoice>(question, choices);
    if (chosen === BACK || chosen === CANCELLED) return chosen;
    if (chosen.preset === null) {
      // What was typed for an endpoint of one's own is still there after a look at the list.
      const own = draft.preset === null ? draft : EMPTY;
      return { ...own, preset: null };
    }
    const { preset, baseUrl } = chosen;
    const known = preset.local ? null : await knownKey(preset.name, preset.keyEnvironment);
    return { ...EMPTY, preset, name: preset.name, baseUrl, known };
  },

  async url(draft, place, { l10n, dialogs }) {
    const typed = await dialogs.type({
      ...place,
      title: l10n.t('Set Up Provider'),
      placeholder: 'https://api.example.com/v1',
      prompt: l10n.t('Base URL of the OpenAI-compatible endpoint, as its documentation gives it.'),
      value: draft.baseUrl,
      secret: false,
      page: null,
      check: (text) => baseUrlProblem(text, l10n),
    });
    if (typed === BACK || typed === CANCELLED) return typed;
    const baseUrl = cleanBaseUrl(typed);
    return { ...draft, baseUrl, name: draft.name === '' ? hostOf(baseUrl) : draft.name };
  },

  async name(draft, place, { l10n, dialogs, configured, knownKey }) {
    const taken = configured.map(({ name }) => name);
    const typed = await dialogs.type({
      ...place,
      title: l10n.t('Set Up Provider'),
      placeholder: l10n.t('Name'),
      prompt: l10n.t('What you call it. It is shown with every answer, and its key is stored under it.'),
      value: draft.name,
      secret: false,
      page: null,
      check: (text) => nameProblem(text, taken, l10n),
    });
    if (typed === BACK || typed === CANCELLED) return typed;
    const name = typed.trim();
    return { ...draft, name, known: await knownKey(name, null) };
  },

  async key(draft, place, { l10n, dialogs }) {
    const { preset, name, baseUrl, known } = draft;
    const optional = preset === null;
    const typed = await dialogs.type({
      ...place,
      title: l10n.t('API key of {0}', name),
      placeholder: optional
        ? known === null
          ? l10n.t('Leave it empty if the endpoint needs none')
          : l10n.t('Leave it empty to use the key that is stored')
        : l10n.t('Paste the key'),
      prompt: keyPrompt(preset, baseUrl, l10n),
      value: draft.typedKey,
      secret: true,
      page:
        preset?.keyPage == null
          ? null
          : { label: l10n.t('Make a key at {0}', hostOf(preset.keyPage)), url: preset.keyPage },
      check: (text) => {
        if (optional && text.trim() === '') return null;
        const message = keyProblem(text, l10n);
        return message === null ? null : { severity: 'error', message };
      },
    });
    if (typed === BACK || typed === CANCELLED) return typed;
    return { ...draft, typedKey: typed.trim() };
  },

  async models(draft, place, world) {
    const { l10n, dialogs, probe } = world;
    const { preset, name, baseUrl, known } = draft;
    const title = l10n.t('Models of {0}', name);
    const key = draft.typedKey === '' ? (known?.key ?? null) : draft.typedKey;
    const asking = {
      ...place,
      title,
      placeholder: l10n.t('Asking {0} for its models, which costs nothing…', hostOf(baseUrl)),
    };
    for (;;) {
      const test = await dialogs.wait(asking, (signal) => probe({ name, baseUrl, key }, signal));
      if (test === BACK || test === CANCELLED) return test;
      if (test.ok) return chooseModels(draft, place, world, test.models);
      const failed = { ...place, title, placeholder: l10n.t('The test failed') };
      const next = await afterFailure(draft, failed, test.message, world);
      if (next === BACK || next === CANCELLED) return next;
      if (next === 'key') return { ...draft, typedKey: '', asksForKey: true, next: 'key' };
      if (next === 'save') return chooseModels(draft, place, world, preset?.models ?? []);
    }
  },

  async default(draft, place, { l10n, dialogs, defaultWithout }) {
    const { name, models } = draft;
    const now = defaultWithout(name) ?? models[0] ?? '';
    const chosen = await dialogs.choose<string | null>(
      {
        ...place,
        title: l10n.t('Default model'),
        placeholder: l10n.t('Which model answers prompts that name none?'),
      },
      [
        { label: l10n.t('Leave it as it is'), description: now, value: null },
        ...models.map((id) => ({ label: id, description: name, value: `${name}/${id}` })),
      ],
    );
    return chosen === BACK || chosen === CANCELLED ? chosen : { ...draft, defaultModel: chosen };
  },
};

/** What to do about a test that failed. Its sentences are lines of the list: a box would cut them short. */
function afterFailure(
  { preset, known }: Draft,
  question: Question,
  message: string,
  { l10n, dialogs }: SetupWorld,
): Promise<Answer<'again' | 'key' | 'save'>> {
  const end = message.indexOf('. ') + 1;
  const [what, next] = end === 0 ? [message, ''] : [message.slice(0, end), message.slice(end + 1)];
  const otherKey: Choice<'key'> = {
    label: l10n.t('Enter Another Key'),
    ...(known === null
      ? {}
      : { description: l10n.t('instead of the one {0}', keyInUse(known, preset, l10n)) }),
    value: 'key',
  };
  return dialogs.choose<'again' | 'key' | 'save'>(question, [
    { label: what, detail: next, icon: 'error', value: 'again' },
    { heading: l10n.t('What now?') },
    { label: l10n.t('Try Again'), value: 'again' },
    ...(preset?.local === true ? [] : [otherKey]),
    {
      label: l10n.t('Save Anyway'),
      description: l10n.t('you can test it later in the Providers view'),
      value: 'save',
    },
  ]);
}

/** The models of its list to choose from; their ids to type where there is no list. */
async function chooseModels(
  draft: Draft,
  place: Place,
  { l10n, dialogs, modelsOf }: SetupWorld,
  listed: readonly string[],
): Promise<Answer<Draft>> {
  const { preset, name, known, typedKey } = draft;
  const title = l10n.t('Models of {0}', name);
  const before = draft.models.length > 0 ? draft.models : modelsOf(name);
  if (listed.length > 0) {
    const placeholder =
      known === null || typedKey !== ''
        ? l10n.t('Choose the models to use; type to search')
        : l10n.t('Choose the models to use (the key is {0})', keyInUse(known, preset, l10n));
    const chosen = await dialogs.chooseMany<string>(
      { ...place, title, placeholder },
      modelChoices(listed, preset, before, l10n),
    );
    return chosen === BACK || chosen === CANCELLED ? chosen : { ...draft, models: chosen };
  }
  const typed = await dialogs.type({
    ...place,
    title,
    placeholder: l10n.t('Ids of models, divided by commas'),
    prompt: l10n.t('There is no list of models to choose from. Type the ids as {0} gives them.', name),
    value: before.join(', '),
    secret: false,
    page: null,
    check: (text) => modelsProblem(text, l10n),
  });
  return typed === BACK || typed === CANCELLED ? typed : { ...draft, models: modelIds(typed) };
}

const keyInUse = ({ origin }: KnownKey, preset: ProviderPreset | null, l10n: L10n): string =>
  origin === 'environment' && preset?.keyEnvironment != null
    ? l10n.t('in {0}', preset.keyEnvironment)
    : l10n.t('in the secret storage of VS Code');

function keyPrompt(preset: ProviderPreset | null, baseUrl: string, l10n: L10n): string {
  const kept = l10n.t('It is kept in the secret storage of VS Code and sent to {0} only.', hostOf(baseUrl));
  if (preset?.keyPage == null) return kept;
  return `${l10n.t('No key yet? The button above opens {0}, where keys are made.', hostOf(preset.keyPage))} ${kept}`;
}
