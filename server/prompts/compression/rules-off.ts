/** Which rules a prompt's own text switches off. */
import type { PromptDocument } from '../prompt-document.ts';

/** Files without a front matter say it in a comment, which may stand anywhere. */
const COMMENT = /<!--\s*farthing-rules-off:([^>]*?)-->/g;

/** Names of rules; "all" stands for all of them. */
export const rulesOffIn = ({
  frontMatter,
  text,
}: Pick<PromptDocument, 'frontMatter' | 'text'>): readonly string[] =>
  [
    ...frontMatter.rulesOff,
    ...Array.from(text.matchAll(COMMENT), ([, names = '']) => names.split(/[\s,]+/)).flat(),
  ].filter((name) => name !== '');
