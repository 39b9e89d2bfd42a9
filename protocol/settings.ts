/** The settings as the program uses them, parsed from whatever an editor or a file says. */
import { RISKS, type Risk } from './compression.ts';
import { matchModel } from './model-names.ts';
import {
  at,
  flag,
  httpUrl,
  inRange,
  isObject,
  list,
  nonEmpty,
  object,
  oneOf,
  optional,
  text,
  texts,
  type Unknown,
  within,
} from './read-value.ts';
import { PREFERENCES, type Preference, TIERS, type Tier } from './routing.ts';
import { SETTINGS, type SettingDefinition } from './setting-definitions.ts';
import { type SwitchableStage, switchableStage } from './switchable-stages.ts';
import { TASK_KINDS, type TaskKind } from './task-kind.ts';

/** What not every model takes of a call: tools, and a form of the answer (`response_format`). */
export const ABILITIES = ['tools', 'schema'] as const;
export type Ability = (typeof ABILITIES)[number];

/** One model of a provider, as the user configured it. */
export interface ModelSettings {
  /** The id sent to the provider. */
  readonly id: string;
  /** Tokens of its context window; null: taken from the price table, if it is there. */
  readonly contextTokens: number | null;
  /** Encoding to count with; null: chosen by the model's id. */
  readonly encoding: string | null;
  /** What it does not take; left out where the user says nothing of it. */
  readonly lacks?: readonly Ability[];
}

/** Where the cache finds answers: in all of the user's, or only in those given in the same workspace. */
export type CacheSharing = 'user' | 'workspace';

/** Whether an answer that may not pass its checks is shown as it comes, or when it has passed. */
export type CascadeShow = 'provisional' | 'held';

/** One OpenAI-compatible provider. Keys are never part of it. */
export interface ProviderSettings {
  readonly name: string;
  readonly baseUrl: string;
  /** Base URLs of further endpoints with the same models and the same key, in the order they are tried. */
  readonly alternatives: readonly string[];
  readonly models: readonly ModelSettings[];
  /** Environment variable to take the key from where no key is stored; null for none. */
  readonly keyEnvironment: string | null;
  /** False for endpoints that need no key, such as a local server. */
  readonly needsKey: boolean;
  /** Id of the provider in the price table; null: found by the base URL. */
  readonly pricedAs: string | null;
  /** True where requests cost nothing, as on one's own hardware: every price is then 0 and known. */
  readonly free: boolean;
  /** Seconds to the first word after which a call goes on elsewhere, if it can; null: it waits. */
  readonly firstTokenSeconds: number | null;
  /** True for the loopback simulator: its answers are marked and its costs kept apart from real money. */
  readonly simulated: boolean;
}

/** Dollars per million tokens, as providers publish their prices; kinds left out cost what `input` or `output` does. */
export interface PriceOverride {
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number | null;
  readonly cacheWrite: number | null;
}

/** The command that answers have to pass where a prompt asks for it. */
export interface CommandSettings {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
  readonly maxOutputKilobytes: number;
}

