/** VS Code's `*.prompt.md`: a front matter and a body, and Prompty's role lines in the body. */
import type { PromptFormat } from './format.ts';
import { readMarkdown } from './markdown-document.ts';

/** Also what everything else is read as that somebody runs. */
export const prompt: PromptFormat = {
  id: 'prompt',
  title: 'Prompt file',
  matches: ({ path, languageId }) => languageId === 'prompt' || /\.prompt\.md$/i.test(path),
  read: (file) => readMarkdown(file, { format: 'prompt', use: 'run' }),
};
