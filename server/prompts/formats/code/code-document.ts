/** The document of a program: its literals that are sent to models. */
import { readFrontMatter } from '../../front-matter.ts';
import type { FormatId, PromptDocument } from '../../prompt-document.ts';
import type { PromptPart } from '../../prompt-part.ts';
import { lineCounter, listSections } from '../../prompt-section.ts';
import { listTemplateTags } from '../../template-tags.ts';
import type { PromptFile } from '../format.ts';

/** More are a table of texts and no prompts. */
const MOST_LITERALS = 500;

/** A program with each literal as a message, in the order of the file; it has no front matter and is never run. */
export function codeDocument(
  { uri, text }: PromptFile,
  format: FormatId,
  literals: readonly PromptPart[],
): PromptDocument {
  const byStart = new Map(literals.map((literal) => [literal.start, literal] as const));
  const parts = [...byStart.values()]
    .filter(({ start, end }) => text.slice(start, end).trim() !== '')
    .sort((a, b) => a.start - b.start)
    .slice(0, MOST_LITERALS);
  const bodyOffset = text.startsWith('\uFEFF') ? 1 : 0;
  return {
    format,
    use: 'embedded',
    uri,
    text,
    frontMatter: readFrontMatter('').frontMatter,
    frontMatterLines: null,
    body: text.slice(bodyOffset),
    bodyOffset,
    bodyLine: parts[0] === undefined ? 0 : lineCounter(text)(parts[0].start),
    messages: parts.map(({ role, start, end, read }) => ({ role, content: read(text.slice(start, end)) })),
    parts,
    sections: listSections(text, parts),
    links: [],
    templateTags: listTemplateTags(text, parts),
    unresolved: [],
    samples: {},
    defaults: {},
    notes: [],
    problem: null,
  };
}
