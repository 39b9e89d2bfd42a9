/** `CLAUDE.md`: sent with every turn of Claude Code, together with the files that `@path` names in it. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** One system message: a role line in it is text. */
export const claude: PromptFormat = {
  id: 'claude',
  title: 'Claude memory',
  matches: ({ path }) => /(?:^|\/)CLAUDE(?:\.local)?\.md$/i.test(path),
  read: (file) =>
    readMarkdown(file, {
      format: 'claude',
      use: 'loaded',
      place: wholeBody('system'),
      hasFrontMatter: false,
      imports: true,
    }),
};
