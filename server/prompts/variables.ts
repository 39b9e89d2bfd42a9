/**
 * Variables of a prompt: `{{name}}`, and VS Code's `${input:name}`, `${input:name:placeholder}`, `${file}` and the
 * like. They are filled everywhere in the body, code fences included, because VS Code does so.
 *
 * What stays text, as it is written: Handlebars' `{{#if}}`, `{{else}}`, `{{/if}}`, `{{> partial}}` and `{{{raw}}}`;
 * `${{ expression }}` of GitHub Actions; any other `${…}` of a shell or of JavaScript; and whatever has a backslash
 * before it (`\{{name}}`, `\${file}`), backslash included.
 */
import { farthingError } from '../../protocol/errors.ts';
import type { Message, PromptContext, PromptVariable } from '../../protocol/messages.ts';
import { isBlank } from './lines.ts';
import type { PromptDocument } from './prompt-document.ts';

/** What variables are filled with. */
export interface Fillings {
  /** By name, for `{{name}}` and `${input:name}` alike, and for VS Code's own where `context` has none. */
  readonly values?: Readonly<Record<string, string>>;
  readonly context?: PromptContext;
}

/** A prompt with whatever is known filled in. */
export interface PromptPreview {
  /** None where the prompt is empty. */
  readonly messages: readonly Message[];
  /** Variables that stand in `messages` as they are written. */
  readonly missing: readonly PromptVariable[];
}

// Braces end every part, so that a text full of beginnings is read in linear time.
const VARIABLE = new RegExp(
  [
    String.raw`(?<![\\{$])\{\{[ \t]*(?!else[ \t]*\})(?<template>[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_.\-]*)[ \t]*\}\}`,
    String.raw`(?<!\\)\$\{input:(?<input>[^:{}\r\n]+)(?::(?<placeholder>[^{}\r\n]*))?\}`,
    String.raw`(?<!\\)\$\{(?<context>file(?:Basename(?:NoExtension)?|Dirname)?|selection|selectedText|workspaceFolder(?:Basename)?)\}`,
  ].join('|'),
  'gu',
);

/**
 * The variables of a prompt, each once, in the order of their first occurrence. `{{name}}` and `${input:name}` are
 * one variable, since they are filled with one value; its kind is that of the first, its placeholder the first given.
 */
export function listVariables(document: Pick<PromptDocument, 'messages'>): readonly PromptVariable[] {
  const known = listed.get(document.messages);
  if (known !== undefined) return known;
  const variables = new Map<string, PromptVariable>();
  for (const message of document.messages) {
    for (const { variable } of occurrences(message)) {
      const key = `${variable.kind === 'context' ? 'context' : 'asked'} ${variable.name}`;
      const earlier = variables.get(key);
      variables.set(key, {
        ...(earlier ?? variable),
        placeholder: earlier?.placeholder ?? variable.placeholder,
      });
    }
  }
  const all = [...variables.values()];
  listed.set(document.messages, all);
  return all;
}

/** A key press asks for the variables of one reading several times, and messages are never changed. */
const listed = new WeakMap<readonly Message[], readonly PromptVariable[]>();

/** A prompt to be filled; `defaults` fill what has no value, in a run as in a preview. */
export type Fillable = Pick<PromptDocument, 'messages'> &
  Partial<Pick<PromptDocument, 'samples' | 'defaults'>>;

/**
 * The messages to send, with every variable filled in one pass: what looks like a variable in a value stays text.
 * Throws badFrontMatter, missingVariables (also for a `${selection}` that there is not) or emptyPrompt. Messages that
 * are blank once they are filled are left out.
 */
export function fillPrompt(
  document: Fillable & Pick<PromptDocument, 'problem'>,
  fillings: Fillings,
): readonly Message[] {
  if (document.problem !== null) throw document.problem;
  const { messages, missing } = fillPromptForPreview(document, fillings);
  if (missing.length > 0)
    throw farthingError('missingVariables', { names: missing.map(writtenVariable).join(', ') });
  if (messages.length === 0) throw farthingError('emptyPrompt', {});
  return messages;
}

