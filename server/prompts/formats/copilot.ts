/** `copilot-instructions.md`: sent with every request of Copilot. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** One system message: a role line in it is text. */
export const copilot: PromptFormat = {
  id: 'copilot',
  title: 'Copilot instructions',
  matches: ({ path }) => /(?:^|\/)copilot-instructions\.md$/i.test(path),
  read: (file) =>
    readMarkdown(file, {
      format: 'copilot',
      use: 'loaded',
      place: wholeBody('system'),
      hasFrontMatter: false,
    }),
};
