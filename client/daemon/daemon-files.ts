/**
 * Where the daemon's program is. Windows cannot replace a file that is in use, and a daemon outlives an update of the
 * extension, so there it runs from a copy of its own, one folder per build.
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** What decides where the program is. */
export interface DaemonFilesOptions {
  /** Folder of the extension; the bundled daemon is in its dist/server. */
  readonly extensionPath: string;
  /** A folder that is the extension's own and outlives updates. */
  readonly storagePath: string;
  readonly platform: NodeJS.Platform;
  /** Hash of the build: the same hash is the same program. */
  readonly hash: string;
  /** One line for the log. */
  readonly log: (line: string) => void;
}

/** The daemon's main file, absolute; on Windows of a copy that is made where there is none yet. */
export async function daemonProgram(options: DaemonFilesOptions): Promise<string> {
  const bundled = path.join(options.extensionPath, 'dist', 'server');
  if (options.platform !== 'win32') return path.join(bundled, 'main.js');
  const copies = path.join(options.storagePath, 'daemon');
  const copy = path.join(copies, options.hash);
  if (!(await exists(copy))) await copyWhole(bundled, copy);
  await removeOthers(copies, options);
  return path.join(copy, 'main.js');
}

/** Copies under another name and renames, so that a copy that has its name is whole. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomBytes(4).toString('hex')}`;
  await mkdir(path.dirname(to), { recursive: true });
  try {
    await cp(from, draft, { recursive: true });
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another window made the same copy meanwhile.
    if (!(await exists(to))) throw error;
  }
}

async function removeOthers(copies: string, { hash, log }: DaemonFilesOptions): Promise<void> {
  for (const name of await readdir(copies)) {
    if (name === hash || name.startsWith(`${hash}.`)) continue;
    try {
      await rm(path.join(copies, name), { recursive: true });
    } catch (error) {
      log(`an older daemon's files stay for now: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