/** The settings of one connection, parsed and complete. */
export interface Settings {
  readonly providers: readonly ProviderSettings[];
  /** "" for the first model of the first provider, "auto" for one of all; else "model" or "provider/model". */
  readonly model: string;
  readonly preference: Preference;
  /** By model id, or "provider/model": before what `tierOf` knows. */
  readonly tiers: Readonly<Record<string, Tier>>;
  /** By model id, or "provider/model". */
  readonly prices: Readonly<Record<string, PriceOverride>>;
  /** "" for the model that a call asks for; else "model" or "provider/model". */
  readonly baseline: string;
  readonly stagesOff: ReadonlySet<SwitchableStage>;
  readonly tags: readonly string[];
  readonly cacheHours: number;
  readonly cacheHoursByKind: Readonly<Partial<Record<TaskKind, number>>>;
  readonly cacheSharing: CacheSharing;
  readonly cacheTemperature: number;
  /** Of the one cache that all connections share; null where this one says nothing of it. */
  readonly cacheMegabytes: number | null;
  /** 0: a cached answer comes at once. */
  readonly cacheReplayTokensPerSecond: number;
  /** 0: context is never left out for its size. */
  readonly contextTokens: number;
  /** Share of the highest relevance, from 0 to 1, below which context is left out; 0: never. */
  readonly contextRelevance: number;
  /** 0: turns of a conversation are never left out. */
  readonly historyTokens: number;
  readonly budgetsEnabled: boolean;
  readonly budgetOutputTokens: number;
  /** "" for the cheapest of the same provider; else "model" or "provider/model". */
  readonly budgetDowngradeTo: string;
  /** "provider/model" or "model", in the order they are tried. */
  readonly fallbackChain: readonly string[];
  readonly timeoutSeconds: number;
  readonly deadlineSeconds: number;
  readonly attempts: number;
  /** Of answers that are checked while a better model is left to ask. */
  readonly cascadeShow: CascadeShow;
  /** Null: none. */
  readonly cascadeCommand: CommandSettings | null;
  /** True: kinds of task get a sentence on the length of their answer. */
  readonly outputDirective: boolean;
  readonly assumedOutputTokens: number;
  readonly promptLimitMegabytes: number;
  readonly codeLens: boolean;
  readonly sectionCodeLens: boolean;
  readonly inlayHints: boolean;
  /** What compression hints are shown in the editor: those of this risk and of less. */
  readonly compressionSuggest: 'none' | Risk;
  readonly compressionMinimumTokens: number;
  /** Compression rules that are switched off, by name; "all" for all of them. */
  readonly compressionRulesOff: readonly string[];
  /** True: problems offer "Fix with Farthing". */
  readonly lightbulb: boolean;
  readonly statusBar: boolean;
  /** Of the one log that all connections share; null where this one says nothing of it. */
  readonly logLevel: LogLevel | null;
}

/** How much the daemon writes to its log. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** A setting that could not be read, with what is used instead. */
export interface SettingProblem {
  readonly key: string;
  readonly message: string;
}

/**
 * Reads settings from what an editor sends: an object nested as VS Code's `getConfiguration('farthing')` gives it.
 * Never throws: what cannot be read keeps its default and is named in `problems`.
 */
