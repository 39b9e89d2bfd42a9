/** The branch that a folder is on, from git's own files: no program is started, and nothing is written. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How many folders above are searched for a repository. */
const MOST_LEVELS = 40;

/**
 * The branch of the repository that `folder` is in (gitrepository-layout); null where it is in none, or on no branch.
 */
export function readBranch(folder: string): string | null {
  const head = readHead(folder);
  return /^ref: refs\/heads\/(.+)$/.exec(head?.trim() ?? '')?.[1] ?? null;
}

function readHead(folder: string): string | null {
  for (let level = 0, at = folder; level < MOST_LEVELS; level++) {
    const git = path.join(at, '.git');
    // In a worktree and in a submodule ".git" is a file that says where the folder is.
    const elsewhere = /^gitdir: (.+)$/m.exec(read(git) ?? '')?.[1];
    const head = read(path.join(elsewhere === undefined ? git : path.resolve(at, elsewhere), 'HEAD'));
    if (head !== null) return head;
    if (path.dirname(at) === at) return null;
    at = path.dirname(at);
  }
  return null;
}

/** A small text file; null where there is none that can be read. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
