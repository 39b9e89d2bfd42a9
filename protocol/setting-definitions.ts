/**
 * Every setting of Farthing, once: the manifest's configuration is generated from this list (a test holds the two
 * together), and `parseSettings` takes the defaults from it.
 */
import { RISKS } from './compression.ts';
import { PREFERENCES, TIERS } from './routing.ts';
import { SWITCHABLE_STAGES } from './switchable-stages.ts';
import { TASK_KINDS } from './task-kind.ts';

/** JSON schema of a setting, as VS Code's settings editor reads it. */
export type Schema = Readonly<Record<string, unknown>>;

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
      description:
        'Models to use: ids, or objects with an id, contextTokens, encoding, and in lacks what the model does not take.',
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
              lacks: {
                type: 'array',
                items: { type: 'string', enum: ['tools', 'schema'] },
                description:
                  'What it does not take: tools, or a form of the answer (schema). Such calls are not given to it where Farthing chooses the model.',
              },
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

/** Settings of the daemon and not of a window: the value that was written last holds for all. */
export const DAEMON_WIDE: ReadonlySet<string> = new Set(['cache.megabytes', 'log.level']);

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
      'Model for prompts that name none: `model` or `provider/model`, or `auto` for the cheapest of all that will do. Empty: the first model of the first provider.',
    schema: { type: 'string', default: '' },
  },
  {
    key: 'routing.preference',
    scope: 'resource',
    restricted: false,
    description: 'What weighs more where Farthing chooses the model (`farthing.model` is `auto`).',
    schema: {
      type: 'string',
      enum: [...PREFERENCES],
      enumDescriptions: [
        'The price: the cheapest model that is more likely to do than not.',
        'Both: the cheapest model that will probably do; where that is uncertain, one tier up.',
        'The answer: the cheapest of the most capable models that there are.',
      ],
      default: 'balanced',
    },
  },
  {
    key: 'routing.tiers',
    scope: 'machine',
    restricted: true,
    description:
      'How capable your models are, where Farthing knows it wrongly or not at all: `model` or `provider/model` to `local`, `small`, `middle` or `frontier`.',
    schema: {
      type: 'object',
      additionalProperties: { type: 'string', enum: [...TIERS] },
      default: {},
    },
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
      'Model for calls that a budget downgrades: `model` or `provider/model`. Empty: the cheapest of the same provider that can take the call.',
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
      'The most that kept answers may take on the disk. Beyond it those go first that saved the fewest tokens. What is set here holds for every window and for the command line until it is set anew.',
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
    key: 'context.tokens',
    scope: 'resource',
    restricted: false,
    description:
      'Tokens that the context of a call may have, which is what its prompt marks with `<context>`. Beyond them what is least relevant to the question is left out, unless the provider’s prefix cache makes all of it cheaper; 0: never.',
    schema: { type: 'integer', minimum: 0, maximum: 10_000_000, default: 24_000 },
  },
  {
    key: 'context.relevance',
    scope: 'resource',
    restricted: false,
    description:
      'Sentences and declarations of marked context are left out, however much room there is, where their relevance to the question, told by words, is below this share of the most relevant one; 0: none for that.',
    schema: { type: 'number', minimum: 0, maximum: 1, default: 0 },
  },
  {
    key: 'history.tokens',
    scope: 'resource',
    restricted: false,
    description:
      'Tokens that a conversation may have. Beyond them a summary stands for its oldest turns, or nothing where that does not pay; system messages, pinned turns and the newest turn stay; 0: never.',
    schema: { type: 'integer', minimum: 0, maximum: 10_000_000, default: 16_000 },
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
    key: 'cascade.show',
    scope: 'resource',
    restricted: false,
    description:
      'When an answer appears that is checked and may be asked for again of a better model, as under `auto`.',
    schema: {
      type: 'string',
      enum: ['provisional', 'held'],
      enumDescriptions: [
        'As it comes. One that does not pass is taken back, and the answer of the better model takes its place.',
        'When it has passed: it does not stream.',
      ],
      default: 'provisional',
    },
  },
  {
    key: 'cascade.command',
    scope: 'machine',
    restricted: true,
    description:
      'A command that an answer which changes files has to pass, such as type checks or tests, for prompts that say `farthing: { check: true }`. It runs in a copy of a trusted workspace, without a shell and without keys, but with your rights: it runs what the answer wrote.',
    schema: {
      type: ['object', 'null'],
      required: ['command'],
      additionalProperties: false,
      properties: {
        command: {
          type: 'array',
          items: { type: 'string' },
          minItems: 1,
          description: 'The program and its arguments, each by itself: ["npm", "test"].',
        },
        timeoutSeconds: {
          type: 'number',
          minimum: 1,
          maximum: 3600,
          default: 120,
          description:
            'After this many seconds it is ended with all that it started, and the answer does not pass.',
        },
        maxOutputKilobytes: {
          type: 'number',
          minimum: 1,
          maximum: 10_240,
          default: 64,
          description: 'How much of the end of its output is kept in memory while it runs.',
        },
      },
      default: null,
    },
  },
  {
    key: 'output.directive',
    scope: 'resource',
    restricted: false,
    description:
      'Add a sentence on the length of the answer to a prompt of a kind that needs no long one (all but `answer`) and that says nothing of it itself.',
    schema: { type: 'boolean', default: false },
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
    key: 'codeLens.sections',
    scope: 'resource',
    restricted: false,
    description: 'Show above each message and section of a prompt how many tokens it has, and their share.',
    schema: { type: 'boolean', default: true },
  },
  {
    key: 'inlayHints.enabled',
    scope: 'resource',
    restricted: false,
    description: 'Show at the end of the first line of each example in a prompt how many tokens it has.',
    schema: { type: 'boolean', default: true },
  },
  {
    key: 'compression.suggest',
    scope: 'resource',
    restricted: false,
    description:
      'Which places of a prompt that could be shorter are hinted at in the editor: none, those that the model reads the same without (lossless), wording as well (low), or those for you to judge, too (review). **Farthing: Compress Prompt…** lists all.',
    schema: { type: 'string', enum: ['none', ...RISKS], default: 'review' },
  },
  {
    key: 'compression.minimumTokens',
    scope: 'resource',
    restricted: false,
    description:
      'A place that would save fewer tokens is not hinted at; **Compress Prompt…** takes it all the same.',
    schema: { type: 'number', minimum: 1, default: 2 },
  },
  {
    key: 'compression.rules',
    scope: 'resource',
    restricted: false,
    description:
      'Compression rules by name, such as "politeness": false switches one off. A prompt switches rules off in its front matter, `farthing: { rulesOff: [politeness] }`, any Markdown file with `<!-- farthing-rules-off: politeness -->`; "all" is all of them.',
    schema: { type: 'object', additionalProperties: { type: 'boolean' }, default: {} },
  },
  {
    key: 'snippets.lightbulb',
    scope: 'window',
    restricted: false,
    description: 'Offer "Fix with Farthing" in the lightbulb of what a compiler or linter reports.',
    schema: { type: 'boolean', default: false },
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