export function parseSettings(raw: unknown): { settings: Settings; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const source = isObject(raw) ? raw : {};

  const name = (key: string, why: string, meanwhile: string) =>
    problems.push({
      key: `farthing.${key}`,
      message: `${at(`farthing.${key}`, why)}. ${meanwhile} until it is mended.`,
    });
  const given = <Value>(key: string, parse: (value: unknown) => Value, meanwhile: string): Value | null => {
    const value = lookUp(source, key);
    if (value === undefined || value === null) return null;
    try {
      return parse(value);
    } catch (error) {
      name(key, error instanceof Error ? error.message : String(error), meanwhile);
      return null;
    }
  };
  const read = <Value>(key: string, parse: (value: unknown) => Value): Value =>
    given(key, parse, 'Its default is used') ?? parse(definitionOf(key).schema['default']);
  // A default of one connection must not undo what another one set.
  const shared = <Value>(key: string, parse: (value: unknown) => Value): Value | null =>
    given(key, parse, 'It stays as it is');
  const numberOf = (key: string) => (value: unknown) => {
    const { minimum, maximum, type } = definitionOf(key).schema as Record<string, number | string>;
    return inRange(value, Number(minimum), Number(maximum), type === 'integer');
  };
  const number = (key: string) => read(key, numberOf(key));

  // The default endpoint is not what somebody meant who wrote others: a prompt must not go there by a slip.
  const hasOwn = (lookUp(source, 'providers') ?? null) !== null;
  const providers = hasOwn
    ? (given('providers', parseProviders, 'No provider is used') ?? [])
    : read('providers', parseProviders);
  const models = providers.flatMap((provider) => provider.models.map((model) => ({ provider, model })));
  /** True for a model that there is; without any model at all, that is what is to be mended. */
  const isConfigured = (model: string) => models.length === 0 || matchModel(model, models) !== null;
  const noModel = (model: string) => `names "${model}", which no configured provider has`;
  const modelName = (key: string): string => {
    const model = read(key, text);
    if (model === '' || isConfigured(model)) return model;
    name(key, noModel(model), 'Its default is used');
    return '';
  };
  const modelNames = (key: string): string[] =>
    read(key, texts).filter((model) => {
      const known = isConfigured(model);
      if (!known) name(key, noModel(model), 'It is left out');
      return known;
    });

  const settings: Settings = {
    providers,
    model: read('model', text),
    preference: read('routing.preference', oneOf<Preference>(PREFERENCES)),
    tiers: read('routing.tiers', parseTiers),
    prices: read('prices', parsePrices),
    baseline: modelName('baseline'),
    stagesOff: read('stages', parseStages),
    tags: read('tags', texts),
    cacheHours: number('cache.hours'),
    cacheHoursByKind: read('cache.hoursByKind', parseHoursByKind),
    cacheSharing: read('cache.sharing', oneOf<CacheSharing>(['user', 'workspace'])),
    cacheTemperature: number('cache.temperature'),
    cacheMegabytes: shared('cache.megabytes', numberOf('cache.megabytes')),
    cacheReplayTokensPerSecond: number('cache.replayTokensPerSecond'),
    contextTokens: number('context.tokens'),
    contextRelevance: number('context.relevance'),
    historyTokens: number('history.tokens'),
    budgetsEnabled: read('budgets.enabled', flag),
    budgetOutputTokens: number('budgets.outputTokens'),
    budgetDowngradeTo: modelName('budgets.downgradeTo'),
    fallbackChain: modelNames('fallback.chain'),
    timeoutSeconds: number('request.timeoutSeconds'),
    deadlineSeconds: number('request.deadlineSeconds'),
    attempts: number('request.attempts'),
    cascadeShow: read('cascade.show', oneOf<CascadeShow>(['provisional', 'held'])),
    cascadeCommand: read('cascade.command', parseCommand),
    outputDirective: read('output.directive', flag),
    assumedOutputTokens: number('estimate.outputTokens'),
    promptLimitMegabytes: number('prompt.limitMegabytes'),
    codeLens: read('codeLens.enabled', flag),
    compressionSuggest: read('compression.suggest', oneOf<'none' | Risk>(['none', ...RISKS])),
    compressionMinimumTokens: number('compression.minimumTokens'),
    compressionRulesOff: read('compression.rules', parseRulesOff),
    lightbulb: read('snippets.lightbulb', flag),
    sectionCodeLens: read('codeLens.sections', flag),
    inlayHints: read('inlayHints.enabled', flag),
    statusBar: read('statusBar.enabled', flag),
    logLevel: shared('log.level', oneOf<LogLevel>(['error', 'warn', 'info', 'debug'])),
  };
  return { settings, problems };
}

/** The settings with every default, as a new installation has them. */
export const defaultSettings = (): Settings => parseSettings({}).settings;

function definitionOf(key: string): SettingDefinition {
  const definition = SETTINGS.find((candidate) => candidate.key === key);
  if (definition === undefined) throw new TypeError(`no setting "${key}" in the table`);
  return definition;
}

/** `cache.enabled` in `{ cache: { enabled } }` or in `{ "cache.enabled": … }`. */
function lookUp(source: Unknown, key: string): unknown {
  if (key in source) return source[key];
  let value: unknown = source;
  for (const part of key.split('.')) value = isObject(value) ? value[part] : undefined;
  return value;
}

function parseProviders(value: unknown): ProviderSettings[] {
  const providers = list(value).map((entry, index) => within(`[${index}]`, () => parseProvider(entry)));
  const names = providers.map((provider) => provider.name.toLowerCase());
  const twice = providers.find((provider, index) => names.indexOf(provider.name.toLowerCase()) !== index);
  if (twice !== undefined) throw new Error(`names "${twice.name}" twice`);
  return providers;
}

