/** Lezer's grammar of Markdown: CommonMark with GitHub's tables, task lists, strikethrough and links. */
import { GFM, parser, Table, TaskList } from '@lezer/markdown';

/** Parses a text into a tree of blocks and what is in them; every text is Markdown, so it never fails. */
export const markdown: typeof parser = parser.configure(GFM);

/** The same blocks, of what is in them code only: a third of the time where nothing else is asked. */
export const markdownBlocks: typeof parser = parser.configure([
  [Table, TaskList],
  { remove: ['Emphasis', 'Entity', 'HardBreak', 'Link', 'Image', 'LinkEnd', 'Autolink', 'HTMLTag'] },
]);

/** A place in such a tree. */
export type MarkdownCursor = ReturnType<ReturnType<typeof markdownBlocks.parse>['cursor']>;
