/** Files that a prompt pulls in: what VS Code and Claude Code add to it when it is sent. */
import { closesFence, openingFence } from './fences.ts';
import { splitLines } from './lines.ts';
import type { Span } from './prompt-part.ts';

/** A link to a file of the workspace, as written; whether the file is there is not known here. Offsets of the file. */
export interface PromptLink extends Span {
  /** `link`: Markdown's `[text](path)`; `reference`: `#file:path`; `import`: a CLAUDE.md's `@path`. */
  readonly kind: 'link' | 'reference' | 'import';
  /** The path as it is meant: decoded, without title and fragment, relative to the prompt unless it begins with "/" or "~". */
  readonly path: string;
}

// Code between backticks is taken first, so that what is in it is no link. Images add no text and are passed over.
const LINK =
  /(?<ticks>`+)[^`]*\k<ticks>|(?<image>!)?\[[^\][]{0,500}\]\([ \t]*(?:<(?<angled>[^<>]{1,500})>|(?<bare>[^\s()<>]{1,500}))(?:[ \t]+(?:"[^"]{0,200}"|'[^']{0,200}'))?[ \t]*\)|(?<![\w#])#file:(?:'(?<quoted>[^']{1,500})'|(?<file>[^\s,;)\]]{1,500}))/g;
const IMPORT =
  /(?<ticks>`+)[^`]*\k<ticks>|(?<![^\s(])@(?<path>(?:~|\.{1,2})?\/?[\p{L}\p{N}_.-][\p{L}\p{N}_.\-/]{0,300})/gu;

/** More are no prompt, and each of them is looked up. */
const MOST_LINKS = 1000;

/** Links of stretches of a Markdown text, outside of code. `imports` also finds `@path`, as CLAUDE.md files have it. */
export function listLinks(
  text: string,
  parts: readonly Span[],
  { imports = false }: { readonly imports?: boolean } = {},
): readonly PromptLink[] {
  const links: PromptLink[] = [];
  for (const { start, end } of parts) {
    let at = start;
    let fence: string | null = null;
    for (const line of splitLines(text.slice(start, end))) {
      const inFence = fence !== null;
      fence = fence === null ? openingFence(line) : closesFence(line, fence) ? null : fence;
      if (!inFence && fence === null) {
        if (line.includes('](') || line.includes('#file:')) links.push(...linksOf(line, at));
        if (imports && line.includes('@')) links.push(...importsOf(line, at));
      }
      at += line.length;
      if (links.length > MOST_LINKS) return links.slice(0, MOST_LINKS);
    }
  }
  return links;
}

function linksOf(line: string, offset: number): PromptLink[] {
  return [...line.matchAll(LINK)].flatMap(({ index, 0: written, groups = {} }): PromptLink[] => {
    const { image, angled, bare, quoted, file } = groups;
    const reference = quoted ?? file;
    const target = workspacePath(reference ?? angled ?? bare ?? '');
    if (image !== undefined || target === null) return [];
    const start = offset + index;
    return [
      {
        kind: reference === undefined ? 'link' : 'reference',
        path: target,
        start,
        end: start + written.length,
      },
    ];
  });
}

function importsOf(line: string, offset: number): PromptLink[] {
  return [...line.matchAll(IMPORT)].flatMap(({ index, groups = {} }): PromptLink[] => {
    const path = groups['path']?.replace(/[.]+$/, '') ?? '';
    // "@ada" is a person; a file has a folder or an ending.
    if (!/[/.]/.test(path)) return [];
    const start = offset + index;
    return [{ kind: 'import', path, start, end: start + 1 + path.length }];
  });
}

/** The path of a link to a file; null for addresses, anchors and what has a variable in it. */
function workspacePath(target: string): string | null {
  const [path = ''] = target.split(/[#?]/);
  if (path === '' || /^[a-z][a-z0-9+.-]+:/i.test(path) || path.startsWith('//') || /[{}$]/.test(path))
    return null;
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that begins no escape is part of the name.
    return path;
  }
}