function parseProvider(value: unknown): ProviderSettings {
  const entry = object(value);
  const baseUrl = within('.baseUrl', () => httpUrl(entry['baseUrl']));
  const simulated = optional(entry['simulated'], flag) ?? false;
  return {
    name: within('.name', () => nonEmpty(entry['name'])),
    baseUrl,
    models: within('.models', () => list(entry['models']).map(parseModel)),
    keyEnvironment: optional(entry['keyEnvironment'], nonEmpty),
    needsKey: optional(entry['needsKey'], flag) ?? !(simulated || isLoopback(baseUrl)),
    pricedAs: optional(entry['pricedAs'], nonEmpty),
    alternatives: within('.alternatives', () =>
      (optional(entry['alternatives'], list) ?? []).map((url, index) =>
        within(`[${index}]`, () => httpUrl(url)),
      ),
    ),
    free: optional(entry['free'], flag) ?? false,
    firstTokenSeconds: within('.firstTokenSeconds', () =>
      optional(entry['firstTokenSeconds'], (seconds) => inRange(seconds, 0.05, 3600, false)),
    ),
    simulated,
  };
}

function parseModel(value: unknown): ModelSettings {
  if (typeof value === 'string') return { id: nonEmpty(value), contextTokens: null, encoding: null };
  const entry = object(value);
  return {
    id: nonEmpty(entry['id']),
    contextTokens: optional(entry['contextTokens'], (tokens) =>
      inRange(tokens, 1, Number.MAX_SAFE_INTEGER, true),
    ),
    encoding: optional(entry['encoding'], nonEmpty),
    ...within('.lacks', () => {
      const lacks = optional(entry['lacks'], list)?.map(oneOf<Ability>(ABILITIES)) ?? [];
      return lacks.length === 0 ? {} : { lacks };
    }),
  };
}

function parsePrices(value: unknown): Record<string, PriceOverride> {
  const price = (dollars: unknown) => inRange(dollars, 0, 1_000_000, false);
  const entries = Object.entries(object(value)).map(([model, raw]) =>
    within(`["${model}"]`, () => {
      const entry = object(raw);
      const override: PriceOverride = {
        input: price(entry['input']),
        output: price(entry['output']),
        cachedInput: optional(entry['cachedInput'], price),
        cacheWrite: optional(entry['cacheWrite'], price),
      };
      return [model, override] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** True when the URL's host is this machine. */
export function isLoopback(url: string): boolean {
  const host = new URL(url).hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

const parseRulesOff = (value: unknown): readonly string[] =>
  Object.entries(object(value)).flatMap(([rule, on]) =>
    within(`["${rule}"]`, () => flag(on)) ? [] : [rule],
  );

function parseCommand(value: unknown): CommandSettings | null {
  if (value === null) return null;
  const { command, timeoutSeconds, maxOutputKilobytes } = object(value);
  // An argument may be empty or begin with a space; a program may not.
  const words = within('.command', () =>
    list(command).map((word, index) =>
      within(`[${index}]`, () => (index > 0 && typeof word === 'string' ? word : nonEmpty(word))),
    ),
  );
  if (words.length === 0) throw new Error('.command is empty');
  return {
    command: words,
    timeoutSeconds: within(
      '.timeoutSeconds',
      () => optional(timeoutSeconds, (seconds) => inRange(seconds, 1, 3600, false)) ?? 120,
    ),
    maxOutputKilobytes: within(
      '.maxOutputKilobytes',
      () => optional(maxOutputKilobytes, (kilobytes) => inRange(kilobytes, 1, 10_240, false)) ?? 64,
    ),
  };
}

function parseTiers(value: unknown): Record<string, Tier> {
  const entries = Object.entries(object(value));
  return Object.fromEntries(
    entries.map(([model, tier]) => within(`["${model}"]`, () => [model, oneOf<Tier>(TIERS)(tier)])),
  );
}

function parseHoursByKind(value: unknown): Partial<Record<TaskKind, number>> {
  return Object.fromEntries(
    Object.entries(object(value)).map(([kind, hours]) =>
      within(`.${kind}`, () => [oneOf(TASK_KINDS)(kind), inRange(hours, 0, 87_600, false)]),
    ),
  );
}

function parseStages(value: unknown): Set<SwitchableStage> {
  const off = new Set<SwitchableStage>();
  for (const [name, on] of Object.entries(object(value))) {
    const stage = within(`.${name}`, () => switchableStage(name));
    if (!within(`.${name}`, () => flag(on))) off.add(stage);
  }
  return off;
}
