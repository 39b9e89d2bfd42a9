/** Agent Skills: a `SKILL.md`, whose body is loaded when its description fits the task. */
import type { PromptFormat } from './format.ts';
import { readMarkdown, wholeBody } from './markdown-document.ts';

/** One system message: a role line in it is text. */
export const skill: PromptFormat = {
  id: 'skill',
  title: 'Skill',
  matches: ({ path, languageId }) => languageId === 'skill' || /(?:^|\/)SKILL\.md$/i.test(path),
  read: (file) => readMarkdown(file, { format: 'skill', use: 'loaded', place: wholeBody('system') }),
};
