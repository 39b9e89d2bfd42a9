/**
 * The text of workspace files that a prompt links to, which VS Code's chat adds to it. Only what lies in the folder of a
 * trusted workspace is read, links that leave it by a symbolic link included; how much is bounded.
 */
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IncludeProblem } from '../../protocol/token-counts.ts';
import { listLinks } from '../prompts/prompt-link.ts';
import type { CountedPrompt } from './counts.ts';
import type { Session } from './session.ts';

/** A link as it is meant, and its line in the prompt, from 0. */
interface LinkPlace {
  readonly path: string;
  readonly line: number;
}

/** A linked file; its text is null with a problem. */
export interface IncludedFile {
  readonly target: string;
  readonly line: number;
  readonly depth: number;
  readonly text: string | null;
  readonly problem: IncludeProblem | null;
}

/** Where links are from, and what may be read. */
interface IncludeOptions {
  readonly uri: string;
  readonly links: readonly LinkPlace[];
  /** The workspace's folder, an absolute path; null for none. */
  readonly folder: string | null;
  readonly trusted: boolean;
}

const MOST_FILES = 50;
const MOST_DEPTH = 5;
const MOST_BYTES = 1024 * 1024;
/** As Git does, a file with a NUL in its beginning is taken for binary. */
const SNIFFED_BYTES = 8000;

/** The files that an open prompt pulls in; see `includedFiles`. */
export const filesOf = (
  { prompt, document }: Pick<CountedPrompt, 'prompt' | 'document'>,
  { folder = null, trusted }: Pick<Session, 'folder' | 'trusted'>,
): Promise<readonly IncludedFile[]> =>
  includedFiles({
    uri: prompt.uri,
    links: prompt.links.map(({ path: target, start }) => ({
      path: target,
      line: document.positionAt(start).line,
    })),
    folder,
    trusted,
  });

/** The files in the order of their links, each followed by what it links to itself; each file once. Never throws. */
async function includedFiles({
  uri,
  links: own,
  folder,
  trusted,
}: IncludeOptions): Promise<readonly IncludedFile[]> {
  const found: IncludedFile[] = [];
  const seen = new Set<string>();
  const prompt = pathOf(uri);
  const root = folder === null ? null : await real(folder);

  async function follow(
    links: readonly LinkPlace[],
    from: string,
    chain: readonly string[],
    top: number | null,
  ) {
    const depth = chain.length - 1;
    for (const { path: target, line } of links) {
      if (found.length >= MOST_FILES) {
        found.push({ target, line: top ?? line, depth, text: null, problem: 'too many' });
        return;
      }
      const say = (problem: IncludeProblem | null, read: string | null = null) =>
        found.push({ target, line: top ?? line, depth, text: read, problem });
      if (!trusted) {
        say('untrusted');
        continue;
      }
      if (root === null || folder === null) {
        say('outside');
        continue;
      }
      const wanted = target.startsWith('/')
        ? path.join(folder, target)
        : path.resolve(path.dirname(from), target);
      if (!isInside(wanted, folder) && !isInside(wanted, root)) {
        say('outside');
        continue;
      }
      const file = await real(wanted);
      if (file === null) say('missing');
      else if (!isInside(file, root)) say('outside');
      else if (chain.includes(file)) say('circular');
      else if (chain.length > MOST_DEPTH) say('too deep');
      else if (!seen.has(file)) {
        seen.add(file);
        const read = await readText(file);
        if (typeof read === 'string') {
          say(read);
          continue;
        }
        say(null, read.text);
        if (/\.md$/i.test(file)) await follow(linksIn(read.text, line), file, [...chain, file], top ?? line);
      }
    }
  }

  if (own.length > 0)
    await follow(own, prompt ?? '', [(prompt === null ? null : await real(prompt)) ?? prompt ?? ''], null);
  return found.slice(0, MOST_FILES + 1);
}

const linksIn = (text: string, line: number): readonly LinkPlace[] =>
  listLinks(text, [{ start: 0, end: text.length }]).map(({ path: target }) => ({ path: target, line }));

async function readText(file: string): Promise<{ readonly text: string } | IncludeProblem> {
  try {
    await using handle = await open(file, 'r');
    const status = await handle.stat();
    if (!status.isFile()) return 'missing';
    if (status.size > MOST_BYTES) return 'too large';
    const bytes = await handle.readFile();
    if (bytes.subarray(0, SNIFFED_BYTES).includes(0)) return 'binary';
    return { text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
  } catch {
    // Gone since, or not to be read by this user: there is nothing to count.
    return 'missing';
  }
}

const isInside = (file: string, folder: string): boolean => {
  const relative = path.relative(folder, file);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
};

function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    // A document that is no file.
    return null;
  }
}

const real = (file: string): Promise<string | null> => realpath(file).catch(() => null);
