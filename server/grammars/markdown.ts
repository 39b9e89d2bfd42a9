/** Lezer's grammar of Markdown: CommonMark with GitHub's tables, task lists, strikethrough and links. */
import { GFM, parser } from '@lezer/markdown';

/** Parses a text into a tree of blocks and what is in them; every text is Markdown, so it never fails. */
export const markdown: typeof parser = parser.configure(GFM);
