/**
 * GitHub Models' `*.prompt.yml`: the model, its parameters and the messages in YAML, with test data whose first row
 * gives example values. Documentation: https://docs.github.com/github-models/use-github-models/storing-prompts-in-github-repositories.
 */
import { isAlias, isMap, isNode, isScalar, isSeq, type YAMLMap } from 'yaml';
import { farthingError } from '../../../protocol/errors.ts';
import type { Message, PromptNote } from '../../../protocol/messages.ts';
import { isObject } from '../../../protocol/read-value.ts';
import { readFrontMatterEntries } from '../front-matter.ts';
import type { PromptDocument } from '../prompt-document.ts';
import type { PromptPart } from '../prompt-part.ts';
import { lineCounter, listSections } from '../prompt-section.ts';
import { listTemplateTags } from '../template-tags.ts';
import type { Entry } from '../yaml-entries.ts';
import { type ParsedYaml, parseYamlFile } from '../yaml-file.ts';
import type { PromptFile, PromptFormat } from './format.ts';
import { isOwnOption, modelEntries, parameterEntries, preferOwn, valueTexts } from './model-parameters.ts';
import { withUnresolved } from './unresolved-tags.ts';
import { opaquePart, scalarPart } from './yaml-scalar.ts';

/** The messages' texts are counted exactly as they are sent. */
export const githubModels: PromptFormat = {
  id: 'github-models',
  title: 'GitHub Models prompt',
  matches: ({ path }) => /\.prompt\.ya?ml$/i.test(path),
  read: (file) => withUnresolved(readFile(file)),
};

const KEYS = ['modelParameters', 'messages', 'testData', 'evaluators', 'responseFormat', 'jsonSchema'];

function readFile({ uri, text }: PromptFile): PromptDocument {
  const parsed = parseYamlFile(text);
  const entries = parsed.entries;
  const dialect = {
    known: KEYS,
    translate: (all: readonly Entry[]) => preferOwn(all, all.flatMap(translate)),
  };
  const { frontMatter, notes } = readFrontMatterEntries(entries, dialect);
  const found = messagesOf(text, parsed);
  const parts = found.parts.map(({ part }) => part);
  const roleOffsets = found.parts.map(({ offset }) => offset);
  const lineAt = lineCounter(text);
  const first = roleOffsets[0];
  const test: unknown = entries.find(({ key }) => key === 'testData')?.value;
  const row: unknown = Array.isArray(test) ? test[0] : null;
  const { expected: _, ...values } = isObject(row) ? row : {};
  const bodyOffset = text.startsWith('\uFEFF') ? 1 : 0;
  return {
    format: 'github-models',
    use: 'run',
    uri,
    text,
    frontMatter,
    frontMatterLines: null,
    body: text.slice(bodyOffset),
    bodyOffset,
    bodyLine: first === undefined ? 0 : lineAt(first),
    messages: parts.map(({ role, start, end, read }) => ({ role, content: read(text.slice(start, end)) })),
    parts,
    sections: listSections(text, parts, roleOffsets),
    links: [],
    templateTags: listTemplateTags(text, parts),
    unresolved: [],
    samples: valueTexts(values),
    defaults: {},
    notes: [...notes, ...found.notes].sort((a, b) => a.line - b.line),
    problem:
      parsed.fault === null
        ? null
        : farthingError('badFrontMatter', { line: parsed.fault.line, detail: parsed.fault.detail }),
  };
}

function translate(entry: Entry): readonly Entry[] {
  const { key, value, line } = entry;
  if (isOwnOption(key)) return [];
  if (key === 'modelParameters') return parameterEntries(value, line);
  return key === 'model' ? modelEntries(value, line) : [entry];
}

interface Placed {
  readonly part: PromptPart;
  /** Where the message begins in the file. */
  readonly offset: number;
}

function messagesOf(
  text: string,
  { document }: ParsedYaml,
): { readonly parts: readonly Placed[]; readonly notes: readonly PromptNote[] } {
  const contents = document?.contents;
  const list = isMap(contents) ? contents.get('messages', true) : null;
  if (!document || !isSeq(list)) return { parts: [], notes: [] };
  const parts: Placed[] = [];
  const notes: PromptNote[] = [];
  const lineAt = lineCounter(text);
  for (const item of list.items) {
    const map = isAlias(item) ? item.resolve(document) : item;
    if (!isMap(map)) continue;
    const offset = (isNode(item) ? item.range?.[0] : undefined) ?? 0;
    const content = partOf(text, map, document);
    if (content === 'unread')
      notes.push({
        line: lineAt(offset),
        message: 'This message has no text as its content, so it is neither counted nor sent. Write a text.',
      });
    else if (content !== null) parts.push({ part: { role: roleOf(map.get('role')), ...content }, offset });
  }
  return { parts, notes };
}

function partOf(
  text: string,
  map: YAMLMap,
  document: NonNullable<ParsedYaml['document']>,
): Omit<PromptPart, 'role'> | null | 'unread' {
  const content = map.get('content', true);
  if (isAlias(content)) {
    const meant = content.resolve(document);
    const value = isScalar(meant) ? meant.value : null;
    const [start, end] = content.range ?? [0, 0];
    return typeof value === 'string' ? opaquePart({ start, end }, text, value) : 'unread';
  }
  if (!isScalar(content)) return 'unread';
  return content.value === null || typeof content.value === 'string' ? scalarPart(text, content) : 'unread';
}

function roleOf(role: unknown): Message['role'] {
  if (role === 'system' || role === 'developer') return 'system';
  return role === 'assistant' ? 'assistant' : 'user';
}
