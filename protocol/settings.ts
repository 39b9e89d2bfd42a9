/**
 * Every setting of Farthing, once: the manifest's configuration is generated from this list (a test holds the two
 * together), and `parseSettings` turns whatever an editor or a file says into typed values.
 */
import { TASK_KINDS, type TaskKind } from './messages.ts';

/** One model of a provider, as the user configured it. */
export interface ModelSettings {
  /** The id sent to the provider. */
  readonly id: string;
  /** Tokens of its context window; null: taken from the price table, if it is there. */
  readonly contextTokens: number | null;
  /** Encoding to count with; null: chosen by the model's id. */
  readonly encoding: string | null;
}

/** Steps of the pipeline that a user or a prompt file may leave out, with what that means. */
export const SWITCHABLE_STAGES = {
  attribute: 'Note the prompt file, user, workspace, branch and tags of each call in the ledger.',
  exactCache: 'Answer a request that was answered before from the cache, for nothing; keep new answers.',
  singleFlight: 'Let identical calls under way share one answer.',
  fallback: "Try a provider's other endpoints, then farthing.fallback.chain, where one fails.",
  retry: 'Send again after a fault of the network or the provider; pause an endpoint that keeps failing.',
} as const satisfies Record<string, string>;
export type SwitchableStage = keyof typeof SWITCHABLE_STAGES;

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
  /** "" for the cheapest configured model; else "model" or "provider/model". */
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

/** JSON schema of a setting, as VS Code's settings editor reads it. */
type Schema = Readonly<Record<string, unknown>>;

/** One line of the settings table. */
export interface SettingDefinition {
  /** Key below "farthing.". */
  readonly key: string;
  readonly scope: 'machine' | 'application' | 'window' | 'resource';
  /** A repository must not set it before the user trusts the workspace. */
  readonly restricted: boolean;
  readonly description: string;
  readonly schema: Schema;
}

const NULLABLE_STRING: Schema = { type: ['string', 'null'] };
const NULLABLE_NUMBER: Schema = { type: ['number', 'null'], minimum: 0 };

const PROVIDER_SCHEMA: Schema = {
  type: 'object',
  required: ['name', 'baseUrl', 'models'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, description: 'Shown with every answer and used to store its key.' },
    baseUrl: {
      type: 'string',
      pattern: '^https?://',
      description: 'Base URL of an OpenAI-compatible endpoint, for example https://api.openai.com/v1.',
    },
    models: {
      type: 'array',
      description: 'Models to use: ids, or objects with an id, contextTokens and encoding.',
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            required: ['id'],
            additionalProperties: false,
            properties: {
              id: { type: 'string', minLength: 1 },
              contextTokens: NULLABLE_NUMBER,
              encoding: NULLABLE_STRING,
            },
          },
        ],
      },
    },
    keyEnvironment: {
      ...NULLABLE_STRING,
      description: 'Environment variable that holds the key where none is stored.',
    },
    needsKey: {
      type: 'boolean',
      description: 'False for an endpoint that wants no key. Default: true, but false on loopback.',
    },
    pricedAs: {
      ...NULLABLE_STRING,
      description: 'Provider id in the price table; by default it is found by the base URL.',
    },
    alternatives: {
      type: 'array',
      items: { type: 'string', pattern: '^https?://' },
      description: 'Base URLs of further endpoints with the same models and key, tried in this order.',
    },
    free: {
      type: 'boolean',
      description: 'True where requests cost nothing, as on your own hardware.',
    },
    firstTokenSeconds: {
      ...NULLABLE_NUMBER,
      description: 'Seconds to the first word after which a call goes on elsewhere, if it can.',
    },
    simulated: {
      type: 'boolean',
      description: 'True for the simulator: answers are marked and costs kept apart.',
    },
  },
};

const PRICE_SCHEMA: Schema = {
  type: 'object',
  required: ['input', 'output'],
  additionalProperties: false,
  properties: {
    input: { type: 'number', minimum: 0 },
    output: { type: 'number', minimum: 0 },
    cachedInput: NULLABLE_NUMBER,
    cacheWrite: NULLABLE_NUMBER,
  },
};

