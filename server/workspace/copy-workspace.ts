/** A copy of a workspace in another folder. */
import type { Stats } from 'node:fs';
import { copyFile, lstat, mkdir, readlink, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { type ListOptions, listFiles } from './list-files.ts';

/** The most that is copied. */
export interface CopyLimits {
  readonly mostBytes: number;
  readonly mostFiles: number;
}

/** Files that are copied at one time. */
const AT_ONCE = 16;

/**
 * Copies the files of a workspace, byte by byte and never by a link to the same file, and links its folders
 * node_modules. False, with little or nothing copied, where it is larger than the limits. Ends early, with what there
 * is, when the signal is aborted. Throws what the file system says.
 */
export async function copyWorkspace(
  from: string,
  to: string,
  options: CopyLimits & Pick<ListOptions, 'environment' | 'signal'>,
): Promise<boolean> {
  const { mostBytes, mostFiles, signal } = options;
  const names = await listFiles(from, options);
  if (names.length > mostFiles) return false;
  const found: { readonly name: string; readonly stats: Stats }[] = [];
  let bytes = 0;
  await inTurns(names, signal, async (name) => {
    const stats = await ifThere(lstat(path.join(from, name)));
    if (stats === null) return;
    if (stats.isFile()) bytes += stats.size;
    found.push({ name, stats });
  });
  if (bytes > mostBytes) return false;
  const folders = new Set(found.map(({ name }) => path.posix.dirname(name)));
  for (const folder of folders) await mkdir(path.join(to, folder), { recursive: true });
  await inTurns(found, signal, ({ name, stats }) => copyOne(from, to, name, stats));
  await linkPackages(from, to, folders);
  return true;
}

async function copyOne(from: string, to: string, name: string, stats: Stats): Promise<void> {
  const target = path.join(to, name);
  // What vanished since it was listed was on its way out; pipes and sockets are no part of a project.
  if (stats.isFile()) await ifThere(copyFile(path.join(from, name), target));
  if (!stats.isSymbolicLink()) return;
  const written = await readlink(path.join(from, name));
  const meant = path.resolve(path.dirname(path.join(from, name)), written);
  // One that leaves the workspace, or is absolute, goes on meaning what it means there.
  const isOwn = !path.isAbsolute(written) && isWithin(from, meant);
  await symlink(isOwn ? written : meant, target);
}

/** Where a package.json is, packages may be installed beside it. */
async function linkPackages(from: string, to: string, folders: ReadonlySet<string>): Promise<void> {
  for (const folder of new Set(['.', ...folders])) {
    const packages = path.join(from, folder, 'node_modules');
    const isThere = (await ifThere(stat(packages)))?.isDirectory() ?? false;
    // A junction needs no right of its own on Windows; others make an ordinary link of it.
    if (isThere) await symlink(packages, path.join(to, folder, 'node_modules'), 'junction');
  }
}

/** True for a path in the folder, or the folder itself; both are absolute. */
export function isWithin(folder: string, place: string): boolean {
  const relative = path.relative(folder, place);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** What a file operation gives; null where the file is not there. */
export async function ifThere<Value>(operation: Promise<Value>): Promise<Value | null> {
  try {
    return await operation;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Does `work` for each, some at one time. When one fails, those under way end before it is thrown. */
async function inTurns<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const worker = async () => {
    while (!hasFailed && !signal.aborted && next < items.length) {
      const item = items[next] as Item;
      next += 1;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
