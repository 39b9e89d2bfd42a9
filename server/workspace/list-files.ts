/** The files of a workspace that a check needs. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Never copied: histories are large and hold settings that run programs; packages are linked. */
const LEFT_OUT = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** How long git may take to list files, in milliseconds. */
const LIST_WITHIN_MS = 20_000;
const MOST_LIST_BYTES = 64 * 1024 * 1024;

/** What decides how files are listed. */
export interface ListOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Listing ends with more files than this. */
  readonly mostFiles: number;
  readonly signal: AbortSignal;
}

/**
 * Relative paths of what the folder has, by git where it is a repository: tracked files and new ones, as they are on
 * the disk, but not ignored ones, which are built or secret. Else all of it but packages and histories.
 */
export async function listFiles(folder: string, options: ListOptions): Promise<readonly string[]> {
  const known = await listByGit(folder, options);
  // Of a folder that its repository ignores git lists nothing.
  if (known === null || known.length === 0) return listAll(folder, '', options);
  const files: string[] = [];
  for (const name of new Set(known)) {
    // A repository within the repository is listed as a folder.
    if (name.endsWith('/')) files.push(...(await listAll(folder, name.slice(0, -1), options)));
    else if (!name.split('/').some((part) => LEFT_OUT.has(part))) files.push(name);
    if (files.length > options.mostFiles) break;
  }
  return files;
}

function listByGit(folder: string, { environment, signal }: ListOptions): Promise<readonly string[] | null> {
  // A repository's own settings may name a program to ask for changes; this question needs none.
  const question = [
    '-c',
    'core.fsmonitor=false',
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ];
  const options = {
    cwd: folder,
    env: { ...environment, GIT_OPTIONAL_LOCKS: '0' },
    timeout: LIST_WITHIN_MS,
    maxBuffer: MOST_LIST_BYTES,
    windowsHide: true,
    signal,
  };
  return new Promise((resolve) => {
    // Without git, and where it finds no repository, there is nothing to ask.
    execFile('git', question, options, (error, listed) =>
      resolve(error === null ? listed.split('\0').filter((name) => name !== '') : null),
    );
  });
}

async function listAll(folder: string, from: string, options: ListOptions): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [from];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    if (options.signal.aborted || files.length > options.mostFiles) break;
    for (const entry of await readdir(path.join(folder, at), { withFileTypes: true })) {
      if (LEFT_OUT.has(entry.name)) continue;
      const name = path.posix.join(at, entry.name);
      if (entry.isDirectory()) folders.push(name);
      else files.push(name);
    }
  }
  return files;
}
