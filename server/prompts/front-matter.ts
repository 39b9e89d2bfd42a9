/**
 * The front matter of a prompt file, as VS Code writes it, with Farthing's own options under `farthing:`. VS Code
 * validates its own keys, so nothing here says it again; only what changes a run is noted.
 */
import { FarthingError } from '../../protocol/errors.ts';
import { CACHE_MODES, type CacheMode, type PromptNote } from '../../protocol/messages.ts';
import { isAutoName, PREFERENCES, type Preference, TIERS, type Tier } from '../../protocol/routing.ts';
import { SWITCHABLE_STAGES, type SwitchableStage } from '../../protocol/switchable-stages.ts';
import { TASK_KINDS, type TaskKind } from '../../protocol/task-kind.ts';
import type { Expectation } from '../pipeline/stage.ts';
import { type ExpectationReading, readExpectation } from './expectation.ts';
import { isBlank, splitLines } from './lines.ts';
import { type Entry, readEntries } from './yaml-entries.ts';

/** One model, or several in order of preference. */
export type RequestedModel = string | readonly string[];

/** What a front matter says. Null where it says nothing, or something of the wrong type. */
export interface FrontMatter {
  readonly name: string | null;
  readonly description: string | null;
  /** `farthing.model`, or else VS Code's own `model`, whose names are those of its model picker. */
  readonly model: RequestedModel | null;
  /** `farthing.tier`: how capable the model should be, where none is named. */
  readonly tier: Tier | null;
  /** `farthing.preference`: what to weigh more in choosing one. */
  readonly preference: Preference | null;
  /** `agent`, or `mode`, as older files call it. */
  readonly agent: string | null;
  readonly tools: readonly string[];
  readonly argumentHint: string | null;
  /** `farthing.maxTokens`: most tokens of an answer. */
  readonly maxTokens: number | null;
  /** `farthing.temperature`, 0 to 2. */
  readonly temperature: number | null;
  /** `farthing.cache`. */
  readonly cache: CacheMode | null;
  /** `farthing.cacheHours`: how long its answers are given again. */
  readonly cacheHours: number | null;
  /** `farthing.kind`: the kind of task. */
  readonly kind: TaskKind | null;
  /** `farthing.version`: a word or number; raising it leaves old answers behind. */
  readonly version: string | null;
  /** `farthing.tags`. */
  readonly tags: readonly string[];
  /** `farthing.off`: steps of the pipeline to leave out; "budget" leaves out the budgets that do not refuse. */
  readonly off: readonly PromptSwitch[];
  /** `farthing.fallback`: models to go to when its own fails, instead of the setting's; empty for none at all. */
  readonly fallback: readonly string[] | null;
  /** `farthing.expect`: what an answer must be. */
  readonly expect: Expectation | null;
  /** `farthing.compress`: its author lets lossless rules shorten all of its text before it is sent. */
  readonly compress: boolean;
  /** `farthing.rulesOff`: compression rules that suggest nothing here, by name; "all" for all of them. */
  readonly rulesOff: readonly string[];
  /** `farthing.check`: the user's own command is to pass on the answer. Which one is never for a file to say. */
  readonly check: boolean;
  /** Every other key with its value, those that only VS Code uses included. */
  readonly extra: ReadonlyMap<string, unknown>;
}

/** What a prompt file can leave out. */
export type PromptSwitch = SwitchableStage | 'budget';

/** Where the front matter of a file lies. */
export interface FrontMatterPlace {
  readonly yaml: string;
  /** Line of the closing `---`, counted from 0; the opening one is line 0. */
  readonly lastLine: number;
  /** UTF-16 offset of what follows the closing line. */
  readonly bodyOffset: number;
}

/** A front matter that was read, with what was noticed and, where it is not valid, why. */
export interface FrontMatterReading {
  readonly frontMatter: FrontMatter;
  readonly notes: readonly PromptNote[];
  readonly problem: FarthingError | null;
}

const USED = [
  ...['name', 'description', 'model', 'agent', 'mode', 'tools', 'argument-hint'],
  ...[
    'farthing.model',
    'farthing.maxTokens',
    'farthing.temperature',
    'farthing.cache',
    'farthing.cacheHours',
  ],
  ...[
    'farthing.tier',
    'farthing.preference',
    'farthing.kind',
    'farthing.version',
    'farthing.tags',
    'farthing.off',
    'farthing.fallback',
  ],
  'farthing.expect',
  'farthing.compress',
  'farthing.rulesOff',
  'farthing.check',
];

