/** VS Code's `*.instructions.md`: added to every request about the files that its `applyTo` names. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** One system message: a role line in it is text. */
export const instructions: PromptFormat = {
  id: 'instructions',
  title: 'Instructions',
  matches: ({ path, languageId }) => languageId === 'instructions' || /\.instructions\.md$/i.test(path),
  read: (file) => readMarkdown(file, { format: 'instructions', use: 'loaded', place: wholeBody('system') }),
};
