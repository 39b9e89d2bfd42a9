/**
 * Prompty, versions 1 and 2: a front matter with the model and its parameters, and role lines in the body.
 * Specification: https://prompty.ai.
 */
import { isObject } from '../../../protocol/read-value.ts';
import type { FrontMatterDialect } from '../front-matter.ts';
import type { RoleReader } from '../roles.ts';
import { placeRoles } from '../roles.ts';
import type { Entry } from '../yaml-entries.ts';
import type { PromptFormat } from './format.ts';
import { readMarkdown } from './markdown-document.ts';
import {
  isOwnOption,
  modelEntries,
  parameterEntries,
  preferOwn,
  valueText,
  valueTexts,
} from './model-parameters.ts';
import { withUnresolved } from './unresolved-tags.ts';

const KEYS = [
  ...['authors', 'tags', 'version', 'base', 'model', 'sample', 'inputs', 'outputs', 'template', 'tools'],
  ...[
    'metadata',
    'kind',
    'displayName',
    'instructions',
    'inputSchema',
    'outputSchema',
    'additional_instructions',
  ],
];

/** As in a prompt file; `${env:NAME}` and `${file:path}` stay as they are written, for nothing is read. */
export const prompty: PromptFormat = {
  id: 'prompty',
  title: 'Prompty',
  matches: ({ path, languageId }) => languageId === 'prompty' || /\.prompty$/i.test(path),
  read(file) {
    const values: Values = { samples: {}, defaults: {} };
    const dialect: FrontMatterDialect = {
      known: KEYS,
      translate: (entries) => {
        Object.assign(values, valuesOf(entries));
        return preferOwn(entries, entries.flatMap(translate));
      },
    };
    const place = (body: string) => placeRoles(body, roleOf);
    const document = readMarkdown(file, { format: 'prompty', use: 'run', dialect, place });
    return withUnresolved({ ...document, ...values });
  },
};

function translate(entry: Entry): readonly Entry[] {
  const { key, value, line } = entry;
  if (isOwnOption(key)) return [];
  if (key !== 'model') return [entry];
  if (!isObject(value)) return modelEntries(value, line);
  const configuration = isObject(value['configuration']) ? value['configuration'] : {};
  const named = [
    value['id'],
    configuration['azure_deployment'],
    configuration['name'],
    configuration['model'],
  ];
  const name = named.find((one) => typeof one === 'string' && one !== '' && !/[{}$]/.test(one));
  const parameters = [value['parameters'], value['options']].map((one) => parameterEntries(one, line));
  return [...modelEntries(name, line), ...(parameters.find((one) => one.length > 0) ?? [])];
}

interface Values {
  samples: Readonly<Record<string, string>>;
  defaults: Readonly<Record<string, string>>;
}

/** Version 1 has a map `sample` and a map of inputs, version 2 a list of inputs with their defaults and examples. */
function valuesOf(entries: readonly Entry[]): Values {
  const valueAt = (key: string) => entries.find((entry) => entry.key === key)?.value;
  const inputs = valueAt('inputs');
  const list: readonly (readonly [unknown, unknown])[] = Array.isArray(inputs)
    ? inputs.map((input: unknown) => [isObject(input) ? input['name'] : null, input])
    : isObject(inputs)
      ? Object.entries(inputs)
      : [];
  const samples: Record<string, string> = {};
  const defaults: Record<string, string> = {};
  for (const [name, input] of list) {
    if (typeof name !== 'string') continue;
    // The short form of version 1 gives a value in place of a description.
    const described = isObject(input) ? input : { sample: input };
    const sample = valueText(described['sample'] ?? described['example']);
    const standard = valueText(described['default']);
    if (sample !== null) samples[name] = sample;
    if (standard !== null) defaults[name] = standard;
  }
  return { samples: { ...samples, ...valueTexts(valueAt('sample')) }, defaults };
}

/** Prompty also allows a "#" and attributes: `# system:`, `user[name="ada"]:`. */
const roleOf: RoleReader = (line) => {
  const found = /^\s*#?\s*(system|developer|user|assistant|function|tool)\s*(?:\[[^\]]*\])?\s*:\s*$/i.exec(
    line,
  );
  const role = found?.[1]?.toLowerCase();
  if (role === undefined) return null;
  const rest = line.length;
  if (role === 'system' || role === 'developer') return { role: 'system', rest };
  return { role: role === 'assistant' ? 'assistant' : 'user', rest };
};