const SWITCHES = ['budget', ...Object.keys(SWITCHABLE_STAGES)] as readonly PromptSwitch[];

/** Keys that VS Code knows in prompts, instructions, agents and skills, and that mean nothing to a run. */
const KNOWN_TO_VS_CODE = [
  ...['applyTo', 'reasoning-effort', 'handoffs', 'target', 'agents', 'hooks', 'user-invocable'],
  ...['disable-model-invocation', 'github', 'license', 'compatibility', 'metadata', 'context'],
];

/** A line of more spaces than this opens no front matter. */
const MOST_OF_OPENING = 200;

const isDelimiter = (line: string) => /^---\s*$/.test(line);

/**
 * Finds the front matter between two lines `---`, the first of which begins the file (a byte order mark may come
 * before it). "unclosed" when the second is not there, null when there is none at all.
 */
export function findFrontMatter(text: string): FrontMatterPlace | 'unclosed' | null {
  if (!/^\uFEFF?---\s*(?:[\r\n]|$)/.test(text.slice(0, MOST_OF_OPENING))) return null;
  const lines = splitLines(text);
  const opening = lines[0] ?? '';
  if (!isDelimiter(opening.replace(/^\uFEFF/, ''))) return null;
  const lastLine = lines.findIndex((line, index) => index > 0 && isDelimiter(line));
  if (lastLine === -1) return 'unclosed';
  const yaml = lines.slice(1, lastLine).join('');
  return { yaml, lastLine, bodyOffset: opening.length + yaml.length + (lines[lastLine] ?? '').length };
}

/** How another format than VS Code's writes a front matter. */
export interface FrontMatterDialect {
  /** Its keys as VS Code and Farthing would have them (`model`, `farthing.maxTokens`); left out what means nothing here. */
  readonly translate: (entries: readonly Entry[]) => readonly Entry[];
  /** Its own keys, which need no note. */
  readonly known: readonly string[];
}

/** Reads the YAML between the delimiters; "" for a file without. Never throws: a fault is the reading's `problem`. */
export function readFrontMatter(yaml: string, dialect?: FrontMatterDialect): FrontMatterReading {
  const read = readEntries(yaml);
  if (read instanceof FarthingError) return { ...readFrontMatter(''), problem: read };
  return readFrontMatterEntries(read, dialect);
}

