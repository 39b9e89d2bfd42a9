/** `AGENTS.md`: sent with every turn of most coding agents. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** One system message: a role line in it is text. */
export const agents: PromptFormat = {
  id: 'agents',
  title: 'Agent instructions',
  matches: ({ path }) => /(?:^|\/)AGENTS\.md$/i.test(path),
  read: (file) =>
    readMarkdown(file, {
      format: 'agents',
      use: 'loaded',
      place: wholeBody('system'),
      hasFrontMatter: false,
    }),
};
