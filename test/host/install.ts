/**
 * Installs a real VS Code for tests and for `npm start`, from npm alone: no compiler, no system libraries and no
 * download from elsewhere. Its version is pinned in this folder's own package-lock.json.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm, ROOT, step } from '../../scripts/run.ts';

const INSTALLED = path.join(import.meta.dirname, 'vscode');
const STAMP = path.join(INSTALLED, '.complete');

/** The VS Code server's entry in an installed host. */
export const SERVER_MAIN = path.join(INSTALLED, 'node_modules/code-server/lib/vscode/out/server-main.js');

/** Installs the pinned version unless it is there in full. Throws npm's message when it cannot be fetched. */
export async function installHost(): Promise<void> {
  const lock = await readFile(path.join(import.meta.dirname, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const present = await readFile(STAMP, 'utf8').catch(() => null);
  if (present === wanted) return;
  await step('Installing a VS Code to run in (npm, once, 600 MB)', () => install(wanted));
}

/** Installs aside and renames, so that an interrupted installation is never taken for a whole one. */
async function install(stamp: string): Promise<void> {
  const parent = path.join(ROOT, '.farthing');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'host-'));
  try {
    for (const file of ['package.json', 'package-lock.json'])
      await cp(path.join(import.meta.dirname, file), path.join(folder, file));
    await npm(['ci', '--ignore-scripts'], folder);
    const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
    await Promise.all([
      npm(['install', '--omit=dev', '--ignore-scripts'], vscode),
      npm(['install', '--omit=dev', '--ignore-scripts'], path.join(vscode, 'extensions')),
    ]);
    await writeFile(path.join(folder, path.basename(STAMP)), stamp);
    await rm(INSTALLED, { recursive: true, force: true });
    await rename(folder, INSTALLED);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