/** The table of all settings, in the order the settings editor shows them. */
export const SETTINGS: readonly SettingDefinition[] = [
  {
    key: 'providers',
    scope: 'machine',
    restricted: true,
    description:
      'OpenAI-compatible endpoints and their models. **Farthing: Set Up Provider** writes them step by step. Keys are not part of it: use **Farthing: Set API Key**.',
    schema: {
      type: 'array',
      items: PROVIDER_SCHEMA,
      default: [
        {
          name: 'OpenAI',
          baseUrl: 'https://api.openai.com/v1',
          models: ['gpt-5-mini', 'gpt-5-nano', 'gpt-5', 'gpt-4.1-mini', 'gpt-4.1'],
          keyEnvironment: 'OPENAI_API_KEY',
        },
      ],
    },
  },
  {
    key: 'model',
    scope: 'resource',
    restricted: false,
    description:
      'Model for prompts that name none: `model` or `provider/model`. Empty: the first model of the first provider.',
    schema: { type: 'string', default: '' },
  },
  {
    key: 'prices',
    scope: 'machine',
    restricted: true,
    description:
      'Your own prices in dollars per million tokens, by `model` or `provider/model`. They come before the price table.',
    schema: { type: 'object', additionalProperties: PRICE_SCHEMA, default: {} },
  },
  {
    key: 'baseline',
    scope: 'resource',
    restricted: false,
    description:
      'What "saved" is measured against: the same tokens sent straight to this `model` or `provider/model`. Empty: the model that the call asked for.',
    schema: { type: 'string', default: '' },
  },
  {
    key: 'stages',
    scope: 'resource',
    restricted: true,
    description:
      'Steps of the pipeline to leave out. A prompt file may leave them out too: `farthing: { off: [retry] }`.',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(SWITCHABLE_STAGES).map(([name, description]) => [
          name,
          { type: 'boolean', default: true, description },
        ]),
      ),
      default: Object.fromEntries(Object.keys(SWITCHABLE_STAGES).map((name) => [name, true])),
    },
  },
  {
    key: 'tags',
    scope: 'resource',
    restricted: false,
    description: 'Words by which the ledger and budgets know the calls made here. They stay on this machine.',
    schema: { type: 'array', items: { type: 'string', minLength: 1 }, default: [] },
  },
  {
    key: 'budgets.enabled',
    scope: 'machine',
    restricted: true,
    description: 'Keep the budgets and limits of the Budgets view.',
    schema: { type: 'boolean', default: true },
  },
  {
    key: 'budgets.outputTokens',
    scope: 'machine',
    restricted: true,
    description:
      'Output tokens that are held against a budget for a call without a limit of its own. Set `maxTokens` in a prompt file to hold exactly that.',
    schema: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 16_384 },
  },
  {
    key: 'budgets.downgradeTo',
    scope: 'machine',
    restricted: true,
    description:
      'Model for calls that a budget downgrades: `model` or `provider/model`. Empty: the cheapest that is configured and can take the call.',
    schema: { type: 'string', default: '' },
  },
  {
    key: 'cache.hours',
    scope: 'resource',
    restricted: false,
    description: 'How long an answer is given again, in hours.',
    schema: { type: 'number', minimum: 0, maximum: 87_600, default: 168 },
  },
  {
    key: 'cache.hoursByKind',
    scope: 'resource',
    restricted: false,
    description:
      'The same for kinds of task, before `cache.hours`. A prompt file says its kind: `farthing: { kind: extract }`.',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        TASK_KINDS.map((kind) => [kind, { type: 'number', minimum: 0, maximum: 87_600 }]),
      ),
      default: {},
    },
  },
  {
    key: 'cache.sharing',
    scope: 'resource',
    restricted: false,
    description: 'Where the cache finds answers.',
    schema: {
      type: 'string',
      enum: ['user', 'workspace'],
      enumDescriptions: ['In all your answers.', 'Only in those given in the same workspace.'],
      default: 'user',
    },
  },
  {
    key: 'cache.temperature',
    scope: 'resource',
    restricted: false,
    description:
      'The highest temperature at which an answer is kept and given again. Above it only where the prompt file says `farthing: { cache: use }`.',
    schema: { type: 'number', minimum: 0, maximum: 2, default: 1 },
  },
  {
    key: 'cache.megabytes',
    scope: 'machine',
    restricted: false,
    description:
      'The most that kept answers may take on the disk. Beyond it those go first that saved the fewest tokens.',
    schema: { type: 'number', minimum: 1, maximum: 100_000, default: 256 },
  },
  {
    key: 'cache.replayTokensPerSecond',
    scope: 'resource',
    restricted: false,
    description: 'How fast a cached answer is written, in tokens a second; 0: at once.',
    schema: { type: 'number', minimum: 0, maximum: 10_000, default: 0 },
  },
  {
    key: 'fallback.chain',
    scope: 'machine',
    restricted: true,
    description:
      'Models that a call may go to when its own fails or is at capacity: `provider/model`, in this order. Prompts go to them then.',
    schema: { type: 'array', items: { type: 'string', minLength: 1 }, default: [] },
  },
  {
    key: 'request.timeoutSeconds',
    scope: 'resource',
    restricted: false,
    description: 'How long a provider may send nothing before the call ends, in seconds.',
    schema: { type: 'number', minimum: 0.05, maximum: 3600, default: 60 },
  },
  {
    key: 'request.deadlineSeconds',
    scope: 'resource',
    restricted: false,
    description: 'How long a call may take in all, retries included, in seconds.',
    schema: { type: 'number', minimum: 0.05, maximum: 86_400, default: 900 },
  },
  {
    key: 'request.attempts',
    scope: 'resource',
    restricted: false,
    description: 'How often a request is sent when the network or the provider fails; 1 for no second try.',
    schema: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
  },
  {
    key: 'estimate.outputTokens',
    scope: 'resource',
    restricted: false,
    description:
      'Output tokens assumed in an estimate for a prompt that never ran and has no limit of its own.',
    schema: { type: 'integer', minimum: 0, maximum: 1_000_000, default: 400 },
  },
  {
    key: 'prompt.limitMegabytes',
    scope: 'resource',
    restricted: false,
    description:
      'The longest prompt that is sent, in megabytes of UTF-8. A longer one is refused before it costs money.',
    schema: { type: 'number', minimum: 0.001, maximum: 100, default: 8 },
  },
  {
    key: 'codeLens.enabled',
    scope: 'resource',
    restricted: false,
    description: 'Show Run, tokens, estimated cost and model above a prompt.',
    schema: { type: 'boolean', default: true },
  },
  {
    key: 'statusBar.enabled',
    scope: 'window',
    restricted: false,
    description: 'Show the tokens and the cost of one run of the open prompt in the status bar.',
    schema: { type: 'boolean', default: true },
  },
  {
    key: 'log.level',
    scope: 'machine',
    restricted: false,
    description: 'How much the daemon logs. Prompts, answers and keys are never logged.',
    schema: { type: 'string', enum: ['error', 'warn', 'info', 'debug'], default: 'info' },
  },
];

