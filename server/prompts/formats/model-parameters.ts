/** What other formats say of the model and the answer, in the words of a prompt file's front matter. */
import { isObject } from '../../../protocol/read-value.ts';
import type { Entry } from '../yaml-entries.ts';

/** Names of one thing in the formats and the providers' APIs that they hand them to. */
const MAX_TOKENS = [
  'maxTokens',
  'max_tokens',
  'maxOutputTokens',
  'max_output_tokens',
  'maxCompletionTokens',
  'max_completion_tokens',
];

/** Entries for the sampling parameters of `value`; what is no number is for its own tool to mend. */
export function parameterEntries(value: unknown, line: number): readonly Entry[] {
  if (!isObject(value)) return [];
  const found: Entry[] = [];
  const { temperature } = value;
  if (typeof temperature === 'number') found.push({ key: 'farthing.temperature', value: temperature, line });
  const limit = MAX_TOKENS.map((name) => value[name]).find((one) => typeof one === 'number');
  if (limit !== undefined) found.push({ key: 'farthing.maxTokens', value: limit, line });
  return found;
}

/** The model's name, or nothing for none and for one that is a variable of the environment. */
export function modelEntries(value: unknown, line: number): readonly Entry[] {
  if (typeof value !== 'string' || value.trim() === '' || /[{}$]/.test(value)) return [];
  const name = value.trim();
  const bare = name.slice(name.lastIndexOf('/') + 1);
  // "openai/gpt-4o" is a name of a hub; the same model may be configured of the provider itself.
  return [{ key: 'model', value: bare === name || bare === '' ? name : [name, bare], line }];
}

/** True for Farthing's own options. */
export const isOwnOption = (key: string): boolean => key === 'farthing' || key.startsWith('farthing.');

/** The given entries with those of Farthing's own options, which are more exact, in place of the others. */
export function preferOwn(own: readonly Entry[], translated: readonly Entry[]): readonly Entry[] {
  const options = own.filter(({ key }) => isOwnOption(key));
  const says = (key: string) =>
    options.some(
      (one) =>
        one.key === key || (isObject(one.value) && one.value[key.replace('farthing.', '')] !== undefined),
    );
  return [...translated.filter(({ key }) => !says(key)), ...options];
}

/** Values of variables as texts; what is no text is written as JSON, as templates write it. */
export function valueTexts(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const text = valueText(one);
      return text === null ? [] : [[name, text] as const];
    }),
  );
}

/** One value; null for none, and for what a file or the environment would have to give. */
export function valueText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return /^\$\{(?:env|file):[^{}]*\}$/.test(value.trim()) ? null : value;
  return JSON.stringify(value) ?? null;
}
