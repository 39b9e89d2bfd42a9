/** Template tags that are no variables: Farthing runs no template language and reads nothing for a prompt. */
import type { PromptNote } from '../../../protocol/messages.ts';
import type { PromptDocument } from '../prompt-document.ts';
import type { Span } from '../prompt-part.ts';
import { lineCounter } from '../prompt-section.ts';

const VARIABLE = /^\{\{[ \t]*(?!else[ \t]*\})[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_.-]*[ \t]*\}\}$/u;
const ELSEWHERE = /^\$\{(?:env|file):/;

/** One for each place would hide the other notes. */
const MOST_NOTES = 10;

/** The document with its unresolved tags and a note for each. They stay text, are counted and are sent as they are. */
export function withUnresolved(document: PromptDocument): PromptDocument {
  const { text, templateTags } = document;
  const spans = templateTags.filter(({ start, end }) => isUnresolved(text.slice(start, end)));
  if (spans.length === 0) return document;
  const unresolved = [...new Set(spans.map(({ start, end }) => text.slice(start, end)))];
  const notes = [...document.notes, ...notesOf(text, spans)].sort((a, b) => a.line - b.line);
  return { ...document, unresolved, notes };
}

const isUnresolved = (tag: string): boolean =>
  ELSEWHERE.test(tag) || (/^\{[{%#]/.test(tag) && !VARIABLE.test(tag));

function notesOf(text: string, spans: readonly Span[]): readonly PromptNote[] {
  const lineAt = lineCounter(text);
  const noted = new Set<string>();
  const notes: PromptNote[] = [];
  for (const { start, end } of spans) {
    const tag = text.slice(start, end);
    if (noted.has(tag) || notes.length >= MOST_NOTES) continue;
    noted.add(tag);
    const shown = tag.length > 60 ? `${tag.slice(0, 59)}…` : tag;
    const message = ELSEWHERE.test(tag)
      ? `${shown} is sent as it is written: Farthing reads no file and no environment for a prompt. Use a variable such as {{name}}.`
      : `${shown} is sent as it is written: Farthing fills variables and runs no template. Use a variable such as {{name}}.`;
    notes.push({ line: lineAt(start), message });
  }
  return notes;
}
