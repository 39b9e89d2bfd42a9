/** The messages of a task on selected code. */
import type { Message } from '../../../protocol/messages.ts';
import type { SelectionDiagnostic, SelectionSource } from '../../../protocol/selection-tasks.ts';
import { fenceWord, onOneLine } from './fence-word.ts';
import { TASKS } from './tasks.ts';

/** More problems than anybody mends in one go. */
const MOST_DIAGNOSTICS = 30;
/** Longer ones are stacks and types that are written out. */
const MOST_MESSAGE_CHARACTERS = 500;

/**
 * The task's system message, which is always the same; then what stands around the selection, marked as context, so
 * that what is irrelevant of it can be left out; then the selection in a fence that nothing in it can close.
 */
export function taskMessages(source: SelectionSource): readonly Message[] {
  const { code, languageId, fileName, task = 'explain', around, diagnostics = [] } = source;
  const { instructions, request } = TASKS[task];
  const name = onOneLine(fileName);
  const fence = fenceFor(code);
  const lineEnd = /[\r\n]$/.test(code) ? '' : '\n';
  const content = [
    contextOf(`${name}, before the selection`, around?.before ?? ''),
    contextOf(`${name}, after the selection`, around?.after ?? ''),
    `${request} from ${name}:\n\n${fence}${fenceWord(languageId)}\n${code}${lineEnd}${fence}`,
    problemsOf(diagnostics),
  ];
  return [
    { role: 'system', content: instructions },
    { role: 'user', content: content.filter((part) => part !== '').join('\n\n') },
  ];
}

function fenceFor(code: string): string {
  const longestRun = Math.max(0, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length));
  return '`'.repeat(Math.max(3, longestRun + 1));
}

const contextOf = (name: string, text: string): string =>
  text.trim() === '' ? '' : `<context name="${name}">\n${text.replace(/\r?\n$/, '')}\n</context>`;

function problemsOf(diagnostics: readonly SelectionDiagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const listed = diagnostics.slice(0, MOST_DIAGNOSTICS);
  const left = diagnostics.length - listed.length;
  return [
    'Problems, with their lines counted from 1 in the selection:',
    '',
    ...listed.map(
      ({ line, severity, message }) =>
        `- line ${line}, ${onOneLine(severity)}: ${shortened(message.replace(/\s+/g, ' ').trim())}`,
    ),
    ...(left === 0 ? [] : [`- and ${left} more of the same file`]),
  ].join('\n');
}

const shortened = (message: string): string => {
  const characters = Array.from(message.slice(0, 2 * MOST_MESSAGE_CHARACTERS));
  const isCut = characters.length > MOST_MESSAGE_CHARACTERS || message.length > 2 * MOST_MESSAGE_CHARACTERS;
  return isCut ? `${characters.slice(0, MOST_MESSAGE_CHARACTERS).join('')}…` : message;
};
