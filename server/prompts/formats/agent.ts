/** VS Code's `*.agent.md`, or `*.chatmode.md`, as older files are called: sent with every turn of that agent. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** One system message: a role line in it is text. */
export const agent: PromptFormat = {
  id: 'agent',
  title: 'Custom agent',
  matches: ({ path, languageId }) => languageId === 'chatagent' || /\.(?:agent|chatmode)\.md$/i.test(path),
  read: (file) => readMarkdown(file, { format: 'agent', use: 'loaded', place: wholeBody('system') }),
};