type Unknown = Readonly<Record<string, unknown>>;

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

function within<Value>(place: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(at(place, why));
  }
}

/** "[0]" and ".name is empty" as "[0].name is empty". */
const at = (place: string, why: string): string => (/^[.[]/.test(why) ? `${place}${why}` : `${place} ${why}`);

const isObject = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function object(value: unknown): Unknown {
  if (!isObject(value)) throw new Error('is not an object');
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('is not a list');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('is not a text');
  return value.trim();
}

function nonEmpty(value: unknown): string {
  const trimmed = text(value);
  if (trimmed === '') throw new Error('is empty');
  return trimmed;
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('is neither true nor false');
  return value;
}

const texts = (value: unknown): string[] => [...new Set(list(value).map(nonEmpty))];

const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (value: unknown): Value => {
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) throw new Error(`is none of ${values.join(', ')}`);
    return known;
  };

function parseStages(value: unknown): Set<SwitchableStage> {
  const off = new Set<SwitchableStage>();
  for (const [name, on] of Object.entries(object(value))) {
    const stage = within(`.${name}`, () => switchableStage(name));
    if (!within(`.${name}`, () => flag(on))) off.add(stage);
  }
  return off;
}

/** The stage of this name. Throws where there is none, or where it cannot be left out. */
export const switchableStage = oneOf(Object.keys(SWITCHABLE_STAGES) as SwitchableStage[]);

function parseHoursByKind(value: unknown): Partial<Record<TaskKind, number>> {
  return Object.fromEntries(
    Object.entries(object(value)).map(([kind, hours]) =>
      within(`.${kind}`, () => [oneOf(TASK_KINDS)(kind), inRange(hours, 0, 87_600, false)]),
    ),
  );
}

function httpUrl(value: unknown): string {
  const url = nonEmpty(value);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error('is not an http or https URL');
  return url.replace(/\/+$/, '');
}

function inRange(value: unknown, minimum: number, maximum: number, whole: boolean): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error('is not a number');
  if (whole && !Number.isInteger(value)) throw new Error('is not a whole number');
  if (value < minimum || value > maximum) throw new Error(`is not between ${minimum} and ${maximum}`);
  return value;
}

function optional<Value>(value: unknown, parse: (value: unknown) => Value): Value | null {
  return value === undefined || value === null ? null : parse(value);
}
