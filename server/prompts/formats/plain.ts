/** Any Markdown or text that somebody chose to read as a prompt. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** Matched by nothing: a text is no prompt until its owner says so. */
export const plain: PromptFormat = {
  id: 'plain',
  title: 'Text',
  matches: () => false,
  read: (file) =>
    readMarkdown(file, { format: 'plain', use: 'run', place: wholeBody('user'), hasFrontMatter: false }),
};
