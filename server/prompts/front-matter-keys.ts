/** Farthing's own keys of a front matter: the list that `front-matter.ts` reads, with what a person is told of each. */
import { CACHE_MODES } from '../../protocol/messages.ts';
import { AUTO, PREFERENCES, TIERS } from '../../protocol/routing.ts';
import { SWITCHABLE_STAGES } from '../../protocol/switchable-stages.ts';
import { TASK_KINDS } from '../../protocol/task-kind.ts';
import { RULES } from './compression/rules.ts';

/** A key below `farthing:`, which may also be written `farthing.<name>:`. */
export interface FrontMatterKey {
  readonly name: string;
  /** Markdown: what it says and what it takes. */
  readonly description: string;
  /** Its values, each with what it means; "" where the word says it. Empty for a key with values of one's own. */
  readonly values: readonly FrontMatterValue[];
  /** True where a value is a model. */
  readonly isModel: boolean;
}

/** A value that a key may have. */
export interface FrontMatterValue {
  readonly name: string;
  readonly description: string;
}

const key = (
  name: string,
  description: string,
  values: readonly (string | FrontMatterValue)[] = [],
  isModel = false,
): FrontMatterKey => ({
  name,
  description,
  values: values.map((value) => (typeof value === 'string' ? { name: value, description: '' } : value)),
  isModel,
});

const meaning = (name: string, description: string): FrontMatterValue => ({ name, description });

const TRUE_OR_FALSE = ['true', 'false'];

const CACHE_WORDS: Readonly<Record<(typeof CACHE_MODES)[number], string>> = {
  use: 'Gives a kept answer, and keeps new ones.',
  refresh: 'Asks anew, and keeps the answer in the place of the old one.',
  bypass: 'Asks anew, and leaves the cache as it is.',
  only: 'Gives a kept answer, or says that there is none; sends nothing.',
};

const PREFERENCE_WORDS: Readonly<Record<(typeof PREFERENCES)[number], string>> = {
  frugal: 'The cheapest model that is more likely to do than not.',
  balanced: 'The cheapest model that will probably do.',
  best: 'Only models that very probably do.',
};

/** THE LIST, in the order of README's table. */
export const FRONT_MATTER_KEYS: readonly FrontMatterKey[] = [
  key(
    'model',
    "The model, or a list of them in order of preference; before VS Code's own `model`. `auto`: Farthing chooses.",
    [meaning(AUTO, 'Farthing chooses the cheapest model that will do.')],
    true,
  ),
  key('tier', 'How capable the model should be, where none is named.', TIERS),
  key(
    'preference',
    'What weighs more in choosing a model, where none is named.',
    PREFERENCES.map((one) => meaning(one, PREFERENCE_WORDS[one])),
  ),
  key('maxTokens', 'The most tokens of the answer, a whole number from 1; a budget holds exactly that.'),
  key('temperature', 'A number from 0 to 2.'),
  key(
    'cache',
    'What the cache may do with its calls.',
    CACHE_MODES.map((one) => meaning(one, CACHE_WORDS[one])),
  ),
  key('cacheHours', 'How many hours its answers are given again, a number from 0; before the settings.'),
  key('kind', 'The kind of task, on which depends how long answers are kept.', TASK_KINDS),
  key('version', 'A word or a number; raise it, and old answers are not given again.'),
  key('tags', 'Words by which the ledger and budgets know its calls: a text with commas, or a list.'),
  key('off', 'Steps of the pipeline to leave out: a text with commas, or a list.', [
    ...Object.entries(SWITCHABLE_STAGES).map(([name, what]) => meaning(name, what)),
    meaning('budget', 'Hold calls in the budgets that do not refuse.'),
  ]),
  key(
    'fallback',
    'Models to go to when its own fails, in this order, before the setting; `[]` for none.',
    [],
    true,
  ),
  key(
    'expect',
    'What the answer must be, or a more capable model is asked: `matches` (a regular expression), `fields` (keys of its JSON, or headings), `minLength` and `maxLength` in characters.',
  ),
  key(
    'compress',
    '`true`: all of its text may be written shorter before it is sent, by the lossless rules.',
    TRUE_OR_FALSE,
  ),
  key('rulesOff', 'Compression rules that suggest nothing in this file: a text with commas, or a list.', [
    meaning('all', 'Every rule.'),
    ...RULES.map(({ id, title }) => meaning(id, title)),
  ]),
  key(
    'check',
    '`true`: an answer that changes files has to pass the command of `farthing.cascade.command`.',
    TRUE_OR_FALSE,
  ),
];

/** The key of a name, without "farthing." in front; null for none of ours. */
export const frontMatterKey = (name: string): FrontMatterKey | null =>
  FRONT_MATTER_KEYS.find((one) => one.name === name) ?? null;