/** The messages with every variable filled that `known` has, the others left as they are written. Never throws. */
export function fillPromptForPreview(document: Fillable, given: Fillings): PromptPreview {
  const known = withDefaults(document, given);
  return { messages: filled(document, known), missing: missingOf(document, known) };
}

const withDefaults = (document: Fillable, given: Fillings): Fillings => ({
  ...given,
  values: { ...document.defaults, ...given.values },
});

const missingOf = (document: Fillable, known: Fillings): readonly PromptVariable[] =>
  listVariables(document).filter((variable) => fillingOf(variable, known) === undefined);

const filled = (document: Fillable, known: Fillings): readonly Message[] =>
  document.messages
    .map((message) => ({ role: message.role, content: substitute(message, known) }))
    .filter(({ content }) => !isBlank(content));

/**
 * The same with what is missing filled with the document's example values, so that the count is that of a likely run,
 * and taken for empty where there is none. `missing` are those without either.
 */
export function fillPromptWithBlanks(document: Fillable, given: Fillings): PromptPreview {
  const known = withDefaults(document, given);
  const missing = missingOf(document, known);
  const samples = document.samples ?? {};
  const sampleOf = (name: string) => (Object.hasOwn(samples, name) ? samples[name] : undefined);
  const blanks = Object.fromEntries(missing.map(({ name }) => [name, sampleOf(name) ?? '']));
  const messages = filled(document, { ...known, values: { ...known.values, ...blanks } });
  return { messages, missing: missing.filter(({ name }) => sampleOf(name) === undefined) };
}

/** `{{language}}`, `${input:topic}` or `${file}`. */
export function writtenVariable({ kind, name }: PromptVariable): string {
  const written = { template: `{{${name}}}`, input: `\${input:${name}}`, context: `\${${name}}` };
  return written[kind];
}

function substitute(message: Message, known: Fillings): string {
  const text = message.content;
  const parts: string[] = [];
  let end = 0;
  for (const { variable, start, written } of occurrences(message)) {
    parts.push(text.slice(end, start), fillingOf(variable, known) ?? written);
    end = start + written.length;
  }
  return parts.join('') + text.slice(end);
}

function fillingOf(
  { kind, name }: PromptVariable,
  { values = {}, context = {} }: Fillings,
): string | undefined {
  // A variable may be called "constructor", which every object has; a client may send null for a value it has not.
  const own = (source: Readonly<Record<string, string>>) =>
    Object.hasOwn(source, name) ? (source[name] ?? undefined) : undefined;
  return (kind === 'context' ? own(context) : undefined) ?? own(values);
}

/** Where a variable stands in a message. */
interface Occurrence {
  readonly variable: PromptVariable;
  /** UTF-16 offset. */
  readonly start: number;
  readonly written: string;
}

const found = new WeakMap<Message, readonly Occurrence[]>();

function occurrences(message: Message): readonly Occurrence[] {
  const known = found.get(message);
  if (known !== undefined) return known;
  const all: Occurrence[] = [];
  for (const match of message.content.matchAll(VARIABLE)) {
    const variable = variableOf(match.groups ?? {});
    if (variable !== null) all.push({ variable, start: match.index, written: match[0] });
  }
  found.set(message, all);
  return all;
}

function variableOf(groups: Readonly<Record<string, string | undefined>>): PromptVariable | null {
  const { template, input, placeholder, context } = groups;
  if (template !== undefined) return { name: template, kind: 'template', placeholder: null };
  if (context !== undefined) return { name: context, kind: 'context', placeholder: null };
  const name = input?.trim() ?? '';
  return name === '' ? null : { name, kind: 'input', placeholder: placeholder?.trim() || null };
}
