/** A document of a front matter and a body of Markdown, which most formats are. */
import type { Message, PromptNote } from '../../../protocol/messages.ts';
import { type FrontMatterDialect, findFrontMatter, readFrontMatter } from '../front-matter.ts';
import type { FormatId, PromptDocument, PromptUse } from '../prompt-document.ts';
import { listLinks } from '../prompt-link.ts';
import { lineCounter, listSections } from '../prompt-section.ts';
import { placeRoles, type RolePlace } from '../roles.ts';
import { listTemplateTags, plainPart } from '../template-tags.ts';
import type { PromptFile } from './format.ts';

/** How a format differs from a front matter, and a body with role lines. */
export interface MarkdownShape {
  readonly format: FormatId;
  readonly use: PromptUse;
  /** The body's messages; by default as role lines split it. */
  readonly place?: (body: string) => readonly RolePlace[];
  readonly dialect?: FrontMatterDialect;
  /** False for formats whose front matter is text like any other. */
  readonly hasFrontMatter?: boolean;
  /** True where `@path` pulls a file in. */
  readonly imports?: boolean;
}

const UNCLOSED: PromptNote = {
  line: 0,
  message: 'The front matter has no closing line "---", so the whole file is the prompt.',
};

/** Reads a file of such a format. Never throws. */
export function readMarkdown({ uri, text }: PromptFile, shape: MarkdownShape): PromptDocument {
  const { format, use, place = placeRoles, dialect, imports = false, hasFrontMatter = true } = shape;
  const found = hasFrontMatter ? findFrontMatter(text) : null;
  const closed = found === 'unclosed' ? null : found;
  const { frontMatter, notes, problem } = readFrontMatter(closed?.yaml ?? '', dialect);
  const bodyOffset = closed?.bodyOffset ?? (text.startsWith('\uFEFF') ? 1 : 0);
  const body = text.slice(bodyOffset);
  const places = place(body);
  const parts = places.map(({ role, start, end }) =>
    plainPart({ role, start: bodyOffset + start, end: bodyOffset + end }),
  );
  const roleLines = places.map(({ roleLine }) => (roleLine === null ? null : bodyOffset + roleLine));
  return {
    format,
    use,
    uri,
    text,
    frontMatter,
    frontMatterLines: closed === null ? null : { first: 0, last: closed.lastLine },
    body,
    bodyOffset,
    bodyLine: firstLineOf(text, bodyOffset),
    messages: places.map(({ role, content }) => ({ role, content })),
    parts,
    sections: listSections(text, parts, roleLines),
    links: listLinks(text, parts, { imports }),
    templateTags: listTemplateTags(text, parts),
    unresolved: [],
    samples: {},
    defaults: {},
    notes: found === 'unclosed' ? [UNCLOSED, ...notes] : notes,
    problem,
  };
}

/** One message of all of a body, whatever lines it has. */
export const wholeBody =
  (role: Message['role']) =>
  (body: string): readonly RolePlace[] =>
    placeRoles(body, () => null).map((one) => ({ ...one, role }));

function firstLineOf(text: string, bodyOffset: number): number {
  const lineAt = lineCounter(text);
  const blank = text.slice(bodyOffset).search(/\S/);
  return lineAt(blank === -1 ? bodyOffset : bodyOffset + blank);
}
