/** The temporary folders in which commands run. */
import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../process/start-lock.ts';

/** With the daemon's process, so that what a dead one left can be told. */
const NAME = /^farthing-check-(\d{1,10})-/;

/** A folder with room for a copy and for what a command writes to its temporary folder. */
export interface CheckFolder {
  readonly copy: string;
  readonly temporary: string;
  remove(): Promise<void>;
}

/** Makes a folder that only its user can read, in the folder `parent`. */
export async function makeCheckFolder(parent: string): Promise<CheckFolder> {
  // By its true name, which is the one that programs write.
  const folder = await mkdtemp(path.join(await realpath(parent), `farthing-check-${process.pid}-`));
  const [copy, temporary] = [path.join(folder, 'workspace'), path.join(folder, 'tmp')];
  const remove = () => removeFolder(folder);
  try {
    await mkdir(copy);
    await mkdir(temporary);
  } catch (error) {
    await remove();
    throw error;
  }
  return { copy, temporary, remove };
}

/** Removes the folders of daemons that died while a command ran. */
export async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid)) await removeFolder(path.join(parent, name));
  }
}

async function removeFolder(folder: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;
  try {
    await rm(folder, options);
  } catch {
    // What a command made unwritable stands in the way.
    await makeWritable(folder);
    await rm(folder, options);
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name));
}
