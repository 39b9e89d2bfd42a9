/**
 * Dotprompt: a front matter with Genkit's model and configuration, and a body in Handlebars whose `{{role "system"}}`
 * begins a message. Specification: https://google.github.io/dotprompt.
 */
import type { Message } from '../../../protocol/messages.ts';
import { isObject } from '../../../protocol/read-value.ts';
import { type FrontMatterDialect, findFrontMatter } from '../front-matter.ts';
import { isBlank, splitLines, withoutLineEnd } from '../lines.ts';
import type { RolePlace } from '../roles.ts';
import type { Entry } from '../yaml-entries.ts';
import type { PromptFormat } from './format.ts';
import { readMarkdown } from './markdown-document.ts';
import { isOwnOption, modelEntries, parameterEntries, preferOwn, valueTexts } from './model-parameters.ts';
import { withUnresolved } from './unresolved-tags.ts';

const KEYS = [
  'variant',
  'model',
  'tools',
  'toolChoice',
  'config',
  'input',
  'output',
  'ext',
  'maxTurns',
  'metadata',
];

/** Other tools have files of this name too, so that only those with a front matter are taken. */
export const dotprompt: PromptFormat = {
  id: 'dotprompt',
  title: 'Dotprompt',
  matches: ({ path, languageId, text }) =>
    (languageId === 'dotprompt' || /\.prompt$/i.test(path)) && isObject(findFrontMatter(text)),
  read(file) {
    let defaults: Readonly<Record<string, string>> = {};
    const dialect: FrontMatterDialect = {
      known: KEYS,
      translate: (entries) => {
        const input = entries.find(({ key }) => key === 'input')?.value;
        defaults = isObject(input) ? valueTexts(input['default']) : {};
        return preferOwn(entries, entries.flatMap(translate));
      },
    };
    const document = readMarkdown(file, { format: 'dotprompt', use: 'run', dialect, place: placeTags });
    // A prompt that is run by itself has no history.
    return withUnresolved({ ...document, defaults: { history: '', ...defaults } });
  },
};

function translate(entry: Entry): readonly Entry[] {
  const { key, value, line } = entry;
  if (isOwnOption(key)) return [];
  if (key === 'config') return parameterEntries(value, line);
  return key === 'model' ? modelEntries(value, line) : [entry];
}

const ROLE_TAG = /\{\{[ \t]*role[ \t]+["']([a-z]{1,20})["'][ \t]*\}\}/g;

/** The messages between role tags; what is above the first is the user's, blank lines around them are dropped. */
function placeTags(body: string): readonly RolePlace[] {
  const places: RolePlace[] = [];
  let role: Message['role'] = 'user';
  let roleLine: number | null = null;
  let from = 0;
  const close = (to: number) => {
    const place = trimmed(body, from, to);
    if (place !== null) places.push({ role, roleLine, ...place });
  };
  for (const { index, 0: tag, 1: name } of body.matchAll(ROLE_TAG)) {
    close(index);
    role = name === 'system' ? 'system' : name === 'model' || name === 'assistant' ? 'assistant' : 'user';
    roleLine = index;
    from = index + tag.length;
  }
  close(body.length);
  return places;
}

function trimmed(
  body: string,
  from: number,
  to: number,
): Pick<RolePlace, 'start' | 'end' | 'content'> | null {
  let start: number | null = null;
  let end = from;
  let at = from;
  for (const line of splitLines(body.slice(from, to))) {
    if (!isBlank(line)) {
      start ??= at;
      end = at + withoutLineEnd(line).length;
    }
    at += line.length;
  }
  return start === null ? null : { start, end, content: body.slice(start, end) };
}
