/** The settings as the program uses them, parsed from whatever an editor or a file says. */
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
import { SETTINGS, type SettingDefinition } from './setting-definitions.ts';
import { type SwitchableStage, switchableStage } from './switchable-stages.ts';
import { TASK_KINDS, type TaskKind } from './task-kind.ts';

/** One model of a provider, as the user configured it. */
export interface ModelSettings {
  /** The id sent to the provider. */
  readonly id: string;
  /** Tokens of its context window; null: taken from the price table, if it is there. */
  readonly contextTokens: number | null;
  /** Encoding to count with; null: chosen by the model's id. */
  readonly encoding: string | null;
}

/** Where the cache finds answers: in all of the user's, or only in those given in the same workspace. */
export type CacheSharing = 'user' | 'workspace';

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

/** The settings of one connection, parsed and complete. */
export interface Settings {
  readonly providers: readonly ProviderSettings[];
  /** "" for the first model of the first provider; else "model" or "provider/model". */
  readonly model: string;
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
  readonly cacheMegabytes: number;
  /** 0: a cached answer comes at once. */
  readonly cacheReplayTokensPerSecond: number;
  readonly budgetsEnabled: boolean;
  readonly budgetOutputTokens: number;
  /** "" for the cheapest of the same provider; else "model" or "provider/model". */
  readonly budgetDowngradeTo: string;
  /** "provider/model" or "model", in the order they are tried. */
  readonly fallbackChain: readonly string[];
  readonly timeoutSeconds: number;
  readonly deadlineSeconds: number;
  readonly attempts: number;
  readonly assumedOutputTokens: number;
  readonly promptLimitMegabytes: number;
  readonly codeLens: boolean;
  readonly statusBar: boolean;
  readonly logLevel: LogLevel;
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

  const read = <Value>(key: string, parse: (value: unknown) => Value): Value => {
    const definition = definitionOf(key);
    const fallback = definition.schema['default'];
    const value = lookUp(source, key);
    if (value === undefined || value === null) return parse(fallback);
    try {
      return parse(value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // The default endpoint is not what somebody meant who wrote others: a prompt must not go there by a slip.
      const instead = key === 'providers' ? [] : fallback;
      const until = key === 'providers' ? 'No provider is used' : 'Its default is used';
      problems.push({
        key: `farthing.${key}`,
        message: `${at(`farthing.${key}`, why)}. ${until} until it is mended.`,
      });
      return parse(instead);
    }
  };
  const number = (key: string) =>
    read(key, (value) => {
      const { minimum, maximum, type } = definitionOf(key).schema as Record<string, number | string>;
      return inRange(value, Number(minimum), Number(maximum), type === 'integer');
    });

  const settings: Settings = {
    providers: read('providers', parseProviders),
    model: read('model', text),
    prices: read('prices', parsePrices),
    baseline: read('baseline', text),
    stagesOff: read('stages', parseStages),
    tags: read('tags', texts),
    cacheHours: number('cache.hours'),
    cacheHoursByKind: read('cache.hoursByKind', parseHoursByKind),
    cacheSharing: read('cache.sharing', oneOf<CacheSharing>(['user', 'workspace'])),
    cacheTemperature: number('cache.temperature'),
    cacheMegabytes: number('cache.megabytes'),
    cacheReplayTokensPerSecond: number('cache.replayTokensPerSecond'),
    budgetsEnabled: read('budgets.enabled', flag),
    budgetOutputTokens: number('budgets.outputTokens'),
    budgetDowngradeTo: read('budgets.downgradeTo', text),
    fallbackChain: read('fallback.chain', texts),
    timeoutSeconds: number('request.timeoutSeconds'),
    deadlineSeconds: number('request.deadlineSeconds'),
    attempts: number('request.attempts'),
    assumedOutputTokens: number('estimate.outputTokens'),
    promptLimitMegabytes: number('prompt.limitMegabytes'),
    codeLens: read('codeLens.enabled', flag),
    statusBar: read('statusBar.enabled', flag),
    logLevel: read('log.level', oneOf<LogLevel>(['error', 'warn', 'info', 'debug'])),
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