/** The same of entries that were read from elsewhere. */
export function readFrontMatterEntries(
  read: readonly Entry[],
  dialect?: FrontMatterDialect,
): FrontMatterReading {
  const notes: PromptNote[] = [];
  const translated = dialect === undefined ? read : dialect.translate(read);
  const entries = translated.flatMap((entry) => withOptions(entry));
  const silent = <Value>(key: string, parse: (value: unknown) => Value | null): Value | null =>
    parse(entries.find((entry) => entry.key === key)?.value);
  const noted = <Value>(key: string, expected: string, parse: (value: unknown) => Value | null) => {
    const entry = entries.find((candidate) => candidate.key === key && candidate.value !== null);
    if (entry === undefined) return null;
    const value = parse(entry.value);
    if (value === null)
      notes.push({ line: entry.line, message: `"${key}" is not ${expected}, so it is not used.` });
    return value;
  };
  const usable = (reading: ExpectationReading | null): Expectation | null => {
    const line = entries.find(({ key }) => key === 'farthing.expect')?.line ?? 0;
    notes.push(...(reading?.faults ?? []).map((message) => ({ line, message })));
    return reading?.expect ?? null;
  };
  const frontMatter: FrontMatter = {
    name: silent('name', text),
    description: silent('description', text),
    model:
      noted('farthing.model', 'a text or a list of texts', textOrTexts) ??
      noted('model', 'a text or a list of texts', textOrTexts),
    tier: noted('farthing.tier', `one of ${TIERS.join(', ')}`, oneOf(TIERS)),
    preference: noted('farthing.preference', `one of ${PREFERENCES.join(', ')}`, oneOf(PREFERENCES)),
    agent: silent('agent', text) ?? silent('mode', text),
    tools: silent('tools', commaSeparated) ?? [],
    argumentHint: silent('argument-hint', text),
    maxTokens: noted('farthing.maxTokens', 'a whole number of 1 or more', wholeFromOne),
    temperature: noted('farthing.temperature', 'a number from 0 to 2', temperature),
    cache: noted('farthing.cache', `one of ${CACHE_MODES.join(', ')}`, oneOf(CACHE_MODES)),
    cacheHours: noted('farthing.cacheHours', 'a number of hours from 0', hours),
    kind: noted('farthing.kind', `one of ${TASK_KINDS.join(', ')}`, oneOf(TASK_KINDS)),
    version: noted('farthing.version', 'a word or a number', version),
    tags: noted('farthing.tags', 'a text or a list of texts', commaSeparated) ?? [],
    off: noted('farthing.off', `a list of steps: ${SWITCHES.join(', ')}`, switches) ?? [],
    fallback: noted('farthing.fallback', 'a model or a list of models', modelsOrNone),
    expect: usable(noted('farthing.expect', 'a set of expectations', readExpectation)),
    compress: noted('farthing.compress', 'true or false', trueOrFalse) ?? false,
    rulesOff: noted('farthing.rulesOff', 'a name or a list of names', commaSeparated) ?? [],
    check: noted('farthing.check', 'true or false', trueOrFalse) ?? false,
    extra: new Map(
      entries.filter(({ key }) => !USED.includes(key)).map(({ key, value }) => [key, value] as const),
    ),
  };
  notes.push(...contradictions(frontMatter, entries));
  for (const { key, line } of entries)
    if (![...USED, ...KNOWN_TO_VS_CODE, ...(dialect?.known ?? [])].includes(key))
      notes.push({ line, message: `Unknown front matter key "${key}": kept, not used by Farthing.` });
  return { frontMatter, notes: notes.sort((a, b) => a.line - b.line), problem: null };
}

/** What says that Farthing is to choose a model, beside a model that is named. */
function contradictions({ model, tier, preference }: FrontMatter, entries: readonly Entry[]): PromptNote[] {
  const lineOf = (key: string) => entries.find((entry) => entry.key === key)?.line;
  const named = lineOf('farthing.model');
  if (model === null || [model].flat().some(isAutoName)) return [];
  // VS Code's own `model` may stand beside a tier: it is what other tools use.
  if (tier !== null)
    return named === undefined
      ? []
      : [
          {
            line: named,
            message:
              '"farthing.model" is not used, since "farthing.tier" leaves the choice to Farthing; leave out one of them.',
          },
        ];
  return preference === null
    ? []
    : [
        {
          line: lineOf('farthing.preference') ?? 0,
          message:
            '"farthing.preference" changes nothing, since the prompt names its model; write "auto" for the model, or leave it out.',
        },
      ];
}

/** `farthing: { maxTokens: 800 }` as `farthing.maxTokens: 800`, which may be written as well. */
function withOptions(entry: Entry): Entry[] {
  const { key, value, line } = entry;
  if (key !== 'farthing' || typeof value !== 'object' || Array.isArray(value)) return [entry];
  return Object.entries(value ?? {}).map(([option, own]) => ({
    key: `farthing.${option}`,
    value: own,
    line,
  }));
}

const text = (value: unknown): string | null =>
  typeof value === 'string' && !isBlank(value) ? value.trim() : null;

function texts(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.map(text).filter((item) => item !== null);
  return found.length === value.length && found.length > 0 ? found : null;
}

const textOrTexts = (value: unknown): RequestedModel | null => text(value) ?? texts(value);

const commaSeparated = (value: unknown): readonly string[] | null =>
  texts(typeof value === 'string' ? value.split(',') : value);

const wholeFromOne = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : null;

const trueOrFalse = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

const temperature = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= 2 ? value : null;

const hours = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= 87_600 ? value : null;

const version = (value: unknown): string | null => (typeof value === 'number' ? String(value) : text(value));

const switches = (value: unknown): readonly PromptSwitch[] | null => {
  const known = (commaSeparated(value) ?? []).map(oneOf(SWITCHES));
  return known.length > 0 && !known.includes(null) ? known.filter((one) => one !== null) : null;
};

const modelsOrNone = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.length === 0 ? [] : commaSeparated(value);

const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (value: unknown): Value | null =>
    values.find((candidate) => candidate === value) ?? null;
