/** Tags of template languages in a prompt: what they stand for is not known, and they are never changed. */
import type { PromptPart, Span } from './prompt-part.ts';

// What each excludes keeps a text full of beginnings linear: no search goes over the next beginning.
const TAG = new RegExp(
  [
    String.raw`\{\{\{[^{}]*\}\}\}`,
    String.raw`\{\{(?:(?!\{\{|\}\})[\s\S])*\}\}`,
    String.raw`\{%(?:(?!\{%|%\})[\s\S])*%\}`,
    String.raw`\{#(?:(?!\{#|#\})[\s\S])*#\}`,
    String.raw`\$\{[^{}\r\n]*\}`,
    String.raw`#(?:tool|file):[^\s,;)\]]+`,
  ].join('|'),
  'g',
);

/**
 * Where tags lie, in offsets of the file: Handlebars, Mustache and Jinja, `${…}`, and VS Code's `#tool:name` and
 * `#file:path`. A tag that is not closed is text.
 */
export function listTemplateTags(text: string, parts: readonly Span[]): readonly Span[] {
  const tags: Span[] = [];
  for (const { start, end } of parts)
    for (const { index, 0: tag } of text.slice(start, end).matchAll(TAG))
      tags.push({ start: start + index, end: start + index + tag.length });
  return tags;
}

/** A part that is sent as it is written. */
export const plainPart = ({ role, start, end }: Omit<PromptPart, 'fixed' | 'read'>): PromptPart => ({
  role,
  start,
  end,
  fixed: [],
  read: (written) => written,
});
