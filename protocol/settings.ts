/**
 * Every setting of Farthing, once: the manifest's configuration is generated from this list (a test holds the two
 * together), and `parseSettings` turns whatever an editor or a file says into typed values.
 */

/** One model of a provider, as the user configured it. */
export interface ModelSettings {
  /** The id sent to the provider. */
  readonly id: string;
  /** Tokens of its context window; null: taken from the price table, if it is there. */
  readonly contextTokens: number | null;
  /** Encoding to count with; null: chosen by the model's id. */
  readonly encoding: string | null;
}

/** One OpenAI-compatible endpoint. Keys are never part of it. */
export interface ProviderSettings {
  readonly name: string;
  readonly baseUrl: string;
  readonly models: readonly ModelSettings[];
  /** Environment variable to take the key from where no key is stored; null for none. */
  readonly keyEnvironment: string | null;
  /** False for endpoints that need no key, such as a local server. */
  readonly needsKey: boolean;
  /** Id of the provider in the price table; null: found by the base URL. */
  readonly pricedAs: string | null;
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
  readonly cacheEnabled: boolean;
  readonly cacheHours: number;
  readonly timeoutSeconds: number;
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
      'OpenAI-compatible endpoints and their models. Keys are not part of it: use **Farthing: Set API Key**.',
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
    key: 'cache.enabled',
    scope: 'resource',
    restricted: false,
    description: 'Answer a request that was answered before from the cache, for nothing.',
    schema: { type: 'boolean', default: true },
  },
  {
    key: 'cache.hours',
    scope: 'resource',
    restricted: false,
    description: 'How long an answer stays in the cache, in hours.',
    schema: { type: 'number', minimum: 0, maximum: 87_600, default: 168 },
  },
  {
    key: 'request.timeoutSeconds',
    scope: 'resource',
    restricted: false,
    description: 'How long a provider may send nothing before the call ends, in seconds.',
    schema: { type: 'number', minimum: 0.05, maximum: 3600, default: 60 },
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
    cacheEnabled: read('cache.enabled', flag),
    cacheHours: number('cache.hours'),
    timeoutSeconds: number('request.timeoutSeconds'),
    attempts: number('request.attempts'),
    assumedOutputTokens: number('estimate.outputTokens'),
    promptLimitMegabytes: number('prompt.limitMegabytes'),
    codeLens: read('codeLens.enabled', flag),
    statusBar: read('statusBar.enabled', flag),
    logLevel: read('log.level', logLevel),
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

function logLevel(value: unknown): LogLevel {
  const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];
  const level = levels.find((candidate) => candidate === value);
  if (level === undefined) throw new Error(`is none of ${levels.join(', ')}`);
  return level;
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
